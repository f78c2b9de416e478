"""Orders: what is to be done for a citizen at an office, one after the other for each case, until it is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, select, update

from bot.store import cases
from bot.store.cases import Filed
from bot.store.tables import cases as case_rows
from bot.store.tables import orders
from dialogs.session import Order

WAITING, DONE = "waiting", "done"
SUBMIT, WITHDRAW, SUPPLY = "submit", "withdraw", "supply"
TASKS = "tasks"
"""Under this name an order to supply keeps what it answers."""
REFUSED = "refused"
"""Under this name an order keeps that the office did not take it, and that the citizen was told."""


@dataclass(frozen=True)
class Placer:
    """Who gives an order, and by which address."""

    citizen: str
    address: int


@dataclass(frozen=True)
class Job:
    """An order being carried out. `attempts` counts this try too; `delayed`: the citizen knows that it takes longer."""

    id: int
    kind: str
    body: Mapping[str, Any]
    attempts: int
    delayed: bool
    filed: Filed


def place(connection: Connection, order: Order, placer: Placer, now: datetime) -> None:
    """The order will be carried out; one whose key is known already is not placed twice.

    An order about a case that is not the citizen's own is not placed at all.
    """
    if _is_known(connection, order):
        return
    case, body = _case(connection, order, placer, now)
    if case is not None:
        new = {"case": case, "kind": order.kind, "key": order.key, "body": body, "state": WAITING, "due_at": now}
        connection.execute(orders.insert().values(**new))


def _is_known(connection: Connection, order: Order) -> bool:
    same = select(orders.c.id).where(orders.c.kind == order.kind, orders.c.key == order.key)
    return connection.execute(same).first() is not None


def _case(connection: Connection, order: Order, placer: Placer, now: datetime) -> tuple[int | None, dict[str, Any]]:
    body: Mapping[str, Any] = order.body
    if order.kind == SUBMIT:
        case = cases.begin(connection, placer.citizen, placer.address, order.key, body, now)
        return case, {"facts": body["facts"]}
    found = cases.by_reference(connection, body["reference"])
    if found is None or found.citizen != placer.citizen:
        return None, {}
    if order.kind == SUPPLY:
        cases.add_words(connection, found, body["words"])
    return found.id, {}


def claim(connection: Connection, now: datetime, until: datetime) -> Job | None:
    """The next order that is due and the first of its case. Nobody else gets it before `until`."""
    earlier = orders.alias()
    is_first = ~exists().where(earlier.c.case == orders.c.case, earlier.c.state == WAITING, earlier.c.id < orders.c.id)
    due = (
        select(orders)
        .where(orders.c.state == WAITING, orders.c.due_at <= now, is_first)
        .order_by(orders.c.due_at, orders.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(due).first()
    if row is None:
        return None
    attempts = row.attempts + 1
    connection.execute(update(orders).where(orders.c.id == row.id).values(attempts=attempts, due_at=until))
    found = cases.filed(connection.execute(select(case_rows).where(case_rows.c.id == row.case)).one())
    return Job(row.id, row.kind, row.body or {}, attempts, row.delayed, found)


def finish(connection: Connection, job: Job) -> bool:
    """Whether it was still ours to finish: if it took too long, another process may have done it meanwhile."""
    return _settle(connection, job, state=DONE, body=None)


def try_later(connection: Connection, job: Job, due: datetime, *, counts: bool) -> bool:
    """Whether it was still ours to put off."""
    return _settle(connection, job, due_at=due, attempts=job.attempts if counts else job.attempts - 1)


def remember_tasks(connection: Connection, job: Job, tasks: Collection[str]) -> None:
    """What the office asked for when this order was first carried out; a later try answers nothing else."""
    _settle(connection, job, body={**job.body, TASKS: list(tasks)})


def mark_delayed(connection: Connection, job: Job) -> None:
    connection.execute(update(orders).where(orders.c.id == job.id).values(delayed=True))


def mark_refused(connection: Connection, job: Job) -> bool:
    """Whether it is the first time that this order is not taken."""
    body = connection.execute(select(orders.c.body).where(orders.c.id == job.id)).scalar_one() or {}
    if REFUSED in body:
        return False
    connection.execute(update(orders).where(orders.c.id == job.id).values(body={**body, REFUSED: True}))
    return True


def has_withdrawal(connection: Connection, case: int) -> bool:
    """The citizen wants this case withdrawn, and it is not done yet."""
    waiting = select(orders.c.id).where(orders.c.case == case, orders.c.kind == WITHDRAW, orders.c.state == WAITING)
    return connection.execute(waiting).first() is not None


def drop(connection: Connection, case: int) -> None:
    """Nothing more is to be done about this case."""
    waiting = and_(orders.c.case == case, orders.c.state == WAITING)
    connection.execute(update(orders).where(waiting).values(state=DONE, body=None))


def _settle(connection: Connection, job: Job, **values: object) -> bool:
    mine = and_(orders.c.id == job.id, orders.c.state == WAITING, orders.c.attempts == job.attempts)
    return connection.execute(update(orders).where(mine).values(**values)).rowcount == 1
