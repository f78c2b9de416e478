"""Citizens and their addresses: made on first contact, and the places in a conversation given out in order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, bindparam, select, update

from bot.messages import Address
from bot.store.tables import addresses, citizens, messages, sessions

# Whoever raises a sequence holds the row until the commit.
HEAR = (
    update(addresses)
    .where(addresses.c.channel == bindparam("by"), addresses.c.name == bindparam("called"))
    .values(sequence=addresses.c.sequence + 1, gone=False)
    .returning(addresses.c.id, addresses.c.sequence)
)
RESERVE = (
    update(addresses)
    .where(addresses.c.id == bindparam("row"))
    .values(sequence=addresses.c.sequence + bindparam("count"))
    .returning(addresses.c.sequence, addresses.c.gone)
)


@dataclass(frozen=True)
class Places:
    """Numbers of a conversation reserved for this transaction: `last` and those before it."""

    address: int
    last: int
    gone: bool


def arrive(connection: Connection, address: Address, now: datetime) -> Places:
    """The next place in this conversation; whoever writes is not gone, and whoever is new becomes a citizen."""
    row = connection.execute(HEAR, {"by": address.channel, "called": address.id}).first()
    return Places(row.id, row.sequence, gone=False) if row else _welcome(connection, address, now)


def _welcome(connection: Connection, address: Address, now: datetime) -> Places:
    citizen = uuid4().hex
    connection.execute(citizens.insert().values(id=citizen, created=now))
    connection.execute(sessions.insert().values(citizen=citizen, held_until=now))
    new = addresses.insert().values(citizen=citizen, channel=address.channel, name=address.id, sequence=1)
    return Places(connection.execute(new.returning(addresses.c.id)).scalar_one(), 1, gone=False)


def reserve(connection: Connection, address: int, count: int) -> Places:
    """The next `count` places in this conversation."""
    row = connection.execute(RESERVE, {"row": address, "count": count}).one()
    return Places(address, row.sequence, row.gone)


def known(connection: Connection, address: Address) -> int | None:
    """The number of this address, None for a stranger."""
    wanted = select(addresses.c.id).where(addresses.c.channel == address.channel, addresses.c.name == address.id)
    return connection.execute(wanted).scalar()


def join(connection: Connection, one: int, other: int) -> None:
    """The two addresses are one person's: what cannot be told at one is told at the other."""
    both = addresses.c.id.in_((one, other))
    known = connection.execute(select(addresses.c.person).where(both, addresses.c.person.is_not(None))).scalars().all()
    person = known[0] if known else uuid4().hex
    connection.execute(update(addresses).where(both | addresses.c.person.in_(known)).values(person=person))


def part(connection: Connection, citizen: str) -> None:
    """Nobody knows any more which other addresses are this citizen's."""
    connection.execute(update(addresses).where(addresses.c.citizen == citizen).values(person=None))


def reachable(connection: Connection, address: int) -> int:
    """The address itself, or where it is gone another of the same person, the one that was heard from last."""
    row = connection.execute(select(addresses.c.gone, addresses.c.person).where(addresses.c.id == address)).one()
    if not row.gone or row.person is None:
        return address
    others = (
        select(addresses.c.id)
        .join(messages)
        .where(addresses.c.person == row.person, ~addresses.c.gone)
        .order_by(messages.c.arrived.desc())
        .limit(1)
    )
    return connection.execute(others).scalar() or address
