"""What a citizen ordered is done at the office, once, however long the office is away."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.cases import LEASE
from bot.store import cases, orders
from bot.store.instances import StoredInstances
from dialogs.catalogue import services
from integrations.workflow import Draft, Status
from integrations.workflow.embedded import Decision, Embedded
from tests.bot.house import House
from tests.fakes.brain import BRAIN, SERVICE
from tests.fakes.clock import Clock


async def status(house: House, reference: str) -> str:
    filed = await house.store.read(cases.by_reference, reference)
    assert filed is not None
    return filed.case.status


async def test_an_application_reaches_the_office_and_she_is_told(house: House) -> None:
    reference = await house.apply("anna")
    before = await status(house, reference)

    await house.carry_all()

    assert before == "saved"
    assert await status(house, reference) == "received"
    assert house.told("anna")[1:] == ["received: received None"]


async def test_the_office_is_handed_nothing_personal(house: House) -> None:
    await house.apply("anna")

    await house.carry_all()

    assert house.office.facts == [{"legal_time": "P30D"}]


async def test_while_the_office_is_away_the_application_is_kept_and_she_is_told_once(
    house: House, clock: Clock
) -> None:
    house.office.is_down()
    reference = await house.apply("anna")

    for _ in range(10):
        await house.carry_all()
        clock.move(hours=1)

    assert await status(house, reference) == "saved"
    assert house.told("anna")[1:] == ["delayed: saved None"]


async def test_when_the_office_is_back_it_gets_the_application(house: House, clock: Clock) -> None:
    house.office.is_down()
    await house.apply("anna")
    await house.carry_all()

    house.office.is_back()
    clock.move(minutes=1)
    await house.carry_all()

    assert len(house.office.applications) == 1
    assert house.told("anna")[1:] == ["delayed: saved None", "received: received None"]


async def test_an_office_that_names_a_time_is_asked_again_then(house: House, clock: Clock) -> None:
    house.office.is_down(retry_after=timedelta(hours=5))
    await house.apply("anna")
    await house.carry_all()

    clock.move(hours=4)
    await house.carry_all()
    too_early = house.office.calls.copy()
    clock.move(hours=1)
    await house.carry_all()

    assert too_early == ["submit"]
    assert house.office.calls == ["submit", "submit"]


async def test_an_office_that_does_not_answer_counts_as_away(house: House, clock: Clock) -> None:
    house.office.away = TimeoutError()
    reference = await house.apply("anna")

    await house.carry_all()

    assert await status(house, reference) == "saved"
    assert house.told("anna")[1:] == ["delayed: saved None"]


async def test_an_application_that_was_refused_by_the_system_is_kept_and_tried_again(
    house: House, clock: Clock
) -> None:
    house.office.refuses()
    reference = await house.apply("anna")
    await house.carry_all()

    house.office.is_back()
    clock.move(minutes=10)
    await house.carry_all()
    too_early = await status(house, reference)
    clock.move(days=1)
    await house.carry_all()

    assert too_early == "saved"
    assert await status(house, reference) == "received"


async def test_what_a_dead_process_was_handing_in_is_handed_in_once(house: House, clock: Clock) -> None:
    await house.apply("anna")
    job = await house.store.write(orders.claim, clock(), clock() + LEASE)
    assert job is not None
    await house.office.submit(Draft(job.filed.key, job.filed.case.service, "anna", job.body["facts"]))

    await house.carry_all()
    within_the_lease = len(house.told("anna"))
    clock.now += LEASE
    await house.carry_all()

    assert within_the_lease == 1
    assert len(house.office.applications) == 1
    assert house.told("anna")[1:] == ["received: received None"]


async def test_an_answer_that_comes_after_the_lease_changes_nothing(house: House, clock: Clock) -> None:
    await house.apply("anna")
    late = await house.store.write(orders.claim, clock(), clock() + LEASE)
    assert late is not None
    clock.now += LEASE
    await house.carry_all()

    assert not await house.store.write(orders.finish, late)
    assert house.told("anna")[1:] == ["received: received None"]


async def test_withdrawn_before_it_was_sent_the_office_never_hears_of_it(house: House) -> None:
    reference = await house.apply("anna")
    await house.hear("anna", f"withdraw {reference}")

    await house.carry_all()

    assert house.office.calls == []
    assert await status(house, reference) == "withdrawn"
    assert house.told("anna")[2:] == ["withdrawn: withdrawn None"]


async def test_withdrawn_while_it_is_on_its_way_it_ends_withdrawn_at_the_office_too(house: House, clock: Clock) -> None:
    reference = await house.apply("anna")
    job = await house.store.write(orders.claim, clock(), clock() + LEASE)
    assert job is not None
    await house.hear("anna", f"withdraw {reference}")

    await house.carry_all()
    waits_for_the_first = house.office.calls.copy()
    clock.now += LEASE
    await house.carry_all()

    assert waits_for_the_first == []
    assert [application.status for application in house.office.applications.values()] == [Status.WITHDRAWN]
    assert await status(house, reference) == "withdrawn"
    assert house.told("anna")[2:] == ["withdrawn: withdrawn None"]


async def test_withdrawn_while_the_office_is_away_it_ends_withdrawn_at_the_office_too(
    house: House, clock: Clock
) -> None:
    house.office.is_down()
    reference = await house.apply("anna")
    await house.carry_all()
    await house.hear("anna", f"withdraw {reference}")

    house.office.is_back()
    clock.move(minutes=1)
    await house.carry_all()

    assert [application.status for application in house.office.applications.values()] == [Status.WITHDRAWN]
    assert house.told("anna")[1:] == ["delayed: saved None", "2. Withdrawing", "withdrawn: withdrawn None"]


async def test_a_received_application_is_withdrawn_at_the_office(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    await house.hear("anna", f"withdraw {reference}")

    await house.carry_all()

    assert [application.status for application in house.office.applications.values()] == [Status.WITHDRAWN]
    assert house.told("anna")[-1] == "withdrawn: withdrawn None"


async def test_what_was_decided_before_it_was_withdrawn_stays_decided(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    house.office.stands(Status.APPROVED, ended=True)
    house.office.says("approved")
    await house.hear("anna", f"withdraw {reference}")

    await house.carry_all()
    await house.hear_news()

    assert await status(house, reference) == "approved"
    assert house.told("anna")[3:] == ["approved: approved None"]


async def test_nobody_withdraws_anothers_application(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    await house.hear("boris", f"withdraw {reference}")

    await house.carry_all()

    assert await status(house, reference) == "received"


async def test_asking_twice_to_withdraw_withdraws_once(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    await house.hear("anna", f"withdraw {reference}")
    await house.hear("anna", f"withdraw {reference}")

    await house.carry_all()

    assert house.office.calls.count("withdraw") == 1
    assert house.told("anna").count("withdrawn: withdrawn None") == 1


async def test_her_answer_is_kept_with_the_case_and_the_office_goes_on(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    house.office.stands(Status.SENDBACK)
    house.office.says("returned", reason="Birth certificate?")
    await house.hear_news()
    await house.hear("anna", f"supply {reference} I bring it tomorrow")

    await house.carry_all()

    filed = await house.store.read(cases.by_reference, reference)
    assert filed is not None
    assert (filed.case.status, filed.supplied) == ("received", ("I bring it tomorrow",))
    assert house.told("anna")[-1] == "supplied: received None"


async def test_an_answer_to_a_case_that_has_ended_is_not_said_to_have_arrived(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    house.office.stands(Status.REJECTED, ended=True)
    await house.hear("anna", f"supply {reference} too late")

    await house.carry_all()

    assert house.told("anna")[-1] == "2. Supplying"


async def test_an_answer_cut_off_by_a_dying_process_does_not_answer_the_offices_next_request(
    house: House, clock: Clock
) -> None:
    office = Embedded(StoredInstances(house.store), {SERVICE: services()[SERVICE].process}, clock, timedelta(seconds=1))
    wire = Wire(office)
    house = House(house.store, BRAIN, clock, house.channel, wire)
    reference = await house.apply("anna")
    await house.carry_all()
    filed = await house.store.read(cases.by_reference, reference)
    assert filed is not None
    await office.decide(filed.key, Decision.RETURN, "Birth certificate?")
    await house.hear_news()
    await house.hear("anna", f"supply {reference} I bring it tomorrow")

    wire.is_cut_after_completing = True
    with pytest.raises(asyncio.CancelledError):
        await house.cases.carry_next()
    wire.is_cut_after_completing = False
    await office.decide(filed.key, Decision.RETURN, "And the identity card?")
    await house.hear_news()
    clock.now += LEASE
    await house.carry_all()

    application = await office.find(filed.key)
    assert application is not None
    assert application.status is Status.SENDBACK
    assert await status(house, reference) == "returned"
    assert house.told("anna")[-1] == "returned: returned And the identity card?"


async def test_an_answer_cut_off_by_a_dying_process_is_still_said_to_have_arrived(house: House, clock: Clock) -> None:
    wire = Wire(house.office)
    house = House(house.store, BRAIN, clock, house.channel, wire)
    reference = await house.apply("anna")
    await house.carry_all()
    wire.office.stands(Status.SENDBACK)
    wire.office.says("returned", reason="Birth certificate?")
    await house.hear_news()
    await house.hear("anna", f"supply {reference} I bring it tomorrow")

    wire.is_cut_after_completing = True
    with pytest.raises(asyncio.CancelledError):
        await house.cases.carry_next()
    wire.is_cut_after_completing = False
    clock.now += LEASE
    await house.carry_all()

    assert wire.office.calls.count("complete") == 1
    assert house.told("anna")[-1] == "supplied: received None"


async def test_two_processes_at_once_hand_in_every_application_once(house: House) -> None:
    for number in range(10):
        await house.apply(f"citizen{number}")

    await asyncio.gather(*(house.cases.carry_next() for _ in range(20)))
    await house.send_all()

    assert house.office.calls == ["submit"] * 10
    assert len(house.office.applications) == 10


class Wire:
    """Everything goes through to the office; a process that dies after completing a task never hears that it did."""

    def __init__(self, office: Any) -> None:
        self.office = office
        self.is_cut_after_completing = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.office, name)

    async def complete(self, *arguments: Any) -> Any:
        done = await self.office.complete(*arguments)
        if self.is_cut_after_completing:
            raise asyncio.CancelledError
        return done
