"""Reminders of due days: a week before each, once for everybody who asked, whatever happens to the process."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.reminders import Reminders
from bot.retention import Retention
from bot.signals import Signals
from bot.store import reminders as stored
from bot.store.tables import reminders as rows
from dialogs.session import Reply, Session
from dialogs.steps import HOME_TIME
from tests.bot.house import House
from tests.fakes.brain import BRAIN, DUE
from tests.fakes.clock import Clock

FIRST, SECOND = date(2026, 6, 30), date(2026, 11, 2)  # 31 October 2026 is a Saturday


def words(day: date) -> str:
    return f"{DUE} is due by {day}"


def loop(house: House) -> Reminders:
    return Reminders(house.store, BRAIN.remind, Signals(), house.clock)


@pytest.fixture
def reminders(house: House) -> Reminders:
    return loop(house)


def at(clock: Clock, day: date, hour: int = 10) -> None:
    clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=HOME_TIME).astimezone(UTC)


async def told(house: House, who: str) -> list[str]:
    """The reminders among what was said to somebody."""
    await house.send_all()
    return [text for text in house.told(who) if "is due by" in text]


async def live(reminders: Reminders, clock: Clock, until: date) -> list[tuple[datetime, int]]:
    """When somebody was reminded, looked at every hour up to the day."""
    happened = []
    while clock().astimezone(HOME_TIME).date() < until:
        clock.move(hours=1)
        happened.append((clock().astimezone(HOME_TIME), await reminders.remind()))
    return [(when, count) for when, count in happened if count]


async def test_over_two_years_every_due_day_is_told_once_a_week_before_by_day(
    house: House, reminders: Reminders, clock: Clock
) -> None:
    await house.hear("anna", "remind")

    happened = await live(reminders, clock, date(2028, 3, 2))

    due = [FIRST, SECOND, date(2027, 6, 30), date(2027, 11, 1)]
    assert await told(house, "anna") == [words(day) for day in due]
    assert [when.date() for when, _ in happened] == [day - timedelta(days=7) for day in due]
    assert {when.hour for when, _ in happened} == {9}  # also right after the clocks were put back


async def test_who_did_not_ask_is_not_reminded(house: House, reminders: Reminders, clock: Clock) -> None:
    await house.hear("boris", "hello")
    at(clock, date(2026, 6, 23))

    assert await reminders.remind() == 0


async def test_asking_twice_is_one_reminder(house: House, reminders: Reminders, clock: Clock) -> None:
    await house.hear("anna", "remind")
    await house.hear("anna", "remind")
    at(clock, date(2026, 6, 23))

    assert await reminders.remind() == 1
    assert await told(house, "anna") == [words(FIRST)]


async def test_after_a_restart_nothing_is_told_again(house: House, reminders: Reminders, clock: Clock) -> None:
    await house.hear("anna", "remind")
    at(clock, date(2026, 6, 23))
    await reminders.remind()
    clock.move(days=1)

    assert await loop(house).remind() == 0
    assert await told(house, "anna") == [words(FIRST)]


async def test_two_processes_at_once_tell_it_once(house: House, clock: Clock) -> None:
    await house.hear("anna", "remind")
    await house.hear("boris", "remind")
    at(clock, date(2026, 6, 23))

    counts = await asyncio.gather(*(loop(house).remind() for _ in range(4)))

    assert sum(counts) == 2
    assert await told(house, "anna") == await told(house, "boris") == [words(FIRST)]


@pytest.mark.parametrize(
    ("back", "heard"), [(date(2026, 6, 29), [words(FIRST)]), (FIRST, [words(FIRST)]), (date(2026, 7, 1), [])]
)
async def test_a_day_missed_while_nobody_reminded_is_told_only_while_it_is_ahead(
    house: House, reminders: Reminders, clock: Clock, back: date, heard: list[str]
) -> None:
    await house.hear("anna", "remind")
    at(clock, back)

    await reminders.remind()

    assert await told(house, "anna") == heard


async def test_nobody_is_woken_at_night(house: House, reminders: Reminders, clock: Clock) -> None:
    await house.hear("anna", "remind")

    at(clock, date(2026, 6, 23), hour=3)
    at_night = await reminders.remind()
    at(clock, date(2026, 6, 23), hour=9)

    assert (at_night, await reminders.remind()) == (0, 1)


async def test_who_asks_within_the_week_was_told_the_day_then(house: House, reminders: Reminders, clock: Clock) -> None:
    at(clock, date(2026, 6, 25))
    await house.hear("anna", "remind")

    await live(reminders, clock, date(2026, 12, 1))

    assert await told(house, "anna") == [words(SECOND)]


async def test_who_wants_no_more_is_not_reminded(house: House, reminders: Reminders, clock: Clock) -> None:
    await house.hear("anna", "remind")
    await house.hear("anna", "unremind")
    at(clock, date(2026, 6, 23))

    assert await reminders.remind() == 0


async def test_who_is_forgotten_is_not_reminded_and_the_others_are(
    house: House, reminders: Reminders, clock: Clock
) -> None:
    await house.hear("anna", "remind")
    await house.hear("boris", "remind")
    await house.hear("anna", "forget")
    at(clock, date(2026, 6, 23))

    assert await reminders.remind() == 1
    assert await told(house, "anna") == []
    assert await told(house, "boris") == [words(FIRST)]


async def test_a_long_silence_ends_no_reminder(house: House, reminders: Reminders, clock: Clock) -> None:
    await house.hear("anna", "remind")
    clock.move(days=60)
    await Retention(house.store, timedelta(days=10), timedelta(days=30), clock).sweep()
    at(clock, date(2026, 6, 23))

    assert await reminders.remind() == 1


async def test_everybody_is_reached_page_by_page(house: House, reminders: Reminders, clock: Clock) -> None:
    names = [f"citizen{number}" for number in range(stored.PAGE + 5)]
    await asyncio.gather(*(house.accept(name, "remind") for name in names))
    await house.answer_all()
    at(clock, date(2026, 6, 23))

    assert await reminders.remind() == stored.PAGE + 5
    assert await reminders.remind() == 0


async def test_words_that_fail_for_one_hold_up_nobody_and_are_tried_again(house: House, clock: Clock) -> None:
    await house.hear("anna", "remind")
    await house.hear("boris", "remind")
    at(clock, date(2026, 6, 23))
    unlucky = Reminders(house.store, Stumbling(), Signals(), clock)

    assert await unlucky.remind() == 1
    assert await unlucky.remind() == 1
    assert await told(house, "anna") == await told(house, "boris") == [words(FIRST)]


async def test_it_is_kept_with_the_last_day_that_was_told(house: House, reminders: Reminders, clock: Clock) -> None:
    await house.hear("anna", "remind")
    at(clock, date(2026, 6, 23))
    await reminders.remind()

    assert await house.store.read(days) == [FIRST]


class Stumbling:
    """Finds no words the first time it is asked for them."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, session: Session, service: str, day: date) -> Reply:
        self.asked += 1
        if self.asked == 1:
            raise ValueError(service)
        return BRAIN.remind(session, service, day)


def days(connection: Connection) -> list[date | None]:
    return list(connection.execute(select(rows.c.told)).scalars())
