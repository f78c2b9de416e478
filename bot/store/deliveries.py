"""Outgoing messages: stored with what caused them, claimed one at a time for each address, settled forward only.

Who claims a delivery has it until a moment that is written into its row, and by which it is known again: what a process
says that was too slow is not taken, unless it says that the delivery was sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, literal_column, or_, select, update

from bot.messages import Address, Lane, Receipt, ReceiptState
from bot.store import transmissions
from bot.store.citizens import reachable, reserve
from bot.store.codec import pack, unpack_kept
from bot.store.tables import addresses, deliveries
from bot.store.tables import transmissions as parts_sent
from bot.store.transmissions import Transmission
from dialogs.session import Reply

QUEUED, SENDING, UNKNOWN = ReceiptState.QUEUED.value, ReceiptState.SENDING.value, ReceiptState.UNKNOWN.value
OPEN = (QUEUED, SENDING)
IS_OUT = (ReceiptState.SENT, ReceiptState.DELIVERED, ReceiptState.SEEN)
FOLLOWS = (Lane.NEWS, Lane.EMERGENCY)
"""What is in these lanes looks for the citizen at another address."""

INSERT = deliveries.insert()
other = deliveries.alias()
# Written out, so that the databases see that an index over the open ones will do.
OTHER_IS_OPEN = other.c.state.in_([literal_column(f"'{state}'") for state in OPEN])
OTHER_IS_TALK = other.c.lane <= literal_column(str(int(Lane.NEWS)))
# The earlier ones of an address go first, except that a higher lane does not wait for emergencies and notices; and
# there is only one at a time.
IN_THE_WAY = exists().where(
    other.c.address == deliveries.c.address,
    OTHER_IS_OPEN,
    other.c.id != deliveries.c.id,
    or_(
        and_(other.c.sequence < deliveries.c.sequence, or_(other.c.lane <= deliveries.c.lane, OTHER_IS_TALK)),
        other.c.state == literal_column(f"'{SENDING}'"),
    ),
)
CANDIDATES = (
    select(deliveries, addresses.c.channel, addresses.c.name)
    .join(addresses)
    .where(
        deliveries.c.due_at <= bindparam("now"),
        addresses.c.channel == bindparam("on"),
    )
    .limit(bindparam("most"))
    # Of the address too: the look at what else it is being sent has to be still true when this is written.
    .with_for_update(of=(deliveries, addresses), skip_locked=True, key_share=True)
)
DUE = CANDIDATES.where(
    deliveries.c.state == QUEUED, deliveries.c.lane.between(bindparam("first"), bindparam("last")), ~IN_THE_WAY
).order_by(deliveries.c.lane, deliveries.c.due_at, deliveries.c.id)
LEFT = CANDIDATES.where(deliveries.c.state == SENDING)
ANOTHER_IS_SENT = exists().where(
    other.c.address == deliveries.c.address,
    other.c.state == literal_column(f"'{SENDING}'"),
    other.c.id != deliveries.c.id,
)
TAKE = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("rows", expanding=True)), ~ANOTHER_IS_SENT)
    .values(state=SENDING, due_at=bindparam("until"))
    .returning(deliveries.c.id)
)
OURS = update(deliveries).where(
    deliveries.c.id == bindparam("row"),
    deliveries.c.state == bindparam("was"),
    deliveries.c.due_at == bindparam("held"),
)
# Also after somebody else had given it up for lost.
OUT = update(deliveries).where(deliveries.c.id == bindparam("row"), deliveries.c.state.in_((*OPEN, UNKNOWN)))
BEGIN = OURS.where(~ANOTHER_IS_SENT).values(state=SENDING, due_at=bindparam("until"))
NEXT = (
    select(deliveries.c.id)
    .where(
        deliveries.c.address.in_(bindparam("addresses", expanding=True)),
        deliveries.c.state == QUEUED,
        deliveries.c.due_at <= bindparam("now"),
    )
    .limit(1)
)
GONE = (
    update(addresses)
    .where(addresses.c.channel == bindparam("on"), addresses.c.name == bindparam("called"))
    .values(gone=True)
    .returning(addresses.c.id)
)


@dataclass(frozen=True)
class Delivery:
    """A reply on its way, None where its words are gone.

    `place` is the number of its address. `part` counts the parts that are sent, `attempts` the refusals. `resumed` is
    True if a process died while sending it. It is ours until `until`; `held` if it waits for its turn meanwhile, and
    is being sent otherwise.
    """

    id: int
    address: Address
    place: int
    reply: Reply | None
    sequence: int
    lane: Lane
    part: int
    attempts: int
    resumed: bool
    until: datetime
    held: bool = False


@dataclass(frozen=True)
class Room:
    """How many deliveries of each lane a process can take for a channel, and how many in all."""

    channel: str
    lanes: Mapping[Lane, int]
    most: int


@dataclass(frozen=True)
class Outcome:
    """Where a delivery stands now: queued until `due`, on to its next part until `due`, or ended.

    `receipt` is that of the part just sent, if one was.
    """

    delivery: Delivery
    state: ReceiptState
    due: datetime
    part: int
    attempts: int
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Settled:
    """The deliveries as they are now, None for one that is not ours any more. `more`: others wait."""

    deliveries: tuple[Delivery | None, ...]
    more: bool


def queue(
    connection: Connection, address: int, replies: Sequence[Reply], now: datetime, lane: Lane = Lane.REPLY
) -> None:
    """One delivery for each reply, in order; for an address that is gone they have failed already.

    What is no reply goes to another address of the same person where this one is gone.
    """
    if not replies:
        return
    if lane is not Lane.REPLY:
        address = reachable(connection, address)
    places = reserve(connection, address, len(replies))
    first = places.last - len(replies) + 1
    fixed = {"address": address, "created": now, "due_at": now, "lane": lane}
    fixed["state"] = ReceiptState.FAILED.value if places.gone else QUEUED
    rows = [{**fixed, "sequence": first + place, "body": pack(reply)} for place, reply in enumerate(replies)]
    connection.execute(INSERT, rows)


def claim(connection: Connection, rooms: Iterable[Room], now: datetime, until: datetime) -> tuple[Delivery, ...]:
    """What is due and finds room, now being sent: the first lane first, at most one an address. Ours until `until`."""
    found: dict[int, Any] = {}
    for room in rooms:
        for row in _due(connection, room, now):
            found.setdefault(row.address, row)
    if not found:
        return ()
    rows = [row.id for row in found.values()]
    taken = set(connection.execute(TAKE, {"rows": rows, "until": until}).scalars())
    return tuple(_delivery(row, until) for row in found.values() if row.id in taken)


def _due(connection: Connection, room: Room, now: datetime) -> list[Any]:
    """What others left behind comes first: it was sent, or is to be sent, before anything else of its address."""
    lanes = {lane: count for lane, count in room.lanes.items() if count > 0}
    if not lanes or room.most <= 0:
        return []
    wanted = {"on": room.channel, "now": now, "most": min(room.most, sum(lanes.values()))}
    found = [*connection.execute(LEFT, wanted)]
    for row in connection.execute(DUE, {**wanted, "first": min(lanes), "last": max(lanes)}):
        lanes[row.lane] = lanes.get(row.lane, 0) - 1
        if lanes[row.lane] >= 0:
            found.append(row)
    return found


def _delivery(row: Any, until: datetime) -> Delivery:
    return Delivery(
        id=row.id,
        address=Address(row.channel, row.name),
        place=row.address,
        reply=unpack_kept(Reply, row.body),
        sequence=row.sequence,
        lane=Lane(row.lane),
        part=row.part,
        attempts=row.attempts,
        resumed=row.state == SENDING,
        until=until,
    )


def begin(connection: Connection, held: Sequence[Delivery], until: datetime) -> tuple[Delivery | None, ...]:
    """Those who waited for their turn, now being sent; None for one that is not ours any more, or must wait on.

    The addresses are held first, so that this look at what else they are being sent is still true when it is written.
    """
    places = select(addresses.c.id).where(addresses.c.id.in_({delivery.place for delivery in held}))
    connection.execute(places.order_by(addresses.c.id).with_for_update(key_share=True))
    return tuple(_begin(connection, delivery, until) for delivery in held)


def _begin(connection: Connection, held: Delivery, until: datetime) -> Delivery | None:
    begun = connection.execute(BEGIN, {**_token(held), "until": until}).rowcount
    return replace(held, until=until, held=False) if begun else None


def settle(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> Settled:
    """What became of these deliveries, with the parts of them that were sent."""
    after = tuple(_settle(connection, outcome, now) for outcome in outcomes)
    places = {outcome.delivery.place for outcome in outcomes if outcome.state is not ReceiptState.SENDING}
    more = bool(places) and connection.execute(NEXT, {"addresses": tuple(places), "now": now}).first() is not None
    return Settled(after, more)


def _settle(connection: Connection, outcome: Outcome, now: datetime) -> Delivery | None:
    delivery, receipt = outcome.delivery, outcome.receipt
    # The part before the delivery, as in a receipt, so that the two cannot wait for each other.
    was_heard_of = receipt is not None and _keep(connection, outcome, receipt, now)
    change = {"state": outcome.state.value, "due_at": outcome.due, "part": outcome.part, "attempts": outcome.attempts}
    if receipt is not None and receipt.platform_id is not None:
        change["platform_id"] = receipt.platform_id
    if outcome.state in IS_OUT:
        written = connection.execute(OUT.values(change), {"row": delivery.id}).rowcount
    else:
        written = connection.execute(OURS.values(change), _token(delivery)).rowcount
    if was_heard_of:
        transmissions.conclude(connection, delivery.id)
    if not written:
        return None
    held = outcome.state is ReceiptState.QUEUED
    return replace(delivery, until=outcome.due, held=held, part=outcome.part, attempts=outcome.attempts)


def _keep(connection: Connection, outcome: Outcome, receipt: Receipt, now: datetime) -> bool:
    """Whether the platform has told something about this part already."""
    if receipt.platform_id is None:
        return False
    delivery, is_last = outcome.delivery, outcome.state is not ReceiptState.SENDING
    known = delivery.address.channel, receipt.platform_id, delivery.id, delivery.place, is_last, receipt.billing
    return transmissions.add(connection, Transmission(*known), now)


def leave(connection: Connection, address: Address, now: datetime, refused: Delivery | None = None) -> bool:
    """The address is gone until somebody writes from there again. What waits for it, and what was just refused there,
    moves or has failed.

    Whether something moved to another address of the same person. A stranger's address is no error.
    """
    number = connection.execute(GONE, {"on": address.channel, "called": address.id}).scalar()
    if number is None:
        return False
    if refused is not None:
        connection.execute(OURS.values(state=QUEUED), _token(refused))
    has_moved = redirect(connection, number, now)
    waiting = deliveries.c.address == number, deliveries.c.state == QUEUED
    connection.execute(update(deliveries).where(*waiting).values(state=ReceiptState.FAILED.value))
    return has_moved


def redirect(connection: Connection, address: int, now: datetime) -> bool:
    """News and emergencies that wait for an address that is gone move to another one of the same person, if any.

    They begin anew there: another platform may cut them into other parts. Whether any moved.
    """
    elsewhere = reachable(connection, address)
    stranded = deliveries.c.address == address, deliveries.c.state == QUEUED, deliveries.c.lane.in_(FOLLOWS)
    rows = connection.execute(select(deliveries.c.id).where(*stranded).order_by(deliveries.c.sequence)).scalars().all()
    if elsewhere == address or not rows:
        return False
    connection.execute(update(parts_sent).where(parts_sent.c.delivery.in_(rows)).values(delivery=None))
    first = reserve(connection, elsewhere, len(rows)).last - len(rows) + 1
    for place, row in enumerate(rows, first):
        moved = {"address": elsewhere, "sequence": place, "due_at": now, "part": 0, "attempts": 0}
        connection.execute(update(deliveries).where(deliveries.c.id == row).values(moved))
    return True


def _token(delivery: Delivery) -> dict[str, object]:
    """By this the row is known to be still ours."""
    return {"row": delivery.id, "was": QUEUED if delivery.held else SENDING, "held": delivery.until}
