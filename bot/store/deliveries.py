"""Outgoing messages: stored with what caused them, claimed one at a time for each address, settled forward only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update

from bot.messages import Address, Receipt, ReceiptState
from bot.store.citizens import reserve
from bot.store.codec import pack, unpack_kept
from bot.store.tables import addresses, deliveries
from dialogs.session import Reply

QUEUED, SENDING = ReceiptState.QUEUED.value, ReceiptState.SENDING.value
OPEN = (QUEUED, SENDING)

INSERT = deliveries.insert()
earlier = deliveries.alias()
DUE = (
    select(deliveries, addresses.c.channel, addresses.c.name)
    .join(addresses)
    .where(
        deliveries.c.state.in_(OPEN),
        deliveries.c.due_at <= bindparam("now"),
        addresses.c.channel.in_(bindparam("channels", expanding=True)),
        ~exists().where(
            earlier.c.address == deliveries.c.address,
            earlier.c.state.in_(OPEN),
            earlier.c.sequence < deliveries.c.sequence,
        ),
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=deliveries, skip_locked=True)
)
CLAIM = update(deliveries).where(deliveries.c.id.in_(bindparam("rows", expanding=True)))
# A word from elsewhere about a delivery that is no longer being sent stands.
CHANGE = update(deliveries).where(deliveries.c.id == bindparam("row"), deliveries.c.state == SENDING)
NEXT = select(deliveries.c.id).where(
    deliveries.c.state == QUEUED,
    deliveries.c.address == select(earlier.c.address).where(earlier.c.id == bindparam("row")).scalar_subquery(),
)


@dataclass(frozen=True)
class Delivery:
    """A reply on its way, None where its words are gone.

    `attempts` counts refusals; `resumed` is True if a process died while sending it.
    """

    id: int
    address: Address
    reply: Reply | None
    sequence: int
    attempts: int
    resumed: bool


def queue(connection: Connection, address: int, replies: Sequence[Reply], now: datetime) -> None:
    """One delivery for each reply, in order; for an address that is gone they have failed already."""
    if not replies:
        return
    places = reserve(connection, address, len(replies))
    first = places.last - len(replies) + 1
    fixed = {"address": address, "created": now, "due_at": now}
    fixed["state"] = ReceiptState.FAILED.value if places.gone else QUEUED
    rows = [{**fixed, "sequence": first + place, "body": pack(reply)} for place, reply in enumerate(replies)]
    connection.execute(INSERT, rows)


def claim(
    connection: Connection, channels: Collection[str], now: datetime, until: datetime, limit: int
) -> tuple[Delivery, ...]:
    """What is due on these channels, now being sent; at most one an address, its oldest. Ours until `until`."""
    rows = connection.execute(DUE, {"channels": tuple(channels), "now": now, "most": limit}).all()
    if rows:
        connection.execute(CLAIM, {"rows": [row.id for row in rows], "state": SENDING, "due_at": until})
    return tuple(_delivery(row) for row in rows)


def _delivery(row: Any) -> Delivery:
    address, reply = Address(row.channel, row.name), unpack_kept(Reply, row.body)
    return Delivery(row.id, address, reply, row.sequence, row.attempts, resumed=row.state == SENDING)


def settle(connection: Connection, delivery: Delivery, receipt: Receipt) -> bool:
    """Whether another one waits for the same address."""
    _change(connection, delivery, state=receipt.state.value, platform_id=receipt.platform_id)
    return connection.execute(NEXT, {"row": delivery.id}).first() is not None


def try_later(connection: Connection, delivery: Delivery, due: datetime, attempts: int) -> None:
    _change(connection, delivery, state=QUEUED, due_at=due, attempts=attempts)


def lose(connection: Connection, delivery: Delivery) -> None:
    """The address is gone, and everything that waits for it has failed."""
    gone = (
        update(addresses)
        .where(addresses.c.channel == delivery.address.channel, addresses.c.name == delivery.address.id)
        .values(gone=True)
        .returning(addresses.c.id)
    )
    address = connection.execute(gone).scalar_one()
    waiting = and_(deliveries.c.address == address, or_(deliveries.c.state == QUEUED, deliveries.c.id == delivery.id))
    connection.execute(update(deliveries).where(waiting).values(state=ReceiptState.FAILED.value))


def _change(connection: Connection, delivery: Delivery, **values: object) -> None:
    connection.execute(CHANGE, {"row": delivery.id, **values})
