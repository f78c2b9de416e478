"""An office that refuses, tells nothing by itself, or tells nonsense: the citizen still hears the truth, once."""

from collections.abc import Awaitable, Callable

import pytest

from bot.store import Store, cases
from integrations.workflow import Application, ServiceDown, Status
from tests.bot.house import House
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock
from tests.fakes.office import Office


@pytest.fixture
async def silent(house: House) -> House:
    """A house whose office tells nothing by itself, and has Anna's application."""
    house.office.tells = False
    await house.apply("anna")
    await house.carry_all()
    return house


async def look(house: House) -> int:
    looked = await house.cases.look()
    await house.send_all()
    return looked


async def test_what_the_office_does_not_take_is_kept_and_said_once(house: House, clock: Clock) -> None:
    house.office.refuses()
    reference = await house.apply("anna")

    for _ in range(5):
        await house.carry_all()
        clock.move(days=1)

    assert house.told("anna")[1:] == ["not_taken: saved None"]
    filed = await house.store.read(cases.by_reference, reference)
    assert filed is not None
    assert filed.case.status == "saved"


async def test_first_away_and_then_refusing_is_told_as_both(house: House, clock: Clock) -> None:
    house.office.is_down()
    await house.apply("anna")
    await house.carry_all()

    house.office.refuses()
    clock.move(hours=2)
    await house.carry_all()

    assert house.told("anna")[1:] == ["delayed: saved None", "not_taken: saved None"]


async def test_a_refusal_that_was_put_right_brings_the_application_to_the_office(house: House, clock: Clock) -> None:
    house.office.refuses()
    await house.apply("anna")
    await house.carry_all()

    house.office.is_back()
    clock.move(days=1)
    await house.carry_all()

    assert house.told("anna")[1:] == ["not_taken: saved None", "received: received None"]


async def test_a_withdrawal_the_office_does_not_know_is_not_kept_quiet(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    house.office.refuses()

    await house.hear("anna", f"withdraw {reference}")
    await house.carry_all()

    assert house.told("anna")[-1] == "not_withdrawn: received None"


async def test_a_decision_is_seen_at_an_office_that_tells_nothing(silent: House) -> None:
    silent.office.stands(Status.APPROVED, ended=True)

    await look(silent)

    assert silent.told("anna")[-1] == "approved: approved None"


async def test_a_return_is_seen_once_and_again_after_the_answer(silent: House, clock: Clock) -> None:
    silent.office.stands(Status.SENDBACK)
    await look(silent)
    clock.move(hours=2)
    await look(silent)
    seen = silent.told("anna")[2:]

    await silent.hear("anna", f"supply {silent.told('anna')[0].split()[-1]} here it is")
    await silent.carry_all()
    silent.office.stands(Status.SENDBACK)
    clock.move(hours=2)
    await look(silent)

    assert seen == ["returned: returned None"]
    assert silent.told("anna")[-1] == "returned: returned None"


async def test_an_office_where_nothing_happens_is_asked_less_and_less_often(silent: House, clock: Clock) -> None:
    looks = []
    for _ in range(24 * 60):
        looks.append(await look(silent))
        clock.move(minutes=1)

    assert 24 <= sum(looks) <= 45
    assert sum(looks[:60]) > 3
    assert sum(looks[-120:]) <= 4


async def test_an_ended_application_is_not_looked_at_any_more(silent: House, clock: Clock) -> None:
    silent.office.stands(Status.REJECTED, ended=True)
    await look(silent)
    clock.move(days=2)

    assert await look(silent) == 0


async def test_one_look_that_is_refused_does_not_hold_up_the_others(silent: House, clock: Clock) -> None:
    silent.office.refuses()
    await look(silent)

    silent.office.is_back()
    silent.office.stands(Status.APPROVED, ended=True)
    clock.move(hours=2)
    await look(silent)

    assert silent.told("anna")[-1] == "approved: approved None"


async def test_news_in_words_nobody_knows_is_found_out_by_looking(house: House) -> None:
    await house.apply("anna")
    await house.carry_all()
    house.office.stands(Status.APPROVED, ended=True)
    house.office.says("zzz")

    await house.hear_news()

    assert house.told("anna")[-1] == "approved: approved None"
    assert house.office.untold == []


async def test_the_same_news_in_two_answers_is_told_once(house: House) -> None:
    await house.apply("anna")
    await house.carry_all()
    event = house.office.says("refused", reason="Ništa.")
    house.office.untold.append(event)

    await house.hear_news()

    assert house.told("anna")[2:] == ["refused: refused Ništa."]


class Slow(Office):
    """An office whose answer to a look was made before what happens `meanwhile`, and that never finds `lost`."""

    tells = False

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[str] = set()
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def find(self, key: str) -> Application | None:
        found = await super().find(key)
        if key in self.lost:
            raise ServiceDown
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return found


async def test_one_application_that_cannot_be_read_does_not_hide_the_others(store: Store, clock: Clock) -> None:
    office = Slow()
    house = House(store, BRAIN, clock, office=office)
    await house.apply("anna")
    await house.carry_all()
    office.lost = set(office.applications)
    await house.apply("boris")
    await house.carry_all()
    office.stands(Status.APPROVED, ended=True)

    with pytest.raises(ServiceDown):
        await house.cases.look()
    await look(house)

    assert house.told("boris")[-1] == "approved: approved None"


async def test_a_look_that_is_older_than_her_answer_changes_nothing(store: Store, clock: Clock) -> None:
    office = Slow()
    house = House(store, BRAIN, clock, office=office)
    reference = await house.apply("anna")
    await house.carry_all()
    office.stands(Status.SENDBACK)
    await look(house)

    async def she_answers() -> None:
        await house.hear("anna", f"supply {reference} here it is")
        await house.carry_all()

    office.meanwhile = she_answers
    clock.move(hours=2)
    await look(house)

    assert house.told("anna")[-1] == "supplied: received None"


async def test_an_answer_once_refused_does_not_answer_a_later_question(house: House, clock: Clock) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    house.office.stands(Status.SENDBACK)
    house.office.says("returned", reason="Izvod.")
    await house.hear_news()
    house.office.refuses_to_complete = True
    await house.hear("anna", f"supply {reference} izvod")
    await house.carry_all()

    house.office.refuses_to_complete = False
    house.office.asks_something_else()
    clock.move(days=1)
    await house.carry_all()

    assert "complete" not in house.office.calls[house.office.calls.index("complete") + 1 :]
