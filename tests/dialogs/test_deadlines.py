"""Days as the law counts them."""

from datetime import date

import pytest

from dialogs.deadlines import is_working, last_day, months_later


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 11, 24), 15, date(2026, 12, 9)),
        (date(2026, 11, 27), 15, date(2026, 12, 14)),  # a Saturday moves to Monday
        (date(2026, 10, 29), 15, date(2026, 11, 16)),  # 13 and 14 November are Njegoš days, then a Sunday
        (date(2026, 12, 17), 15, date(2027, 1, 4)),  # 1 and 2 January are holidays, then a Sunday
        (date(2027, 10, 29), 15, date(2027, 11, 16)),  # 14 November is a Sunday, so Monday is off too
    ],
)
def test_a_last_day_on_a_closed_day_moves_to_the_next_open_one(start: date, days: int, last: date) -> None:
    assert last_day(start, days) == last


def test_the_day_of_delivery_is_not_counted() -> None:
    assert last_day(date(2026, 11, 23), 1) == date(2026, 11, 24)


def test_both_njegos_days_are_off_and_orthodox_christmas_counts() -> None:
    assert not is_working(date(2026, 11, 13))
    assert not is_working(date(2025, 11, 14))
    assert is_working(date(2026, 1, 7))


@pytest.mark.parametrize(
    ("start", "months", "later"),
    [
        (date(2026, 2, 24), 12, date(2027, 2, 24)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_a_birthday_in_a_short_month_is_its_last_day(start: date, months: int, later: date) -> None:
    assert months_later(start, months) == later
