"""What the office says is told once, in order, and only while it still matters."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from bot.store import Store, cases
from dialogs.session import Case, Reply, Session
from integrations.workflow import Event, ServiceDown
from tests.bot.house import AT_ONCE, House
from tests.fakes.brain import BRAIN, tell
from tests.fakes.clock import Clock


async def test_a_decision_is_told_with_the_offices_words_and_the_last_day(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    house.office.says("returned", reason="Birth certificate?", until="2026-03-20")

    await house.hear_news()

    filed = await house.store.read(cases.by_reference, reference)
    assert filed is not None
    assert (filed.case.status, filed.case.reason, filed.case.until) == (
        "returned",
        "Birth certificate?",
        date(2026, 3, 20),
    )
    assert house.told("anna")[-1] == "returned: returned Birth certificate? until 2026-03-20"


async def test_news_that_comes_again_is_told_once(house: House) -> None:
    await house.apply("anna")
    await house.carry_all()
    event = house.office.says("approved")

    await house.hear_news()
    house.office.untold = [event]
    await house.hear_news()

    assert house.told("anna").count("approved: approved None") == 1
    assert house.office.untold == []


async def test_news_that_the_database_refuses_is_not_taken_for_told(store: Store, clock: Clock) -> None:
    house = House(store, replace(BRAIN, tell=_refused_by_the_database), clock)
    reference = await house.apply("anna")
    await house.carry_all()
    house.office.says("approved")

    with pytest.raises(IntegrityError):
        await house.hear_news()

    filed = await house.store.read(cases.by_reference, reference)
    assert filed is not None
    assert filed.case.status == "received"
    assert [event.name for event in house.office.untold] == ["approved"]


async def test_what_was_told_is_acknowledged(house: House) -> None:
    await house.apply("anna")
    await house.carry_all()
    house.office.says("approved")

    await house.hear_news()

    assert house.office.untold == []


async def test_a_reminder_leaves_the_case_where_it_is(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    house.office.says("late")

    await house.hear_news()

    filed = await house.store.read(cases.by_reference, reference)
    assert filed is not None
    assert filed.case.status == "received"
    assert house.told("anna")[-1] == "late: received None"


async def test_a_decision_quicker_than_the_receipt_is_told_alone(house: House) -> None:
    await house.apply("anna")
    house.office.untold = [Event("quick", await only_key(house), "approved")]
    await house.hear_news()

    await house.carry_all()

    assert house.told("anna")[1:] == ["approved: approved None"]


async def test_news_about_a_withdrawn_case_is_not_told(house: House) -> None:
    reference = await house.apply("anna")
    await house.carry_all()
    await house.hear("anna", f"withdraw {reference}")
    await house.carry_all()
    house.office.says("late")

    await house.hear_news()

    assert house.told("anna")[-1] == "withdrawn: withdrawn None"


async def test_news_that_nobody_waits_for_is_taken_off_the_list(house: House) -> None:
    house.office.untold = [Event("lost", "unknown-key", "approved"), Event("odd", "unknown-key", "painted")]

    await house.hear_news()

    assert house.office.untold == []


async def test_one_that_cannot_be_told_does_not_hold_up_the_rest(store: Store, clock: Clock) -> None:
    house = House(store, replace(BRAIN, tell=_speechless_if_approved), clock)
    await house.apply("anna")
    await house.carry_all()
    house.office.says("approved")
    house.office.says("late")

    with pytest.raises(ValueError, match="speechless"):
        await house.cases.hear_news(AT_ONCE)
    await house.send_all()

    assert house.told("anna")[-1] == "late: received None"
    assert [event.name for event in house.office.untold] == ["approved"]


async def test_an_office_that_is_away_is_not_an_end_of_news(house: House) -> None:
    await house.apply("anna")
    await house.carry_all()
    house.office.says("approved")
    house.office.is_down()
    with pytest.raises(ServiceDown):
        await house.hear_news()

    house.office.is_back()
    await house.hear_news()

    assert house.told("anna")[-1] == "approved: approved None"


async def only_key(house: House) -> str:
    (filed,) = await house.store.read(cases.all_in, None)
    return filed.key


def _refused_by_the_database(session: Session, case: Case, event: str) -> Reply:
    if event == "approved":
        raise IntegrityError("INSERT", {}, Exception())
    return tell(session, case, event)


def _speechless_if_approved(session: Session, case: Case, event: str) -> Reply:
    if event == "approved":
        raise ValueError("speechless")
    return tell(session, case, event)
