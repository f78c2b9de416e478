"""What an examination finds, and what to do about it. Knows nothing of what is examined."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

import httpx

PATIENCE = timedelta(seconds=15)
# Webhooks, short-lived links and one-time codes all compare times.
MOST_DRIFT = timedelta(seconds=5)


class Level(StrEnum):
    """ok: nothing to do. look: it works, and somebody should look. broken: citizens notice, or soon will."""

    OK = "ok"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's. `advice` says what to do, and is empty where nothing is."""

    level: Level
    subject: str
    found: str
    advice: str = ""


def ok(subject: str, found: str) -> Finding:
    return Finding(Level.OK, subject, found)


def look(subject: str, found: str, advice: str) -> Finding:
    return Finding(Level.LOOK, subject, found, advice)


def broken(subject: str, found: str, advice: str) -> Finding:
    return Finding(Level.BROKEN, subject, found, advice)


async def carefully(
    subject: str, examination: Awaitable[tuple[Finding, ...]], patience: timedelta = PATIENCE
) -> tuple[Finding, ...]:
    """What was found; never an error, whose own words may hold a password, and never later than `patience`."""
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return await examination
    except TimeoutError:
        return (broken(subject, f"no answer in {patience.seconds} seconds", "See whether it runs and can be reached."),)
    except Exception as error:
        return (broken(subject, f"not examined: {type(error).__name__}", "See whether it runs and can be reached."),)


def drift(subject: str, theirs: datetime, ours: datetime) -> Finding:
    """Whether this machine's clock agrees with another's."""
    apart = abs(theirs - ours)
    if apart <= MOST_DRIFT:
        return ok("clock", f"agrees with {subject}")
    seconds = round(apart.total_seconds())
    return broken("clock", f"{seconds} seconds away from {subject}", "Keep it by NTP: timedatectl set-ntp true.")


def date_of(response: httpx.Response) -> datetime | None:
    """When the server says that it answered; None where it does not say so in a way that can be read."""
    try:
        said = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
