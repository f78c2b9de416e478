"""Forgetting: at the citizen's wish, after a long silence, and after a case has ended. Rows stay, words go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, or_, select, update

from bot.messages import ReceiptState
from bot.store import citizens as people
from bot.store import errands, files, reminders, sessions, transfers
from bot.store.cases import ENDED
from bot.store.deliveries import QUEUED
from bot.store.messages import WAITING
from bot.store.tables import addresses, cases, citizens, deliveries, messages
from dialogs.session import Session

K = TypeVar("K", int, str)

PAGE = 200
"""So many citizens or cases are swept in one transaction, so that nobody has to wait for the whole sweep."""


@dataclass(frozen=True)
class Page(Generic[K]):
    """How many were erased, and the last one looked at; None behind the end."""

    erased: int
    last: K | None


def forget(connection: Connection, citizen: str) -> None:
    """Erases what was said on both sides, drafts on their way to another place, reminders, and errands to a bank.

    Cases that have ended are nobody's any more; open ones the office needs.
    """
    _erase_talk(connection, citizen)
    transfers.forget(connection, citizen)
    reminders.forget(connection, citizen)
    errands.forget(connection, citizen)
    people.part(connection, citizen)
    ended = cases.c.citizen == citizen, cases.c.status.in_(ENDED)
    connection.execute(update(cases).where(*ended).values(citizen=None, answers=None, supplied=None, reason=None))


def erase_answers(connection: Connection, ended_before: datetime, after: int | None) -> Page[int]:
    """Erases the answers in cases that ended before then, on the page of cases that follows `after`."""
    page = _page(connection, cases.c.id, after)
    old = cases.c.id.in_(page), cases.c.ended < ended_before, cases.c.answers.is_not(None)
    erased = connection.execute(update(cases).where(*old).values(answers=None, supplied=None)).rowcount
    return Page(erased, page[-1] if page else None)


def erase_silent(connection: Connection, silent_since: datetime, after: str | None) -> Page[str]:
    """Erases what is older than that in the talks of silent citizens, on the page of citizens that follows `after`.

    Silent is who has written nothing since and has no case that was open since. Language and tier stay, and later news
    too, until it is as old.
    """
    page = _page(connection, citizens.c.id, after)
    silent = connection.execute(_silent(page, silent_since)).scalars().all()
    theirs = select(addresses.c.id).where(addresses.c.citizen.in_(silent))
    for citizen in (open_talks := connection.execute(_talking(silent)).scalars().all()):
        session = sessions.hold(connection, citizen)
        sessions.save(connection, citizen, replace(Session(), language=session.language, tier=session.tier))
    _erase_heard(connection, theirs)
    _erase_said(connection, deliveries.c.address.in_(theirs), deliveries.c.created < silent_since)
    return Page(len(open_talks), page[-1] if page else None)


def _page(connection: Connection, id: ColumnElement[K], after: K | None) -> Sequence[K]:
    rest = select(id).order_by(id).limit(PAGE)
    return connection.execute(rest if after is None else rest.where(id > after)).scalars().all()


def _silent(page: Sequence[str], since: datetime) -> Select[str]:
    talks = select(addresses.c.citizen).join(messages).where(addresses.c.citizen.in_(page), ~_has_case(since))
    return talks.group_by(addresses.c.citizen).having(func.max(messages.c.arrived) < since)


def _has_case(since: datetime) -> ColumnElement[bool]:
    is_open = or_(cases.c.ended.is_(None), cases.c.ended >= since)
    return exists().where(cases.c.citizen == addresses.c.citizen, is_open)


def _talking(silent: Sequence[str]) -> Select[str]:
    spoken = select(addresses.c.citizen).join(messages).where(messages.c.body.is_not(None))
    return spoken.where(addresses.c.citizen.in_(silent)).distinct()


def _erase_talk(connection: Connection, citizen: str) -> None:
    theirs = select(addresses.c.id).where(addresses.c.citizen == citizen)
    # Held first, as whoever queues a delivery does, so that the two cannot wait for each other.
    held = connection.execute(theirs.with_for_update(key_share=True)).scalars().all()
    _erase_heard(connection, held)
    _erase_said(connection, deliveries.c.address.in_(held))


def _erase_heard(connection: Connection, of: Select[int] | Sequence[int]) -> None:
    answered = messages.c.state != WAITING
    files.erase(connection, of, answered)
    spoken = messages.c.address.in_(of), messages.c.body.is_not(None)
    connection.execute(update(messages).where(*spoken, answered).values(body=None))


def _erase_said(connection: Connection, *which: ColumnElement[bool]) -> None:
    """What is without words cannot be sent any more."""
    state = case((deliveries.c.state == QUEUED, ReceiptState.FAILED.value), else_=deliveries.c.state)
    spoken = deliveries.c.body.is_not(None)
    connection.execute(update(deliveries).where(*which, spoken).values(body=None, state=state))
