"""What platforms were given, by their own ids, and what they told about it later, in whatever order it comes.

A part that was shown on one device was shown, whatever another device says of it, so seen is more than delivered, and
delivered is more than failed. A delivery stands as its last part does, and has failed where any part has.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.messages import ReceiptState
from bot.store.tables import deliveries, messages, transmissions

SESSION = timedelta(hours=24)
"""So long after a citizen's own message what is sent back costs nothing."""
ASCENDING = (ReceiptState.FAILED, ReceiptState.DELIVERED, ReceiptState.SEEN)
KEY = ("channel", "platform_id")

last_heard = (
    select(messages.c.arrived)
    .where(messages.c.address == bindparam("address"))
    .order_by(messages.c.sequence.desc())
    .limit(1)
    .scalar_subquery()
)


def _add(insert: Any) -> Any:
    """Whose it is becomes known; what was heard of it before stays."""
    new = insert(transmissions).values(session=func.coalesce(last_heard >= bindparam("since"), False))
    known = {name: new.excluded[name] for name in ("delivery", "last", "billing", "session", "at")}
    return new.on_conflict_do_update(index_elements=KEY, set_=known).returning(transmissions.c.state)


def _hear(insert: Any) -> Any:
    """The delivery, where it is known and something changed."""
    new = insert(transmissions)
    is_less = transmissions.c.state.in_(bindparam("less", expanding=True))
    forward = new.on_conflict_do_update(
        index_elements=KEY, set_={"state": new.excluded.state}, where=or_(transmissions.c.state.is_(None), is_less)
    )
    return forward.returning(transmissions.c.delivery)


ADD = {"postgresql": _add(postgresql.insert), "sqlite": _add(sqlite.insert)}
HEAR = {"postgresql": _hear(postgresql.insert), "sqlite": _hear(sqlite.insert)}


@dataclass(frozen=True)
class Transmission:
    """One part of a delivery as the platform took it. `last`: no part comes after it."""

    channel: str
    platform_id: str
    delivery: int
    address: int
    last: bool
    billing: int | None


def add(connection: Connection, sent: Transmission, now: datetime) -> bool:
    """Whether something was heard about it before it was known whose it is; then `conclude` is to follow."""
    row = {
        "channel": sent.channel,
        "platform_id": sent.platform_id,
        "delivery": sent.delivery,
        "last": sent.last,
        "billing": sent.billing,
        "at": now,
    }
    session = {"address": sent.address, "since": now - SESSION}
    return connection.execute(ADD[connection.dialect.name], {**row, **session}).scalar_one() is not None


def hear(connection: Connection, channel: str, platform_id: str, state: ReceiptState, now: datetime) -> None:
    """The delivery of this message goes forward to `state`: failed, delivered or seen; again it changes nothing.

    It is kept for later where nobody knows the message yet.
    """
    less = [earlier.value for earlier in ASCENDING[: ASCENDING.index(state)]]
    row = {"channel": channel, "platform_id": platform_id, "state": state.value, "at": now}
    delivery = connection.execute(HEAR[connection.dialect.name], {**row, "less": less}).scalar()
    if delivery is not None:
        conclude(connection, delivery)


def conclude(connection: Connection, delivery: int) -> None:
    """The delivery stands as what was heard of its parts says."""
    # Held first: of two receipts at the same time the later one has to see what the earlier one wrote.
    connection.execute(select(deliveries.c.id).where(deliveries.c.id == delivery).with_for_update(key_share=True))
    parts = select(transmissions.c.state, transmissions.c.last).where(
        transmissions.c.delivery == delivery, transmissions.c.state.is_not(None)
    )
    heard = connection.execute(parts).all()
    if any(part.state == ReceiptState.FAILED for part in heard):
        state = ReceiptState.FAILED
    elif last := [ReceiptState(part.state) for part in heard if part.last]:
        state = max(last, key=ASCENDING.index)
    else:
        return
    connection.execute(update(deliveries).where(deliveries.c.id == delivery).values(state=state.value))


def sweep(connection: Connection, before: datetime) -> int:
    """How many were forgotten that had been heard of before then and belong to nothing we have sent."""
    strays = transmissions.c.delivery.is_(None), transmissions.c.at < before
    return connection.execute(delete(transmissions).where(*strays)).rowcount
