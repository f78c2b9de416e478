"""Whoever names another service in the middle of one is answered about that one, wherever they are."""

from datetime import UTC, datetime

import pytest

from dialogs.catalogue import forms, services
from dialogs.engine import advance
from dialogs.outside import Outside
from dialogs.session import Place, Session, Turn
from locales.wording import word
from nlu import Decision, Understanding
from tests.dialogs.said import Said

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLACES = ("service", "fact", "question", "result")


def at(step: str, service: str) -> Session:
    places = {
        "service": Place("answer", "service", {"service": service}),
        "fact": Place("answer", "fact", {"service": service, "subject": "appeal"}),
        "question": Place("entitlement", "question", {"service": service}),
        "result": Place("entitlement", "result", {"service": service}),
    }
    return Session("en", municipality="tivat", service=service, where=places[step])


def heard(session: Session, intent: str, service: str) -> Turn:
    meaning = Understanding(intent, 1.0, Decision.ANSWER, {"service": service}, "en")
    outside = Outside(NOW, meaning, (), "KOM-2026-7F3K9A", "key", private=True)
    return advance(session, Said("something about another service"), outside)


@pytest.mark.parametrize("there", services())
@pytest.mark.parametrize("named", services())
@pytest.mark.parametrize("step", PLACES)
def test_the_papers_are_those_of_the_service_that_was_named(step: str, named: str, there: str) -> None:
    answered = heard(at(step, there), "ask_documents", named)

    parts = [word(services()[named].phrase(part.title), "en") for part in services()[named].parts]
    assert any(part in answered.replies[0].text for part in parts)


@pytest.mark.parametrize("there", services())
@pytest.mark.parametrize("named", services())
@pytest.mark.parametrize("step", PLACES)
def test_it_is_applied_for_what_was_named(step: str, named: str, there: str) -> None:
    applied = heard(at(step, there), "apply", named)

    place = applied.session.where
    assert place is not None
    assert place.data["service"] == named
    assert all(key in forms() and forms()[key].service == named for key in applied.session.drafts)


def test_a_draft_from_before_services_had_several_forms_goes_on() -> None:
    first = next(iter(services().values()))
    old = Session(
        "en",
        municipality="kotor",
        service=first.name,
        where=Place("apply", "question", {"service": first.name, "id": "born"}),
        answers={first.name: {"municipality": "kotor", "relation": "mother"}},
        drafts=(first.name,),
    )
    meaning = Understanding("out_of_scope", 0.0, Decision.REFUSE)
    outside = Outside(NOW, meaning, (), "KOM-2026-7F3K9A", "key", private=True)

    turn = advance(old, Said("5.3.2026"), outside)

    assert turn.session.drafts == (first.forms[0].key,)
    assert dict(turn.session.answers[first.forms[0].key])["relation"] == "mother"
    assert dict(turn.session.answers[first.forms[0].key])["born"] == "2026-03-05"


@pytest.mark.parametrize("choice", ["any:intent:ask_subject", "any:intent:tell_event", "any:intent:count_appeal"])
def test_a_wish_that_no_button_brings_is_still_answered(choice: str) -> None:
    meaning = Understanding("out_of_scope", 0.0, Decision.REFUSE)
    outside = Outside(NOW, meaning, (), "KOM-2026-7F3K9A", "key", private=True)

    assert advance(at("service", next(iter(services()))), Said("", choice), outside).replies[-1].text


def test_a_question_that_a_newer_form_no_longer_has_is_passed_over() -> None:
    first = next(iter(services()))
    session = Session(
        "en", municipality="kotor", where=Place("entitlement", "question", {"service": first, "id": "gone"})
    )
    meaning = Understanding("out_of_scope", 0.0, Decision.REFUSE)
    outside = Outside(NOW, meaning, (), "KOM-2026-7F3K9A", "key", private=True)

    assert advance(session, Said("yes"), outside).replies[-1].text
