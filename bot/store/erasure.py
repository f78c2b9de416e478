"""Forgetting: at the citizen's wish, after a long silence, and after a case has ended. Rows stay, words go."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, case, func, select, update

from bot.messages import ReceiptState
from bot.store import sessions
from bot.store.cases import ENDED
from bot.store.deliveries import QUEUED
from bot.store.messages import WAITING
from bot.store.tables import addresses, cases, deliveries, messages
from dialogs.session import Session


def forget(connection: Connection, citizen: str) -> None:
    """Erases what was said on both sides. Cases that have ended are nobody's any more; open ones the office needs."""
    _erase_talk(connection, citizen)
    ended = cases.c.citizen == citizen, cases.c.status.in_(ENDED)
    connection.execute(update(cases).where(*ended).values(citizen=None, answers=None, supplied=None, reason=None))


def erase_answers(connection: Connection, ended_before: datetime) -> int:
    """Erases the answers in cases that ended before then; how many cases."""
    old = cases.c.ended < ended_before, cases.c.answers.is_not(None)
    return connection.execute(update(cases).where(*old).values(answers=None, supplied=None)).rowcount


def erase_silent(connection: Connection, silent_since: datetime) -> int:
    """Erases what is older than that in the talks of citizens who wrote nothing since; how many talks were open.

    Language and tier stay, and later news too, until it is as old.
    """
    found = connection.execute(_silent(silent_since).where(messages.c.body.is_not(None))).scalars().all()
    for citizen in found:
        session = sessions.hold(connection, citizen)
        sessions.save(connection, citizen, replace(Session(), language=session.language, tier=session.tier))
    theirs = select(addresses.c.id).where(addresses.c.citizen.in_(_silent(silent_since)))
    _erase_heard(connection, messages.c.address.in_(theirs))
    _erase_said(connection, deliveries.c.address.in_(theirs), deliveries.c.created < silent_since)
    return len(found)


def _silent(since: datetime) -> Select[str]:
    talks = select(addresses.c.citizen).join(messages).group_by(addresses.c.citizen)
    return talks.having(func.max(messages.c.arrived) < since)


def _erase_talk(connection: Connection, citizen: str) -> None:
    theirs = select(addresses.c.id).where(addresses.c.citizen == citizen)
    # Held first, as whoever queues a delivery does, so that the two cannot wait for each other.
    held = connection.execute(theirs.with_for_update(key_share=True)).scalars().all()
    _erase_heard(connection, messages.c.address.in_(held))
    _erase_said(connection, deliveries.c.address.in_(held))


def _erase_heard(connection: Connection, *which: ColumnElement[bool]) -> None:
    answered = messages.c.state != WAITING, messages.c.body.is_not(None)
    connection.execute(update(messages).where(*which, *answered).values(body=None))


def _erase_said(connection: Connection, *which: ColumnElement[bool]) -> None:
    """What is without words cannot be sent any more."""
    state = case((deliveries.c.state == QUEUED, ReceiptState.FAILED.value), else_=deliveries.c.state)
    spoken = deliveries.c.body.is_not(None)
    connection.execute(update(deliveries).where(*which, spoken).values(body=None, state=state))
