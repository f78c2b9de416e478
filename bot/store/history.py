"""A conversation as its address may see it."""

from typing import Any

from sqlalchemy import Connection, func, select

from bot.messages import Address, Entry
from bot.store.citizens import known
from bot.store.codec import unpack_kept
from bot.store.tables import deliveries, messages
from dialogs.session import Reply

LONGEST = 200


def history(connection: Connection, address: Address, after: int) -> tuple[Entry, ...]:
    """What was said later than `after`, oldest first: the newest ones, at most LONGEST. Empty for a stranger."""
    number = known(connection, address)
    if number is None:
        return ()
    last_heard = connection.execute(select(func.max(messages.c.sequence)).where(messages.c.address == number)).scalar()
    heard = [_heard(row) for row in _newest(connection, messages, number, after)]
    said = [_said(row, last_heard or 0) for row in _newest(connection, deliveries, number, after)]
    readable = [entry for entry in said if entry is not None]
    return tuple(sorted(heard + readable, key=lambda entry: entry.sequence)[-LONGEST:])


def _newest(connection: Connection, table: Any, address: int, after: int) -> list[Any]:
    later = table.c.address == address, table.c.sequence > after, table.c.body.is_not(None)
    rows = connection.execute(select(table).where(*later).order_by(table.c.sequence.desc()).limit(LONGEST))
    return [row for row in rows if row.body is not None]


def _heard(row: Any) -> Entry:
    return Entry(row.sequence, True, row.body["text"], row.arrived)


def _said(row: Any, last_heard: int) -> Entry | None:
    reply = unpack_kept(Reply, row.body)
    if reply is None:
        return None
    return Entry(
        sequence=row.sequence,
        heard=False,
        text=reply.text,
        at=row.created,
        language=reply.language,
        choices=reply.choices,
        asks_private=reply.asks_private,
        answered=row.sequence < last_heard,
        payment=reply.payment,
    )
