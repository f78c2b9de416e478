"""Which workflow system applications go to is one setting, and nothing else changes."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.store import Store
from bot.workflows import open_workflow
from dialogs.catalogue import services
from integrations.workflow.embedded import Embedded
from integrations.workflow.operaton import Operaton
from integrations.workflow.registration import Registration
from tests.fakes.clock import Clock

PROCESSES = {name: service.process for name, service in services().items()}
CLIENT = "ME/GOV/1001/KOMSHI"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("embedded:", Embedded),
        ("operaton:https://engine.example/engine-rest", Operaton),
        ("registration:https://office.example", Registration),
    ],
)
def test_the_address_chooses_the_system(store: Store, clock: Clock, url: str, kind: type) -> None:
    settings = Settings.model_validate({"workflow_url": url, "workflow_client": CLIENT})

    assert isinstance(open_workflow(settings, store, PROCESSES, clock), kind)


@pytest.mark.parametrize(
    "url", ["", "embedded", "operaton:", "camunda:https://x.example", "registration:ftp://x.example"]
)
def test_a_system_that_nobody_knows_is_refused(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"workflow_url": url})

    assert "operaton:https://HOST" in refused.value.errors()[0]["msg"]


@pytest.mark.parametrize("auth", ["basic town", "token abc", "bearer https://id.example town", "basic"])
def test_half_a_password_is_refused_and_not_repeated(auth: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"workflow_auth": auth})

    assert "town" not in refused.value.errors()[0]["msg"]


@pytest.mark.parametrize("auth", ["basic town hush", "header X-Key hush", "bearer https://id.example/token town hush"])
def test_who_we_are_is_said_in_one_of_three_ways(store: Store, clock: Clock, auth: str) -> None:
    settings = Settings.model_validate(
        {"workflow_url": "operaton:https://engine.example/engine-rest", "workflow_auth": auth}
    )

    assert isinstance(open_workflow(settings, store, PROCESSES, clock), Operaton)
    assert "hush" not in repr(settings)


def test_a_mediator_stands_between_where_its_service_is_named(store: Store, clock: Clock) -> None:
    named = {"workflow_url": "registration:https://ss.example", "workflow_client": CLIENT}
    through = Settings.model_validate({**named, "workflow_service": "ME/GOV/2002/OFFICE/registration"})

    assert isinstance(open_workflow(through, store, PROCESSES, clock), Registration)
    with pytest.raises(ValidationError, match="5 parts"):
        Settings.model_validate({**named, "workflow_service": "registration"})


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({}, "Set KOMSHI_WORKFLOW_CLIENT too."),
        (
            {"workflow_client": CLIENT, "workflow_auth": "bearer https://id.example/token town hush"},
            "Write no bearer in KOMSHI_WORKFLOW_AUTH: the token would go through the mediator.",
        ),
    ],
)
def test_what_does_not_go_with_a_mediator_is_said_in_a_sentence(others: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({**others, "workflow_service": "ME/GOV/2002/OFFICE/registration"})

    assert [(error["loc"], error["msg"]) for error in refused.value.errors()] == [(("workflow_service",), words)]


def test_the_name_without_our_prefix_is_read_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKFLOW_URL", "operaton:https://engine.example/engine-rest")

    assert Settings().workflow == ("operaton", "https://engine.example/engine-rest")
