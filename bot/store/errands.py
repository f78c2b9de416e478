"""Errands: a citizen wants their bank asked to pay a bill, and is told what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from bot.store.orders import Placer
from bot.store.tables import errands
from dialogs.session import Order


@dataclass(frozen=True)
class Errand:
    """`bill` is its number. `body` is what to ask with, None once it is asked, and where it cannot be read any more.

    `told` is what the citizen heard last. `attempts` counts this try too, since it was placed or since it was asked.
    """

    id: int
    citizen: str
    address: int
    key: str
    bill: str
    body: Mapping[str, Any] | None
    asked: bool
    told: str | None
    attempts: int
    created: datetime


def place(connection: Connection, order: Order, placer: Placer, now: datetime) -> None:
    """It will be run; one whose key is known already is not placed twice."""
    if connection.execute(select(errands.c.id).where(errands.c.key == order.key)).first() is not None:
        return
    new = {"citizen": placer.citizen, "address": placer.address, "key": order.key, "bill": order.body["number"]}
    connection.execute(errands.insert().values(**new, body=dict(order.body), due_at=now, created=now))


def claim(connection: Connection, now: datetime, until: datetime) -> Errand | None:
    """The one that has been due longest. Nobody else gets it before `until`."""
    due = select(errands).where(errands.c.due_at <= now).order_by(errands.c.due_at, errands.c.id).limit(1)
    row = connection.execute(due.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    attempts = row.attempts + 1
    connection.execute(update(errands).where(errands.c.id == row.id).values(attempts=attempts, due_at=until))
    whose = (row.id, row.citizen, row.address, row.key, row.bill)
    return Errand(*whose, row.body, row.asked, row.told, attempts, row.created)


def settle(connection: Connection, errand: Errand, due: datetime, **values: object) -> bool:
    """Whether it was still ours: if it took too long, another process may have run it meanwhile."""
    mine = errands.c.id == errand.id, errands.c.attempts == errand.attempts
    return connection.execute(update(errands).where(*mine).values(due_at=due, **values)).rowcount == 1


def end(connection: Connection, errand: Errand) -> bool:
    """Nothing more can come of it. Whether it was still ours to end."""
    mine = errands.c.id == errand.id, errands.c.attempts == errand.attempts
    return connection.execute(delete(errands).where(*mine)).rowcount == 1


def hurry(connection: Connection, bill: str, now: datetime) -> None:
    """Something was heard about this bill: whoever had their bank asked about it is told as soon as possible.

    Who is at work on it just now has not heard it, and finds that it is not theirs any more.
    """
    anew = {"due_at": now, "attempts": errands.c.attempts + 1}
    connection.execute(update(errands).where(errands.c.bill == bill, errands.c.asked).values(anew))


def placed_since(connection: Connection, errand: Errand, since: datetime) -> int:
    """How many were placed since then by the same citizen or for the same bill, this one too."""
    alike = or_(errands.c.citizen == errand.citizen, errands.c.bill == errand.bill)
    wanted = select(func.count()).select_from(errands).where(alike, errands.c.created >= since)
    return connection.execute(wanted).scalar_one()


def forget(connection: Connection, citizen: str) -> None:
    """What was not asked yet is not asked, and nothing more is told."""
    connection.execute(delete(errands).where(errands.c.citizen == citizen))
