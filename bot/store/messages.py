"""Incoming messages: stored once, before anything else happens to them."""

import unicodedata
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bot.messages import Accepted, Address, Message
from bot.store import citizens
from bot.store.store import Store
from bot.store.tables import addresses, messages

WAITING, DONE, FAILED = "waiting", "done", "failed"

INSERT = messages.insert()


async def accept(store: Store, message: Message, *, private: bool) -> Accepted:
    """The message is stored when this returns; the same event of an address twice is one message."""
    try:
        return await store.write(_append, message, private)
    except IntegrityError:
        # It is here already, or another process welcomed the same newcomer a moment ago.
        first = await store.read(_first, message)
        return await store.write(_append, message, private) if first is None else first


def _append(connection: Connection, message: Message, private: bool) -> Accepted:
    places = citizens.arrive(connection, message.address, message.arrived)
    row = {
        "address": places.address,
        "sequence": places.last,
        "event": message.event,
        "body": {**body(message), "private": private},
        "arrived": message.arrived,
        "state": WAITING,
    }
    connection.execute(INSERT, row)
    return Accepted(places.last, again=False)


def _first(connection: Connection, message: Message) -> Accepted | None:
    sequence = connection.execute(
        select(messages.c.sequence)
        .join(addresses)
        .where(
            addresses.c.channel == message.address.channel,
            addresses.c.name == message.address.id,
            messages.c.event == message.event,
        )
    ).scalar()
    return None if sequence is None else Accepted(sequence, again=True)


def body(message: Message) -> dict[str, Any]:
    """What is kept sealed of a message."""
    return {"text": _clean(message.text), "choice": message.choice, "language": message.language}


def _clean(text: str) -> str:
    """Composed, and without the halves of characters that JSON lets through and nothing else does."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())


def from_row(row: Any) -> Message:
    """The message as it was accepted; without words where they were erased."""
    kept = row.body or {"text": "", "choice": None, "language": None}
    address = Address(row.channel, row.name)
    return Message(row.event, address, kept["text"], row.arrived, kept["choice"], kept["language"])
