"""Days as people write them, in any language and script: in figures, by name, or told from today.

Figures are read day first, never month first. The words are in `data/<language>/dates.yml`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nlu.numbers import CARDINALS, ORDINALS, figure_at, number_at
from nlu.vocabulary import Found, Words, listed, lone, numbered, words_of


@dataclass(frozen=True)
class Reading:
    """A day that was named. `sure` is False where it was told from today, left incomplete, or one of several."""

    day: date
    sure: bool


@dataclass(frozen=True)
class Impossible:
    """Something written like a day, but there is no such day: 31.2.2026."""


Result = Reading | Impossible

FILE = "dates.yml"
MONTHS = numbered(FILE, "months")
MONTHS_BY_NUMBER = numbered(FILE, "months_by_number")
BETWEEN = listed(FILE, "between")
YEARS_AGO = numbered(FILE, "years_ago")
DAYS_AGO = numbered(FILE, "days_ago")
DOUBTFUL_DAYS_AGO = numbered(FILE, "doubtful_days_ago")
WEEKDAYS = numbered(FILE, "weekdays")
COMING = listed(FILE, "coming")
LAST_WEEK = listed(FILE, "last_week")
BEFORE = listed(FILE, "ago", "before")
AFTER = listed(FILE, "ago", "after")
UNITS = numbered(FILE, "ago", "units")
ALONE = numbered(FILE, "ago", "alone")
CUES = listed(FILE, "cues")
AROUND = listed(FILE, "around")

_DAY = r"(?P<day>\d{1,2})"
_MONTH = r"(?P<month>\d{1,2})"
_BREAK = r"\s*(?P<break>[.,/-])\s*"
_SAME = r"\s*(?P=break)\s*"
_WITH_YEAR = (
    re.compile(rf"(?<!\d)(?P<year>\d{{4}}){_BREAK}{_MONTH}{_SAME}{_DAY}(?!\d)"),
    re.compile(rf"(?<![\d/-]){_DAY}{_BREAK}{_MONTH}{_SAME}(?P<year>\d+)"),
    re.compile(rf"(?<!\d){_DAY} +{_MONTH} +(?P<year>\d{{4}})(?!\s*\d)"),
    re.compile(rf"(?<!\d){_DAY}[.\s]\s*(?P<month>I{{1,3}}|I?V|VI{{1,3}}|I?X|XI{{1,2}})[.\s]\s*(?P<year>\d{{4}})(?!\d)"),
    re.compile(r"^\s*(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})\.?\s*$"),
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
# Not inside a longer number, a time, an amount of money or a share.
_WITHOUT_YEAR = re.compile(rf"(?<![\d.,/-]){_DAY}\s*[./]\s*{_MONTH}(?!\s*[.,/:-]?\s*\d)(?!\s*[€%])")
_LEAP_CYCLE = 8
_LONGEST_MONTH = 31


def read_date(text: str, today: date) -> Result | None:
    """The day a text names, wherever it stands in it; None where it names none.

    A day without a year is the latest one that is not after `today`. "Last Tuesday", "on Tuesday" and "Tuesday" are the
    most recent Tuesday before `today`. Of several days the last counts ("not on the 5th, on the 6th").
    """
    plain = unicodedata.normalize("NFKC", text)
    words = words_of(text)
    for readings in (_with_year(plain, today), _without_year(plain, today), _named(words, today), _told(words, today)):
        found = tuple(readings)
        if found:
            return _last(found)
    return None


def _last(found: Sequence[Result]) -> Result:
    readings = [result for result in found if isinstance(result, Reading)]
    if not readings:
        return Impossible()
    is_only = len({reading.day for reading in readings}) == 1
    return replace(readings[-1], sure=readings[-1].sure and is_only)


def _with_year(text: str, today: date) -> Iterator[Result]:
    for pattern in _WITH_YEAR:
        for match in pattern.finditer(text):
            month = match["month"]
            number = _ROMAN.index(month) + 1 if month in _ROMAN else int(month)
            yield _in_year(int(match["day"]), number, match["year"], today)


def _in_year(day: int, month: int, year: str, today: date) -> Result:
    """A year of two figures is one of the last hundred, next year included; no other length is a year."""
    if len(year) not in (2, 4):
        return Impossible()
    number = int(year)
    if len(year) == 2:
        century = today.year // 100 * 100
        number += century if century + number <= today.year + 1 else century - 100
    try:
        return Reading(date(number, month, day), sure=True)
    except ValueError:
        return Impossible()


def _without_year(text: str, today: date) -> Iterator[Result]:
    """5.3., where it can be a day of some month; 14.30 is a time and 2.50 a price."""
    for match in _WITHOUT_YEAR.finditer(text):
        day, month = int(match["day"]), int(match["month"])
        if 1 <= month <= 12 and 1 <= day <= _LONGEST_MONTH:
            yield _latest(day, month, today)


def _latest(day: int, month: int, today: date) -> Result:
    for year in range(today.year, max(today.year - _LEAP_CYCLE, 1), -1):
        result = _in_year(day, month, f"{year:04}", today)
        if isinstance(result, Reading) and result.day <= today:
            return _unsure(result)
    return Impossible()


def _named(words: Words, today: date) -> Iterator[Result]:
    """Days whose month is named: 5. mart, petog trećeg, March 5th. "Last year" holds for all of them."""
    ago = next((year[0] for start in range(len(words)) if (year := YEARS_AGO.at(words, start))), None)
    place = 0
    while place < len(words):
        found = _day_first(words, place) or _month_first(words, place)
        if found is None:
            place += 1
            continue
        day, month, place = found
        written, place = _year_at(words, place)
        if written:
            yield _in_year(day, month, written, today)
        elif ago is not None:
            yield _unsure(_in_year(day, month, f"{today.year - ago:04}", today))
        else:
            yield _latest(day, month, today)


def _unsure(result: Result) -> Result:
    return replace(result, sure=False) if isinstance(result, Reading) else result


def _day_first(words: Words, start: int) -> tuple[int, int, int] | None:
    numbered_day = figure_at(words, start) or ORDINALS.at(words, start)
    day = numbered_day or CARDINALS.at(words, start)
    if day is None:
        return None
    place = BETWEEN.skip(words, day[1])
    month = MONTHS.at(words, place) or (MONTHS_BY_NUMBER.at(words, place) if numbered_day else None)
    return (day[0], *month) if month else None


def _month_first(words: Words, start: int) -> tuple[int, int, int] | None:
    month = MONTHS.at(words, start)
    if month is None:
        return None
    place = BETWEEN.skip(words, month[1])
    day = figure_at(words, place) or ORDINALS.at(words, place)
    return (day[0], month[0], day[1]) if day and 1 <= day[0] <= _LONGEST_MONTH else None


def _year_at(words: Words, start: int) -> tuple[str, int]:
    """The year in figures and the place after it; an empty one where none follows."""
    place = BETWEEN.skip(words, start)
    year = words[place] if place < len(words) and words[place].isdecimal() else ""
    # A number of two figures is a year only at the end: "5. mart 26", but not "5. mart 10 sati".
    is_year = len(year) == 4 or (len(year) == 2 and place == start == len(words) - 1)
    return (year, place + 1) if is_year else ("", start)


def _told(words: Words, today: date) -> Iterator[Result]:
    """The day told from today: three days ago, yesterday, on Tuesday, on the 23rd. At most one."""
    for tell in (_ago, _days_ago, _weekday, _day_of_month):
        day = tell(words, today)
        if day:
            yield Reading(day, sure=False)
            return


def _ago(words: Words, today: date) -> date | None:
    for start in range(len(words)):
        before = BEFORE.at(words, start)
        found = _span(words, before[1]) if before else _span(words, start)
        if found and (before or AFTER.at(words, found[1])):
            return today - timedelta(days=found[0])
    return None


def _span(words: Words, start: int) -> Found | None:
    """How many days "three weeks" or "a week" are."""
    count = figure_at(words, start) or CARDINALS.at(words, start)
    unit = UNITS.at(words, count[1]) if count else None
    return (count[0] * unit[0], unit[1]) if count and unit else ALONE.at(words, start)


def _days_ago(words: Words, today: date) -> date | None:
    found = (DAYS_AGO.at(words, start) for start in range(len(words)))
    days = next((match[0] for match in found if match), None)
    if days is None:
        days = lone(words, DOUBTFUL_DAYS_AGO.at, AROUND)
    return None if days is None else today - timedelta(days=days)


def _weekday(words: Words, today: date) -> date | None:
    """The most recent such day before today; with "last week" the one of the calendar week before this one."""
    week = next((start for start in range(len(words)) if LAST_WEEK.at(words, start)), None)
    if week is not None:
        rest = (*words[:week], *words[LAST_WEEK.skip(words, week) :])
        named = _past_weekday(rest)
        if named:
            return today - timedelta(days=today.weekday() + 8 - named)
    named = _past_weekday(words)
    return today - timedelta(days=(today.isoweekday() - named - 1) % 7 + 1) if named else None


def _past_weekday(words: Words) -> int | None:
    """1 for Monday; not a weekday that is called a coming one before or after its name."""
    for start in range(len(words)):
        found = WEEKDAYS.at(words, start)
        if found:
            return None if COMING.at(words, found[1]) or _follows_coming(words, start) else found[0]
    return None


def _follows_coming(words: Words, place: int) -> bool:
    found = (COMING.at(words, start) for start in range(place))
    return any(match[1] == place for match in found if match)


def _day_of_month(words: Words, today: date) -> date | None:
    """The latest such day, where a cue stands before it or nothing but small words around it."""
    cued = (number_at(words, cue[1]) for start in range(len(words)) if (cue := CUES.at(words, start)))
    after_cue = next((found[0] for found in cued if found), None)
    day = after_cue or lone(words, lambda row, at: figure_at(row, at) or ORDINALS.at(row, at), AROUND)
    return _latest_in_month(day, today) if day and day <= _LONGEST_MONTH else None


def _latest_in_month(day: int, today: date) -> date:
    found = today
    while found.day != day:
        found -= timedelta(days=1)
    return found
