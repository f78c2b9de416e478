"""An engine that is slow, refuses, loses answers or answers nonsense: no order is lost, and none carried out twice."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from integrations.workflow import Draft, Refused, ServiceDown, Status, Task
from integrations.workflow.calling import Caller
from integrations.workflow.embedded import Decision
from integrations.workflow.operaton import SOON as SHORTLY
from integrations.workflow.operaton import Operaton
from tests.engines.meddling import Meddler
from tests.engines.offices import LOCK, NOW, SOON, draft
from tests.fakes import engine_rest
from tests.fakes.clock import Clock
from tests.fakes.engine_rest import Engine
from tests.fakes.operaton_office import RestOffice

PROCESS = Path(__file__).parents[2] / "dialogs/services/newborn_aid/process.bpmn"
HTML = "<html><body>Please log in</body></html>"
OPTIMISTIC_LOCK = json.dumps({"type": "OptimisticLockingException", "message": "ENGINE-03005", "code": 1})
REFUSAL = json.dumps({"type": "RestException", "message": "Not authorised to do this", "code": 0})


@pytest.fixture
def meddler() -> Meddler:
    return Meddler()


@pytest.fixture
def engine(clock: Clock) -> Engine:
    return Engine({"newborn_aid": PROCESS}, clock)


@pytest.fixture
async def url(engine: Engine, meddler: Meddler) -> AsyncIterator[str]:
    app = engine_rest.application(engine)
    meddler.stand_before(app)
    async with engine_rest.serving(app) as url:
        yield url


@pytest.fixture
def operaton(url: str, clock: Clock) -> Operaton:
    return Operaton(Caller(url, clock), {"newborn_aid": PROCESS}, LOCK)


@pytest.fixture
def office(url: str) -> RestOffice:
    return RestOffice(url)


@pytest.fixture
async def returned(operaton: Operaton, office: RestOffice) -> tuple[Draft, Task]:
    """An application that waits for a paper from the applicant."""
    sent = draft()
    application = await operaton.submit(sent)
    await office.decide(sent.key, Decision.RETURN, "A paper is missing.")
    (event,) = await operaton.events(NOW)
    await operaton.acknowledge(event)
    (task,) = await operaton.tasks(application.id)
    return sent, task


async def test_a_submission_whose_answer_was_lost_is_one_application(
    operaton: Operaton, office: RestOffice, meddler: Meddler
) -> None:
    sent = draft()
    meddler.lose("POST */start")
    with pytest.raises(ServiceDown):
        await operaton.submit(sent)
    meddler.stop()

    application = await operaton.submit(sent)

    assert application == await operaton.find(sent.key)
    assert await office.waiting(sent.key) == 1
    assert meddler.seen("POST */start") == 1


async def test_a_paper_whose_receipt_was_lost_is_supplied_once(
    operaton: Operaton, office: RestOffice, meddler: Meddler, returned: tuple[Draft, Task]
) -> None:
    sent, task = returned
    meddler.lose("POST /task/*/complete")
    with pytest.raises(ServiceDown):
        await operaton.complete(task, {})
    meddler.stop()

    assert (await operaton.complete(task, {})).status == Status.PENDING
    assert await office.waiting(sent.key) == 1


async def test_news_whose_acknowledgement_was_lost_is_told_once(
    operaton: Operaton, office: RestOffice, meddler: Meddler
) -> None:
    sent = draft()
    await operaton.submit(sent)
    await office.decide(sent.key, Decision.APPROVE, "Yes.")
    (event,) = await operaton.events(NOW)
    meddler.lose("POST /external-task/*/complete")
    with pytest.raises(ServiceDown):
        await operaton.acknowledge(event)
    meddler.stop()

    await operaton.acknowledge(event)

    assert await operaton.events(LOCK * 2) == ()


async def test_a_withdrawal_whose_answer_was_lost_stands(operaton: Operaton, meddler: Meddler) -> None:
    sent = draft()
    application = await operaton.submit(sent)
    meddler.lose("DELETE *")
    with pytest.raises(ServiceDown):
        await operaton.withdraw(application.id)
    meddler.stop()

    await operaton.withdraw(application.id)

    withdrawn = await operaton.find(sent.key)
    assert withdrawn is not None
    assert withdrawn.status == Status.WITHDRAWN


async def test_of_two_that_were_started_under_one_key_the_first_is_kept(
    operaton: Operaton, office: RestOffice, url: str, clock: Clock
) -> None:
    await operaton.deploy()
    sent = draft()
    body = {"businessKey": sent.key, "variables": {"legal_time": {"type": "String", "value": "P30D"}}}
    async with httpx.AsyncClient(trust_env=False) as client:
        first = await client.post(f"{url}/process-definition/key/newborn_aid/start", json=body)
        clock.move(seconds=1)
        await client.post(f"{url}/process-definition/key/newborn_aid/start", json=body)

    application = await operaton.submit(sent)

    assert application.id == first.json()["id"]
    assert application == await operaton.find(sent.key)
    assert await office.waiting(sent.key) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_an_office_that_is_busy_is_left_alone_as_long_as_it_asks(
    operaton: Operaton, meddler: Meddler, status: int
) -> None:
    meddler.answer("*", status, HTML, retry_after="120")

    with pytest.raises(ServiceDown) as down:
        await operaton.submit(draft())

    assert down.value.retry_after == timedelta(minutes=2)


async def test_two_who_change_one_application_at_once_do_so_one_after_the_other(
    operaton: Operaton, meddler: Meddler, returned: tuple[Draft, Task]
) -> None:
    _, task = returned
    meddler.answer("POST /task/*/complete", 500, OPTIMISTIC_LOCK)
    with pytest.raises(ServiceDown):
        await operaton.complete(task, {})
    meddler.stop()

    assert (await operaton.complete(task, {})).status == Status.PENDING


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
async def test_a_refusal_keeps_the_words_of_the_office(operaton: Operaton, meddler: Meddler, status: int) -> None:
    meddler.answer("POST */start", status, REFUSAL)

    with pytest.raises(Refused, match=f"start: {status} Not authorised to do this"):
        await operaton.submit(draft())


async def test_an_engine_without_the_variable_it_needs_says_so(operaton: Operaton) -> None:
    with pytest.raises(Refused, match="Cannot instantiate process definition"):
        await operaton.submit(draft("soon"))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, HTML),
        (200, ""),
        (200, "null"),
        (200, "{}"),
        (200, "[{}]"),
        (200, '[{"id": 5, "variables": {}}]'),
        (200, '[{"id": "1", "businessKey": null, "startTime": "soon", "variables": 1}]'),
        (201, "[]"),
        (204, ""),
        (302, ""),
    ],
)
async def test_an_answer_without_sense_is_refused_and_nothing_is_lost(
    operaton: Operaton, meddler: Meddler, returned: tuple[Draft, Task], status: int, body: str
) -> None:
    sent, task = returned
    meddler.answer("GET *", status, body)
    meddler.answer("POST /external-task/fetchAndLock", status, body)

    with pytest.raises(Refused):
        await operaton.submit(sent)
    with pytest.raises(Refused):
        await operaton.find(sent.key)
    with pytest.raises(Refused):
        await operaton.tasks(task.application)
    with pytest.raises(Refused):
        await operaton.withdraw(task.application)
    with pytest.raises(Refused):
        await operaton.events(NOW)
    meddler.stop()

    application = await operaton.submit(sent)
    assert (application.id, application.status) == (task.application, Status.SENDBACK)


async def test_a_page_to_log_in_at_is_not_taken_for_a_yes(
    operaton: Operaton, office: RestOffice, meddler: Meddler, returned: tuple[Draft, Task]
) -> None:
    sent, task = returned
    meddler.answer("POST *", 200, HTML)
    meddler.answer("DELETE *", 200, HTML)

    with pytest.raises(Refused, match="not understood"):
        await operaton.complete(task, {})
    with pytest.raises(Refused, match="not understood"):
        await operaton.withdraw(task.application)
    with pytest.raises(Refused, match="not understood"):
        await operaton.submit(draft())
    meddler.stop()

    assert (await operaton.complete(task, {})).status == Status.PENDING
    assert await office.waiting(sent.key) == 1


async def test_an_engine_that_keeps_no_history_is_left_as_it_was(
    operaton: Operaton, office: RestOffice, meddler: Meddler
) -> None:
    sent = draft()
    meddler.answer("GET /history/process-instance", 200, "[]")

    with pytest.raises(Refused, match="history"):
        await operaton.submit(sent)

    assert await office.waiting(sent.key) == 0


async def test_somebody_elses_application_is_never_taken_for_ones_own(
    operaton: Operaton, meddler: Meddler, returned: tuple[Draft, Task], url: str
) -> None:
    own = await operaton.submit(draft())
    async with httpx.AsyncClient(trust_env=False) as client:
        everybodys = await client.get(f"{url}/history/process-instance")
        tasks = await client.get(f"{url}/task", params={"candidateGroup": "applicant"})
    meddler.answer("GET /history/process-instance", 200, everybodys.text)
    meddler.answer("GET /task", 200, tasks.text)

    assert await operaton.find(draft().key) is None
    assert await operaton.find(own.key) == own
    assert await operaton.tasks(own.id) == ()


async def test_an_end_that_nobody_knows_is_pending_and_the_operator_is_told(
    operaton: Operaton, office: RestOffice, meddler: Meddler
) -> None:
    sent = draft()
    await operaton.submit(sent)
    await office.decide(sent.key, Decision.APPROVE, "Yes.")
    (event,) = await operaton.events(NOW)
    await operaton.acknowledge(event)
    meddler.answer("GET /history/activity-instance", 200, "[]")

    with capture_logs() as lines:
        application = await operaton.find(sent.key)

    assert application is not None
    assert (application.status, application.ended) == (Status.PENDING, True)
    assert [(line["event"], line["log_level"]) for line in lines] == [("unknown_end", "error")]


async def test_the_applicants_turn_comes_when_they_have_been_told(operaton: Operaton, office: RestOffice) -> None:
    sent = draft()
    application = await operaton.submit(sent)
    await office.decide(sent.key, Decision.RETURN, "A paper is missing.")

    with pytest.raises(ServiceDown) as down:
        await operaton.tasks(application.id)

    assert down.value.retry_after == SHORTLY


async def test_news_that_another_program_has_taken_comes_again(
    operaton: Operaton, office: RestOffice, url: str
) -> None:
    sent = draft()
    await operaton.submit(sent)
    await office.decide(sent.key, Decision.APPROVE, "Yes.")
    (event,) = await operaton.events(NOW)
    topic = {"topicName": "citizen-notification", "lockDuration": 1000}
    body = {"workerId": "another", "maxTasks": 1, "asyncResponseTimeout": 10_000, "topics": [topic]}
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        await client.post(f"{url}/external-task/fetchAndLock", json=body)

    with pytest.raises(ServiceDown):
        await operaton.acknowledge(event)

    assert await operaton.events(SOON) == (event,)
    await operaton.acknowledge(event)


async def test_what_the_office_says_is_taken_in_short_values_and_one_spelling(
    operaton: Operaton, meddler: Meddler
) -> None:
    inputs = {
        "event": {"type": "String", "value": "returned"},
        "reason": {"type": "String", "value": "Z\u030carko"},
        "days": {"type": "Long", "value": 3},
        "urgent": {"type": "Boolean", "value": False},
        "until": {"type": "Null", "value": None},
        "share": {"type": "Double", "value": 0.5},
        "file": {"type": "Json", "value": {"name": "x"}},
    }
    tasks = [{"id": "1", "businessKey": "KEY1", "variables": inputs}, {"id": "2", "variables": {}}]
    meddler.answer("POST /external-task/fetchAndLock", 200, json.dumps(tasks))

    first, second = await operaton.events(NOW)

    assert (first.key, first.name) == ("KEY1", "returned")
    assert first.facts == {"reason": "\u017darko", "days": 3, "urgent": False}
    assert (second.id, second.key, second.name) == ("2", "", "")


async def test_a_task_may_be_due_at_an_hour(
    operaton: Operaton, meddler: Meddler, returned: tuple[Draft, Task], url: str
) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        (task,) = (await client.get(f"{url}/task")).json()
    meddler.answer("GET /task", 200, json.dumps([{**task, "due": "2026-03-20T15:30:00.000+0100"}]))

    (due,) = await operaton.tasks(returned[1].application)

    assert due.due == datetime(2026, 3, 20, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize("answer", ["x" * 4001, 2**63])
async def test_what_the_engine_could_not_keep_is_not_sent(
    operaton: Operaton, meddler: Meddler, answer: str | int
) -> None:
    with pytest.raises(Refused, match="'children' is too long"):
        await operaton.submit(Draft(draft().key, "newborn_aid", "", {"legal_time": "P30D", "children": answer}))

    assert meddler.seen("POST */start") == 0


async def test_the_very_file_is_deployed_once_before_the_first_application(
    operaton: Operaton, engine: Engine, meddler: Meddler
) -> None:
    await operaton.submit(draft())
    await operaton.submit(draft())

    assert engine.deployed == {"newborn_aid.bpmn": PROCESS.read_bytes()}
    assert meddler.seen("POST /deployment/create") == 1
