"""A clerk decides in the terminal; every refusal is a sentence that says why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.desk import Desk, NotDone, Ruling, answers
from bot.store import Store
from bot.store.instances import StoredInstances
from dialogs.catalogue import services
from integrations.workflow.embedded import Decision, Embedded
from tests.bot.house import House
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock

TODAY = date(2026, 3, 2)
APPROVE = Ruling(Decision.APPROVE)


class Town:
    """A house whose office is the real engine, and the clerk's desk in it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        processes = {name: service.process for name, service in services().items()}
        office = Embedded(StoredInstances(store), processes, clock, timedelta(seconds=1))
        self.house = House(store, BRAIN, clock, office=office)
        self.desk = Desk(store, office)

    async def received(self) -> str:
        reference = await self.house.apply("anna")
        await self.house.carry_all()
        return reference

    async def told(self) -> str:
        await self.house.hear_news()
        return self.house.told("anna")[-1]


@pytest.fixture
def town(store: Store, clock: Clock) -> Town:
    return Town(store, clock)


async def test_an_approval_is_told_to_the_citizen(town: Town) -> None:
    reference = await town.received()

    await town.desk.decide(reference, APPROVE, TODAY)

    assert await town.told() == "approved: approved None"


async def test_a_refusal_is_told_with_its_reason(town: Town) -> None:
    reference = await town.received()

    await town.desk.decide(reference, Ruling(Decision.REFUSE, "Lives elsewhere."), TODAY)

    assert await town.told() == "refused: refused Lives elsewhere."


async def test_what_is_returned_has_fifteen_days_and_ends_on_a_working_day(town: Town) -> None:
    reference = await town.received()

    await town.desk.decide(reference, Ruling(Decision.RETURN, "Birth certificate?"), date(2026, 3, 6))

    assert await town.told() == "returned: returned Birth certificate? until 2026-03-23"


async def test_a_clerk_may_name_another_last_day(town: Town) -> None:
    reference = await town.received()

    await town.desk.decide(reference, Ruling(Decision.RETURN, "Certificate?", date(2026, 4, 1)), TODAY)

    assert await town.told() == "returned: returned Certificate? until 2026-04-01"


async def test_after_her_answer_it_can_be_decided(town: Town) -> None:
    reference = await town.received()
    await town.desk.decide(reference, Ruling(Decision.RETURN, "Birth certificate?"), TODAY)
    await town.told()
    await town.house.hear("anna", f"supply {reference} here it is")
    await town.house.carry_all()

    await town.desk.decide(reference, APPROVE, TODAY)

    assert await town.told() == "approved: approved None"


async def test_a_number_may_be_written_in_lower_case_and_with_spaces(town: Town) -> None:
    reference = await town.received()

    filed = await town.desk.case(reference.lower().replace("-", " "))

    assert filed.case.reference == reference


@pytest.mark.parametrize("ruling", [Ruling(Decision.REFUSE), Ruling(Decision.RETURN, "  ")])
async def test_without_a_reason_nothing_is_refused_or_returned(town: Town, ruling: Ruling) -> None:
    reference = await town.received()

    with pytest.raises(NotDone, match="needs a reason"):
        await town.desk.decide(reference, ruling, TODAY)


async def test_a_last_day_in_the_past_is_refused(town: Town) -> None:
    reference = await town.received()

    with pytest.raises(NotDone, match="in the past"):
        await town.desk.decide(reference, Ruling(Decision.RETURN, "Why?", date(2026, 3, 1)), TODAY)


@pytest.mark.parametrize("reference", ["KOM-2026-AAAAAA", "seven", ""])
async def test_an_unknown_number_is_said_to_be_unknown(town: Town, reference: str) -> None:
    with pytest.raises(NotDone, match="There is no application"):
        await town.desk.decide(reference, APPROVE, TODAY)


async def test_what_is_not_at_the_office_yet_is_said_to_be_on_its_way(town: Town) -> None:
    reference = await town.house.apply("anna")

    with pytest.raises(NotDone, match="not at the office yet"):
        await town.desk.decide(reference, APPROVE, TODAY)


async def test_what_is_decided_is_not_decided_again(town: Town) -> None:
    reference = await town.received()
    await town.desk.decide(reference, APPROVE, TODAY)

    with pytest.raises(NotDone, match="approved already"):
        await town.desk.decide(reference, Ruling(Decision.REFUSE, "Changed my mind."), TODAY)


async def test_what_waits_for_the_citizen_is_not_decided(town: Town) -> None:
    reference = await town.received()
    await town.desk.decide(reference, Ruling(Decision.RETURN, "Birth certificate?"), TODAY)

    with pytest.raises(NotDone, match="waits for the citizen"):
        await town.desk.decide(reference, APPROVE, TODAY)


async def test_what_was_withdrawn_is_not_decided(town: Town) -> None:
    reference = await town.received()
    await town.house.hear("anna", f"withdraw {reference}")
    await town.house.carry_all()

    with pytest.raises(NotDone, match="withdrawn by the citizen"):
        await town.desk.decide(reference, APPROVE, TODAY)


async def test_the_clerk_sees_what_the_citizen_stated(town: Town) -> None:
    reference = await town.received()

    stated = dict(answers(await town.desk.case(reference)))

    assert "0101900210001" in stated.values()


async def test_cases_are_listed_oldest_first_and_by_where_they_stand(town: Town) -> None:
    first = await town.received()
    second = await town.house.apply("boris")

    everything = [filed.case.reference for filed in await town.desk.cases(None)]
    saved = [filed.case.reference for filed in await town.desk.cases("saved")]

    assert everything == [first, second]
    assert saved == [second]


async def test_when_the_legal_time_is_over_she_is_told_once(town: Town, clock: Clock) -> None:
    await town.received()
    clock.move(days=31)

    await town.house.hear_news()
    await town.house.hear_news()

    assert [text for text in town.house.told("anna") if text.startswith("late")] == ["late: received None"]


async def test_the_clerk_reads_that_a_paper_will_be_brought(town: Town) -> None:
    filed = await town.desk.case(await town.received())

    stated = dict(answers(replace(filed, answers={"account": "counter"})))

    assert list(stated.values()) == ["Donijeću na šalter"]
