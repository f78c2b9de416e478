"""One process file, one story: whichever engine a town runs, the citizen and the office live through the same."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from integrations.workflow import ApplicationUnknown, Draft, Refused, Status, Task
from integrations.workflow.embedded import Decision
from tests.engines.offices import AGAIN, NOW, SOON, Town, draft
from tests.fakes.clock import Clock


async def test_a_submitted_application_is_pending_and_waits_for_the_office(town: Town) -> None:
    sent = draft()

    application = await town.open().submit(sent)

    assert (application.key, application.service, application.status) == (sent.key, "newborn_aid", Status.PENDING)
    assert (application.title, application.ended) == ("Decide on the application", False)
    assert await town.open().find(sent.key) == application
    assert await town.open().tasks(application.id) == ()
    assert await town.office.waiting(sent.key) == 1
    assert await town.told() == []


@pytest.mark.parametrize(
    ("decision", "news", "status", "title"),
    [
        (Decision.APPROVE, "approved", Status.APPROVED, "Approved"),
        (Decision.REFUSE, "refused", Status.REJECTED, "Refused"),
    ],
)
async def test_a_decided_application_ends_and_the_applicant_is_told_why(
    town: Town, decision: Decision, news: str, status: Status, title: str
) -> None:
    sent = draft()
    submitted = await town.open().submit(sent)

    await town.office.decide(sent.key, decision, "Sve je u redu. Žao nam je.", date(2026, 4, 1))

    assert await town.told() == [(news, {"reason": "Sve je u redu. Žao nam je.", "until": "2026-04-01"})]
    decided = await town.open().find(sent.key)
    assert decided is not None
    assert (decided.id, decided.registered) == (submitted.id, submitted.registered)
    assert (decided.status, decided.title, decided.ended) == (status, title, True)
    assert await town.open().tasks(submitted.id) == ()
    assert await town.told() == []


async def test_a_decision_without_words_tells_none(town: Town) -> None:
    sent = draft()
    await town.open().submit(sent)

    await town.office.decide(sent.key, Decision.APPROVE, "")

    assert await town.told() == [("approved", {})]


async def test_a_returned_application_goes_back_to_the_office_when_the_paper_is_supplied(town: Town) -> None:
    sent = draft()
    submitted = await town.open().submit(sent)
    await town.office.decide(sent.key, Decision.RETURN, "The birth certificate is missing.", date(2026, 3, 20))
    assert await town.told() == [("returned", {"reason": "The birth certificate is missing.", "until": "2026-03-20"})]

    (task,) = await town.open().tasks(submitted.id)
    assert (task.name, task.application) == ("supply", submitted.id)
    assert task.due == datetime(2026, 3, 20, 22, 59, 59, tzinfo=UTC)
    assert await town.office.waiting(sent.key) == 0
    supplied = await town.open().complete(task, {"papers": 1})

    assert (supplied.status, supplied.ended) == (Status.PENDING, False)
    assert await town.open().tasks(submitted.id) == ()
    await town.office.decide(sent.key, Decision.APPROVE, "Thank you.")
    assert await town.told() == [("approved", {"reason": "Thank you."})]


async def test_how_an_application_stands_is_known_before_the_applicant_is_told(town: Town) -> None:
    sent, other = draft(), draft()
    await town.open().submit(sent)
    await town.open().submit(other)

    await town.office.decide(sent.key, Decision.RETURN, "A paper is missing.")
    await town.office.decide(other.key, Decision.APPROVE, "Yes.")

    returned, approved = await town.open().find(sent.key), await town.open().find(other.key)
    assert returned is not None
    assert approved is not None
    assert (returned.status, returned.ended) == (Status.SENDBACK, False)
    assert (approved.status, approved.ended) == (Status.APPROVED, True)


async def test_a_task_that_is_done_is_done_once(town: Town) -> None:
    sent = draft()
    submitted = await town.open().submit(sent)
    await town.office.decide(sent.key, Decision.RETURN, "A paper is missing.")
    await town.told()
    (task,) = await town.open().tasks(submitted.id)
    first = await town.open().complete(task, {})

    assert await town.open().complete(task, {}) == first
    assert await town.office.waiting(sent.key) == 1


async def test_the_same_key_twice_is_one_application(town: Town) -> None:
    sent = draft()
    submitted = await town.open().submit(sent)

    assert await town.open().submit(sent) == submitted
    assert await town.office.waiting(sent.key) == 1


async def test_the_same_key_twice_at_once_is_one_application(town: Town) -> None:
    sent = draft()
    await town.open().submit(draft())

    await asyncio.gather(*(town.open().submit(sent) for _ in range(4)))

    assert await town.office.waiting(sent.key) == 1
    assert await town.open().submit(sent) == await town.open().find(sent.key)


async def test_the_same_key_after_the_decision_is_the_decided_application(town: Town) -> None:
    sent = draft()
    await town.open().submit(sent)
    await town.office.decide(sent.key, Decision.APPROVE, "Yes.")
    await town.told()

    decided = await town.open().submit(sent)

    assert decided.status == Status.APPROVED
    assert decided == await town.open().find(sent.key)
    assert await town.office.waiting(sent.key) == 0


async def test_nobody_else_has_the_application_of_a_key(town: Town) -> None:
    await town.open().submit(draft())

    assert await town.open().find(draft().key) is None


async def test_the_applicant_is_told_once_when_the_legal_time_is_over_and_the_office_can_still_decide(
    town: Town,
) -> None:
    sent = draft(town.legal_time)
    await town.open().submit(sent)

    town.end_legal_time()

    (late,) = await town.heard(SOON)
    assert (late.key, late.name, late.facts) == (sent.key, "late", {})
    application = await town.open().find(sent.key)
    assert application is not None
    assert application.status == Status.PENDING
    await town.office.decide(sent.key, Decision.APPROVE, "At last.")
    assert await town.told() == [("approved", {"reason": "At last."})]


async def test_a_decision_stands_while_older_news_still_waits(town: Town) -> None:
    sent = draft(town.legal_time)
    await town.open().submit(sent)
    town.end_legal_time()
    (late,) = await town.open().events(SOON)
    await town.office.decide(sent.key, Decision.REFUSE, "No.")

    refusal = next(event for event in await town.open().events(NOW) if event.id != late.id)
    await town.open().acknowledge(refusal)

    application = await town.open().find(sent.key)
    assert application is not None
    assert (application.status, application.ended) == (Status.REJECTED, True)
    await town.open().withdraw(application.id)
    assert await town.open().find(sent.key) == application


async def test_news_keeps_its_id_until_it_is_acknowledged_and_never_comes_again(town: Town) -> None:
    sent = draft()
    await town.open().submit(sent)
    await town.office.decide(sent.key, Decision.APPROVE, "Yes.")
    (first,) = await town.open().events(NOW)

    (second,) = await town.open().events(AGAIN)
    await town.open().acknowledge(second)
    await town.open().acknowledge(first)

    assert first == second
    assert await town.open().events(NOW) == ()


async def test_news_comes_in_the_order_it_arose(town: Town, clock: Clock) -> None:
    drafts = [draft(), draft(), draft()]
    await asyncio.gather(*(town.open().submit(sent) for sent in drafts))
    for sent in reversed(drafts):
        clock.move(minutes=1)
        await town.office.decide(sent.key, Decision.APPROVE, "Yes.")

    assert [event.key for event in await town.open().events(NOW)] == [sent.key for sent in reversed(drafts)]


async def test_a_withdrawn_application_ends_and_is_off_the_offices_desk(town: Town) -> None:
    sent = draft()
    submitted = await town.open().submit(sent)

    await town.open().withdraw(submitted.id)
    await town.open().withdraw(submitted.id)

    withdrawn = await town.open().find(sent.key)
    assert withdrawn is not None
    assert (withdrawn.status, withdrawn.title, withdrawn.ended) == (Status.WITHDRAWN, "Withdrawn", True)
    assert await town.office.waiting(sent.key) == 0
    assert await town.open().submit(sent) == withdrawn


async def test_a_withdrawn_application_has_no_more_news(town: Town) -> None:
    sent = draft()
    submitted = await town.open().submit(sent)
    await town.office.decide(sent.key, Decision.RETURN, "A paper is missing.")
    (event,) = await town.open().events(NOW)

    await town.open().withdraw(submitted.id)
    await town.open().acknowledge(event)

    assert await town.open().events(NOW) == ()
    assert await town.open().tasks(submitted.id) == ()


async def test_what_is_decided_cannot_be_withdrawn(town: Town) -> None:
    sent = draft()
    submitted = await town.open().submit(sent)
    await town.office.decide(sent.key, Decision.APPROVE, "Yes.")

    await town.open().withdraw(submitted.id)

    assert await town.told() == [("approved", {"reason": "Yes."})]
    await town.open().withdraw(submitted.id)
    application = await town.open().find(sent.key)
    assert application is not None
    assert application.status == Status.APPROVED


async def test_an_application_that_is_not_there_is_unknown(town: Town) -> None:
    with pytest.raises(ApplicationUnknown):
        await town.open().tasks("nobody")
    with pytest.raises(ApplicationUnknown):
        await town.open().withdraw("nobody")
    with pytest.raises(ApplicationUnknown):
        await town.open().complete(Task("nobody:1", "nobody", "supply", None), {})


async def test_a_service_nobody_offers_is_refused(town: Town) -> None:
    with pytest.raises(Refused):
        await town.open().submit(Draft(draft().key, "moon_landing", "citizen-1"))
