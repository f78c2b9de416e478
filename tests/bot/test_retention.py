"""Words go when their time has come, or when the citizen says so; what the office still needs stays."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from bot.retention import Retention
from bot.store import cases, erasure
from bot.store.cases import Filed
from bot.store.erasure import PAGE
from bot.store.tables import cases as case_rows
from bot.store.tables import deliveries, messages, sessions
from integrations.workflow import Status
from tests.bot.house import House
from tests.fakes.clock import Clock

ANSWERS = {"identity_number": "0101900210001", "children": 2}


@pytest.fixture
def retention(house: House, clock: Clock) -> Retention:
    return Retention(house.store, timedelta(days=10), timedelta(days=30), clock)


async def filed(house: House, reference: str) -> Filed:
    found = await house.store.read(cases.by_reference, reference)
    assert found is not None
    return found


async def approved(house: House, who: str) -> str:
    reference = await house.apply(who)
    await house.carry_all()
    house.office.stands(Status.APPROVED, ended=True)
    house.office.says("approved", reason="Congratulations")
    await house.hear_news()
    return reference


async def sealed_words(house: House) -> int:
    """How many messages, deliveries and talks still have words in them."""

    def counted(connection: Connection) -> int:
        columns = (messages.c.body, deliveries.c.body, sessions.c.talk)
        return sum(connection.execute(select(func.count(column))).scalar_one() for column in columns)

    return await house.store.read(counted)


async def test_answers_go_some_days_after_the_case_has_ended(house: House, retention: Retention, clock: Clock) -> None:
    reference = await approved(house, "anna")

    clock.move(days=9)
    await retention.sweep()
    before = (await filed(house, reference)).answers
    clock.move(days=2)
    await retention.sweep()

    assert before == ANSWERS
    assert (await filed(house, reference)).answers == {}


async def test_answers_stay_while_the_office_decides(house: House, retention: Retention, clock: Clock) -> None:
    reference = await house.apply("anna")
    await house.carry_all()

    clock.move(days=300)
    await retention.sweep()

    assert (await filed(house, reference)).answers == ANSWERS


async def test_a_talk_goes_after_a_long_silence(house: House, retention: Retention, clock: Clock) -> None:
    await house.hear("anna", "hello")

    clock.move(days=29)
    await retention.sweep()
    before = await house.history("anna")
    clock.move(days=2)
    await retention.sweep()

    assert len(before) == 2
    assert await house.history("anna") == ()


async def test_whoever_still_writes_keeps_the_whole_talk(house: House, retention: Retention, clock: Clock) -> None:
    await house.hear("anna", "hello")
    clock.move(days=20)
    await house.hear("anna", "still here")

    clock.move(days=20)
    await retention.sweep()

    assert len(await house.history("anna")) == 4


async def test_after_a_silence_she_begins_again_in_her_language(
    house: House, retention: Retention, clock: Clock
) -> None:
    await house.hear("anna", "hello")
    await house.hear("anna", "more")
    clock.move(days=31)
    await retention.sweep()

    assert await house.hear("anna", "hello again") == ["1. You said hello again"]
    assert [entry.language for entry in await house.history("anna")] == [None, "xx"]


async def test_news_after_a_long_silence_is_told_and_can_be_read_for_a_while(
    house: House, retention: Retention, clock: Clock
) -> None:
    await house.apply("anna")
    await house.carry_all()
    clock.move(days=31)
    house.office.says("approved")
    await house.cases.hear_news(timedelta(0))

    await retention.sweep()
    await house.send_all()
    just_told = [entry.text for entry in await house.history("anna")]
    clock.move(days=31)
    await retention.sweep()

    assert house.told("anna")[-1] == "approved: approved None"
    assert just_told[-1] == "approved: approved None"
    assert await house.history("anna") == ()


async def test_a_talk_stays_while_its_case_is_open_however_long(
    house: House, retention: Retention, clock: Clock
) -> None:
    await house.apply("anna")
    await house.carry_all()
    await house.hear("boris", "hello")

    clock.move(days=300)
    await retention.sweep()

    assert [entry.text for entry in await house.history("anna") if entry.heard] == ["apply"]
    assert await house.history("boris") == ()


async def test_a_talk_goes_a_silence_after_its_case_has_ended(house: House, retention: Retention, clock: Clock) -> None:
    await house.apply("anna")
    await house.carry_all()
    clock.move(days=100)
    house.office.says("approved")
    await house.hear_news()

    clock.move(days=29)
    await retention.sweep()
    before = await house.history("anna")
    clock.move(days=2)
    await retention.sweep()

    assert [entry.text for entry in before if entry.heard] == ["apply"]
    assert await house.history("anna") == ()


async def test_a_sweep_of_many_reaches_everyone_page_by_page(house: House, retention: Retention, clock: Clock) -> None:
    for number in range(PAGE + 5):
        await house.accept(f"citizen{number}", "hello")
    await house.answer_all()
    clock.move(days=31)

    first = await house.store.write(erasure.erase_silent, clock() - timedelta(days=30), None)
    await retention.sweep()

    assert first.erased == PAGE
    assert await sealed_words(house) == PAGE + 5  # in every session the language


async def test_answers_of_many_cases_all_go(house: House, retention: Retention, clock: Clock) -> None:
    for number in range(PAGE + 5):
        await house.accept(f"citizen{number}", "apply")
    await house.answer_all()
    await house.store.write(
        lambda connection: connection.execute(update(case_rows).values(status="approved", ended=clock()))
    )

    clock.move(days=11)
    await retention.sweep()

    assert {len(one.answers) for one in await house.store.read(cases.all_in, None)} == {0}


async def test_sweeping_again_changes_nothing(house: House, retention: Retention, clock: Clock) -> None:
    await approved(house, "anna")
    clock.move(days=31)
    await retention.sweep()
    words = await sealed_words(house)

    await retention.sweep()

    assert await sealed_words(house) == words


async def test_what_she_asked_to_forget_is_gone_and_only_the_farewell_is_left(house: House) -> None:
    await house.hear("anna", "hello")

    farewell = await house.hear("anna", "forget")

    assert farewell == ["2. Forgotten"]
    assert [entry.text for entry in await house.history("anna")] == ["2. Forgotten"]


async def test_after_forgetting_an_ended_case_is_nobodys(house: House) -> None:
    reference = await approved(house, "anna")

    await house.hear("anna", "forget")

    found = await filed(house, reference)
    assert (found.citizen, found.answers, found.case.reason) == (None, {}, None)
    assert await house.hear("anna", "cases") == ["3. None"]


async def test_after_forgetting_an_open_case_goes_on_and_its_news_is_told(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    await house.hear("anna", "forget")
    house.office.says("approved")

    await house.hear_news()

    assert (await filed(house, reference)).answers == ANSWERS
    assert house.told("anna")[-1] == "approved: approved None"


async def test_forgetting_concerns_nobody_else(house: House) -> None:
    await house.hear("boris", "hello")

    await house.hear("anna", "forget")

    assert len(await house.history("boris")) == 2


async def test_a_message_that_follows_the_wish_to_forget_is_still_answered(house: House) -> None:
    await house.accept("anna", "forget")
    await house.accept("anna", "hello")

    await house.answer_all()
    await house.send_all()

    assert house.told("anna") == ["1. Forgotten", "2. You said hello"]
