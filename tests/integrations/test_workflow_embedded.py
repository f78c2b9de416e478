"""An application in the embedded engine, from submission to its end, with the engine restarted at every step."""

from datetime import UTC, date, datetime, timedelta

import pytest

from integrations.workflow import Application, Draft, Status
from integrations.workflow.embedded import Decision, NotWaiting
from tests.integrations.town import DRAFT, NOW, Clock, Engine, told


async def test_a_submitted_application_is_pending_and_waits_for_the_office(engine: Engine, clock: Clock) -> None:
    application = await engine().submit(DRAFT)

    assert (application.key, application.service, application.status) == ("KEY1", "newborn_aid", Status.PENDING)
    assert (application.registered, application.ended) == (clock.now, False)
    assert await engine().find("KEY1") == application
    (task,) = await engine().open_tasks()
    assert (task.key, task.service, task.since, task.late) == ("KEY1", "newborn_aid", clock.now, False)
    assert task.due == clock.now + timedelta(days=30)
    assert await engine().tasks(application.id) == ()
    assert await engine().events(NOW) == ()


async def test_an_approved_application_ends_and_the_applicant_is_told_why(
    engine: Engine, submitted: Application
) -> None:
    decided = await engine().decide("KEY1", Decision.APPROVE, "All papers are in order.", date(2026, 4, 1))

    assert (decided.status, decided.ended, decided.title) == (Status.APPROVED, True, "Approved")
    assert await engine().find("KEY1") == decided
    assert await told(engine) == [("approved", {"reason": "All papers are in order.", "until": "2026-04-01"})]
    assert await engine().open_tasks() == ()


async def test_a_refused_application_ends_and_the_applicant_is_told_why(engine: Engine, submitted: Application) -> None:
    decided = await engine().decide("KEY1", Decision.REFUSE, "The deadline has passed.")

    assert (decided.status, decided.ended, decided.title) == (Status.REJECTED, True, "Refused")
    assert await told(engine) == [("refused", {"reason": "The deadline has passed."})]


async def test_a_decision_without_words_tells_none(engine: Engine, submitted: Application) -> None:
    await engine().decide("KEY1", Decision.APPROVE, "")

    assert await told(engine) == [("approved", {})]


async def test_a_returned_application_goes_back_to_the_office_when_the_paper_is_supplied(
    engine: Engine, submitted: Application, clock: Clock
) -> None:
    returned = await engine().decide("KEY1", Decision.RETURN, "The birth certificate is missing.", date(2026, 3, 20))
    assert (returned.status, returned.ended) == (Status.SENDBACK, False)
    assert await engine().open_tasks() == ()
    assert await told(engine) == [
        ("returned", {"reason": "The birth certificate is missing.", "until": "2026-03-20"}),
    ]

    clock.pass_by(timedelta(days=2))
    (task,) = await engine().tasks(submitted.id)
    assert (task.name, task.application) == ("supply", submitted.id)
    assert task.due == datetime(2026, 3, 20, 22, 59, 59, tzinfo=UTC)
    supplied = await engine().complete(task, {"papers": 1})
    assert (supplied.status, supplied.ended) == (Status.PENDING, False)
    assert await engine().tasks(submitted.id) == ()

    (waiting,) = await engine().open_tasks()
    assert (waiting.since, waiting.due) == (clock.now, clock.now + timedelta(days=30))
    decided = await engine().decide("KEY1", Decision.APPROVE, "Thank you.")
    assert decided.status == Status.APPROVED
    assert await told(engine) == [("approved", {"reason": "Thank you."})]


async def test_an_application_may_be_returned_again_and_again(engine: Engine, submitted: Application) -> None:
    for round in range(3):
        await engine().decide("KEY1", Decision.RETURN, f"Paper {round} is missing.")
        (task,) = await engine().tasks(submitted.id)
        await engine().complete(task, {})

    assert [facts["reason"] for _, facts in await told(engine)] == [f"Paper {round} is missing." for round in range(3)]
    assert (await engine().decide("KEY1", Decision.REFUSE, "No.")).status == Status.REJECTED


async def test_a_task_that_is_done_is_done_once(engine: Engine, submitted: Application) -> None:
    await engine().decide("KEY1", Decision.RETURN, "A paper is missing.")
    (task,) = await engine().tasks(submitted.id)
    first = await engine().complete(task, {})

    assert await engine().complete(task, {}) == first
    await engine().decide("KEY1", Decision.RETURN, "Another paper is missing.")
    assert (await engine().complete(task, {})).status == Status.SENDBACK


async def test_the_same_key_twice_is_one_application(engine: Engine, submitted: Application, clock: Clock) -> None:
    clock.pass_by(timedelta(days=1))

    assert await engine().submit(DRAFT) == submitted
    assert len(await engine().open_tasks()) == 1


async def test_the_same_key_after_the_decision_is_the_decided_application(
    engine: Engine, submitted: Application
) -> None:
    decided = await engine().decide("KEY1", Decision.APPROVE, "Yes.")

    assert await engine().submit(DRAFT) == decided


async def test_an_event_keeps_its_id_until_it_is_acknowledged(engine: Engine, submitted: Application) -> None:
    await engine().decide("KEY1", Decision.APPROVE, "Yes.")
    (first,) = await engine().events(NOW)
    (second,) = await engine().events(NOW)
    assert first == second

    await engine().acknowledge(first)
    await engine().acknowledge(second)

    assert await engine().events(NOW) == ()


async def test_events_come_in_the_order_they_arose(engine: Engine, clock: Clock) -> None:
    for key in ("KEY1", "KEY2", "KEY3"):
        await engine().submit(Draft(key, "newborn_aid", "citizen-1", {"legal_time": "P30D"}))
    for key, decision in (("KEY2", Decision.RETURN), ("KEY3", Decision.REFUSE), ("KEY1", Decision.APPROVE)):
        clock.pass_by(timedelta(minutes=1))
        await engine().decide(key, decision, "")

    assert [event.key for event in await engine().events(NOW)] == ["KEY2", "KEY3", "KEY1"]


async def test_a_withdrawn_application_ends_and_is_off_the_offices_desk(engine: Engine, submitted: Application) -> None:
    await engine().withdraw(submitted.id)

    withdrawn = await engine().find("KEY1")
    assert withdrawn is not None
    assert (withdrawn.status, withdrawn.ended, withdrawn.title) == (Status.WITHDRAWN, True, "Withdrawn")
    assert await engine().open_tasks() == ()
    with pytest.raises(NotWaiting):
        await engine().decide("KEY1", Decision.APPROVE, "Yes.")


async def test_a_withdrawn_application_has_no_more_news(engine: Engine, submitted: Application, clock: Clock) -> None:
    await engine().decide("KEY1", Decision.RETURN, "A paper is missing.")
    (event,) = await engine().events(NOW)

    await engine().withdraw(submitted.id)

    clock.pass_by(timedelta(days=365))
    assert await engine().tasks(submitted.id) == ()
    assert await engine().events(NOW) == ()
    await engine().acknowledge(event)


async def test_withdrawing_after_the_end_changes_nothing(engine: Engine, submitted: Application) -> None:
    decided = await engine().decide("KEY1", Decision.APPROVE, "Yes.")

    await engine().withdraw(submitted.id)

    assert await engine().find("KEY1") == decided
    assert [name for name, _ in await told(engine)] == ["approved"]


async def test_withdrawing_twice_is_withdrawing_once(engine: Engine, submitted: Application) -> None:
    await engine().withdraw(submitted.id)
    withdrawn = await engine().find("KEY1")

    await engine().withdraw(submitted.id)

    assert await engine().find("KEY1") == withdrawn
