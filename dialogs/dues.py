"""Days on which something is due every year: which come next, what is due soon, and the words of a reminder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs import sources
from dialogs.catalogue import services
from dialogs.deadlines import last_day
from dialogs.service import Due
from dialogs.session import Reply, Session
from locales import DEFAULT
from locales.phrase import say
from locales.wording import word

TOPIC = "taxes"
"""What a citizen calls them who names no service."""
NOTICE = timedelta(days=7)
"""So long before a due day it is told."""


@dataclass(frozen=True)
class Coming:
    """A due day of one year, moved to the next day on which offices are open."""

    due: Due
    day: date


def coming(dues: Iterable[Due], today: date) -> tuple[Coming, ...]:
    """The next day of each that is confirmed, the soonest first; today is still a next day."""
    known = (due for due in dues if due.basis.holds(today))
    return tuple(sorted((Coming(due, _next(due, today)) for due in known), key=lambda each: each.day))


def _next(due: Due, today: date) -> date:
    """A day at the end of December moves into the next year, so that the one of last year may still be ahead."""
    days = (day_in(due, year) for year in (today.year - 1, today.year, today.year + 1))
    return next(day for day in days if day >= today)


def day_in(due: Due, year: int) -> date:
    """The due day of this year; where offices are closed, the next day they are open."""
    return last_day(date(year, due.month, due.day), 0)


def soon(today: date) -> tuple[tuple[str, date], ...]:
    """Every service with a day, at most NOTICE ahead, on which something of it is due; the soonest first."""
    found = {
        (each.day, service.name)
        for service in services().values()
        for each in coming(service.dues, today)
        if each.day - NOTICE <= today
    }
    return tuple((name, day) for day, name in sorted(found))


def remind(session: Session, service: str, day: date) -> Reply:
    """What is due for this service on that day, worded for this citizen. KeyError for a service there is not."""
    about = services()[service]
    due = tuple(each.due for each in coming(about.dues, day) if each.day == day)
    lines = (
        *(about.phrase(each.text, last_day=day) for each in due),
        *sources.lines(about, (each.basis for each in due)),
        say("If you want no more reminders, write: stop the reminders."),
    )
    language = session.language or DEFAULT
    text = "\n".join(word(line, language, session.tier) for line in lines)
    return Reply(text, language, asks_private=session.asks_private, tier=session.tier)
