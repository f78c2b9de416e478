"""Which due day comes next, what is due soon, and the words of a reminder."""

from datetime import date, timedelta

import pytest

from dialogs.catalogue import services
from dialogs.dues import NOTICE, coming, day_in, remind, soon
from dialogs.service import Basis, Due
from dialogs.session import Session
from locales import LANGUAGES

CONFIRMED = Basis("Act", "https://example.org", date(2026, 11, 24), "confirmed")
TAX = next(service for service in services().values() if service.dues)


def due(month: int, day: int, basis: Basis = CONFIRMED) -> Due:
    return Due(f"{month}-{day}", "Due", month, day, "Due by {last_day}.", basis)


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2026, date(2026, 11, 2)),  # 31 October is a Saturday
        (2027, date(2027, 11, 1)),  # a Sunday
        (2028, date(2028, 10, 31)),
    ],
)
def test_a_due_day_on_a_weekend_moves_to_the_next_day_offices_are_open(year: int, day: date) -> None:
    assert day_in(due(10, 31), year) == day


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 11, 24), [date(2027, 6, 30), date(2027, 11, 1)]),
        (date(2027, 6, 30), [date(2027, 6, 30), date(2027, 11, 1)]),
        (date(2027, 7, 1), [date(2027, 11, 1), date(2028, 6, 30)]),
        (date(2026, 11, 1), [date(2026, 11, 2), date(2027, 6, 30)]),
    ],
)
def test_the_next_day_of_each_is_told_the_soonest_first(today: date, days: list[date]) -> None:
    assert [each.day for each in coming((due(6, 30), due(10, 31)), today)] == days


def test_a_day_that_moved_into_january_is_still_ahead_on_new_year() -> None:
    moved = day_in(due(12, 31), 2033)  # a Saturday, and then two holidays

    assert moved.year == 2034
    assert [each.day for each in coming((due(12, 31),), date(2034, 1, 1))] == [moved]


def test_a_day_nobody_confirmed_is_never_told() -> None:
    unsure = Basis("Act", "https://example.org", date(2026, 11, 24), "to be confirmed")

    assert coming((due(6, 30, unsure),), date(2026, 11, 24)) == ()


@pytest.mark.parametrize(
    ("today", "is_soon"),
    [
        (date(2027, 6, 22), False),
        (date(2027, 6, 23), True),
        (date(2027, 6, 30), True),
        (date(2027, 7, 1), False),
    ],
)
def test_it_is_soon_from_a_week_before_to_the_day_itself(today: date, is_soon: bool) -> None:
    assert ((TAX.name, date(2027, 6, 30)) in soon(today)) is is_soon


def test_every_due_day_is_soon_for_eight_days_of_a_year() -> None:
    days = [date(2027, 1, 1) + timedelta(days=count) for count in range(365)]

    assert sum(len(soon(day)) for day in days) == len(TAX.dues) * (NOTICE.days + 1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tier", ["ordinary", "simple"])
def test_a_reminder_says_what_is_due_by_which_day_and_where_that_is_written(language: str, tier: str) -> None:
    reply = remind(Session(language, tier), TAX.name, date(2027, 6, 30))

    assert reply.language == language
    assert "2027" in reply.text
    assert "2026" in reply.text  # the day of the check
    assert "{" not in reply.text


def test_a_reminder_tells_only_what_is_due_on_that_day() -> None:
    reply = remind(Session("en"), TAX.name, date(2027, 6, 30))

    assert "first half" in reply.text
    assert "second half" not in reply.text


def test_a_reminder_in_between_does_not_uncover_a_private_question() -> None:
    assert remind(Session("en", asks_private=True), TAX.name, date(2027, 6, 30)).asks_private
