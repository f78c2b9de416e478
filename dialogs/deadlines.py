"""Days as the law counts them. Pure: knows the calendar of Montenegro and nothing else."""

import calendar
from datetime import date, timedelta
from functools import lru_cache

import holidays

SUNDAY = 6
# The library has one Njegoš day, 13 November; since the amendments 3/23 and 30/23 to the law on state holidays
# there are two.
NJEGOS_TWO_DAYS_SINCE = 2023


@lru_cache(maxsize=64)
def _state_holidays(year: int) -> frozenset[date]:
    days = set(holidays.country_holidays("ME", years=year))
    if year >= NJEGOS_TWO_DAYS_SINCE:
        first, second, third = (date(year, 11, day) for day in (13, 14, 15))
        days.add(second)
        if SUNDAY in (first.weekday(), second.weekday()):
            days.add(third)
    return frozenset(days)


def is_working(day: date) -> bool:
    """Offices are open: neither a weekend nor a state holiday. Religious days are working days in this count."""
    return day.weekday() < 5 and day not in _state_holidays(day.year)


def last_day(start: date, days: int) -> date:
    """The last day of a period that `start` began: `start` is not counted, and a closed last day moves on.

    Source: Law on Administrative Procedure (ZUP), counting of time limits.
    """
    day = start + timedelta(days=days)
    while not is_working(day):
        day += timedelta(days=1)
    return day


def lasting(start: date, days: int) -> str:
    """The same period as an ISO 8601 duration, from any time of `start` to the end of its last day."""
    return f"P{(last_day(start, days) - start).days + 1}D"


def months_later(start: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(start.month - 1 + months, 12)
    length = calendar.monthrange(start.year + years, month + 1)[1]
    return date(start.year + years, month + 1, min(start.day, length))
