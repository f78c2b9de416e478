"""Taking a citizen's turn: the oldest waiting message with its session, and what came of it, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.messages import Message
from bot.store import deliveries, erasure, errands, orders, reminders, sessions, transfers
from bot.store.messages import DONE, FAILED, WAITING, body, from_row
from bot.store.tables import addresses, messages
from bot.store.tables import sessions as lanes
from dialogs.session import Order, Reply, Session, Turn

# Only the lane is locked. A lock on the message too would be kept by whoever then finds the lane taken, and hide the
# message from the lane's next holder, who would take a later one first.
HOLD_LANE = (
    select(lanes.c.citizen)
    .select_from(messages)
    .join(addresses, addresses.c.id == messages.c.address)
    .join(lanes, lanes.c.citizen == addresses.c.citizen)
    .where(messages.c.state == WAITING, lanes.c.held_until <= bindparam("now"))
    .order_by(messages.c.id)
    .limit(1)
    .with_for_update(of=lanes, skip_locked=True, key_share=True)
)
OLDEST = (
    select(messages, addresses.c.channel, addresses.c.name, lanes.c.talk, lanes.c.apologised)
    .join(addresses, addresses.c.id == messages.c.address)
    .join(lanes, lanes.c.citizen == addresses.c.citizen)
    .where(messages.c.state == WAITING, addresses.c.citizen == bindparam("whose"))
    .order_by(messages.c.id)
    .limit(1)
)
CHANGE = update(messages).where(messages.c.id == bindparam("row"), messages.c.state == WAITING)


@dataclass(frozen=True)
class Taken:
    """A message whose turn it is. `attempts` counts the turns that failed, `apologised` is when that was last said."""

    id: int
    message: Message
    private: bool
    session: Session
    citizen: str
    address: int
    attempts: int
    apologised: datetime | None


def take(connection: Connection, now: datetime) -> Taken | None:
    """The oldest message that nobody is at work on, its citizen's lane held until the transaction ends."""
    while (lane := connection.execute(HOLD_LANE, {"now": now}).scalar()) is not None:
        row = connection.execute(OLDEST, {"whose": lane}).first()
        # Another process may have finished with the message between the two looks.
        if row is not None:
            return _taken(row, lane)
    return None


def reserve(connection: Connection, taken: Taken, until: datetime) -> None:
    """Nobody else takes a message of this citizen before then, so that something may be looked up meanwhile."""
    sessions.hold_back(connection, taken.citizen, until)


def take_again(connection: Connection, reserved: Taken) -> Taken | None:
    """The message that was reserved, its lane held until the transaction ends; None if it was answered elsewhere."""
    sessions.hold(connection, reserved.citizen)
    row = connection.execute(OLDEST, {"whose": reserved.citizen}).first()
    return _taken(row, reserved.citizen) if row is not None and row.id == reserved.id else None


def _taken(row: Any, citizen: str) -> Taken:
    private = bool(row.body and row.body["private"])
    talk = from_row(row), private, sessions.read(row.talk)
    return Taken(row.id, *talk, citizen, row.address, row.attempts, row.apologised)


def save(connection: Connection, taken: Taken, turn: Turn, now: datetime) -> None:
    """Message done, session, orders with the cases they open, one delivery for each reply; the lane is free again."""
    masked = {} if turn.masked is None else {"body": _masked(taken, turn.masked)}
    connection.execute(CHANGE, {"row": taken.id, "state": DONE, **masked})
    sessions.save(connection, taken.citizen, turn.session, free_at=now)
    for order in turn.orders:
        _carry_out(connection, taken, order, now)
    deliveries.queue(connection, taken.address, turn.replies, now)


def _carry_out(connection: Connection, taken: Taken, order: Order, now: datetime) -> None:
    """What concerns us alone is done at once; what an office has to know becomes an order."""
    match order.kind:
        case "forget":
            erasure.forget(connection, taken.citizen)
        case "carry":
            transfers.begin(connection, taken.citizen, order.body, now)
        case "take":
            transfers.take(connection, str(order.body["code"]), taken.address)
        case "remind":
            reminders.begin(connection, taken.citizen, taken.address, str(order.body["service"]), now)
        case "unremind":
            reminders.end(connection, taken.citizen, str(order.body["service"]))
        case "pay":
            errands.place(connection, order, orders.Placer(taken.citizen, taken.address), now)
        case _:
            orders.place(connection, order, orders.Placer(taken.citizen, taken.address), now)


def _masked(taken: Taken, text: str) -> dict[str, object]:
    return {**body(replace(taken.message, text=text)), "private": taken.private}


def try_later(connection: Connection, taken: Taken, until: datetime) -> None:
    """The turn failed: the citizen's messages wait, this one first."""
    connection.execute(CHANGE, {"row": taken.id, "attempts": taken.attempts + 1})
    sessions.hold_back(connection, taken.citizen, until)


def give_up(connection: Connection, taken: Taken, apology: Reply | None, now: datetime) -> None:
    """The turn failed for good: the message is set aside, and the next one is free to be taken."""
    failed = connection.execute(CHANGE, {"row": taken.id, "state": FAILED, "attempts": taken.attempts + 1})
    sessions.hold_back(connection, taken.citizen, now)
    # Another process may have had more luck with it meanwhile.
    if failed.rowcount == 1 and apology is not None:
        sessions.remember_apology(connection, taken.citizen, now)
        deliveries.queue(connection, taken.address, (apology,), now)
