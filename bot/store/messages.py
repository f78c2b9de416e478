"""Incoming messages: stored once, before anything else happens to them."""

import unicodedata
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bot.messages import Accepted, Address, Message
from bot.store import citizens, files
from bot.store.codec import pack, unpack
from bot.store.store import Store
from bot.store.tables import addresses, messages
from dialogs.session import Attachment

WAITING, DONE, FAILED = "waiting", "done", "failed"

INSERT = messages.insert()
INSERT_NUMBERED = messages.insert().returning(messages.c.id)


class _Again(Exception):
    """The event is stored already."""

    def __init__(self, first: Accepted) -> None:
        super().__init__()
        self.first = first


async def accept(store: Store, message: Message, *, private: bool) -> Accepted:
    """The message is stored when this returns; the same event of an address twice is one message."""
    try:
        return await _accept(store, message, private)
    except IntegrityError:
        # Another process welcomed the same newcomer a moment ago.
        return await _accept(store, message, private)


async def _accept(store: Store, message: Message, private: bool) -> Accepted:
    try:
        return await store.write(_append, message, private)
    except _Again as again:
        return again.first


def _append(connection: Connection, message: Message, private: bool) -> Accepted:
    """Raises _Again, and nothing has changed then: who is gone does not come back by what is said once more.

    It is looked for with the address held, so that no two of them are stored at once. To find it by storing it would
    be to wait, with the address held, for the turn that is just being saved, which waits for the address.
    """
    places = citizens.arrive(connection, message.address, message.arrived)
    if (first := _first(connection, message)) is not None:
        raise _Again(first)
    row = {
        "address": places.address,
        "sequence": places.last,
        "event": message.event,
        "body": {**body(message), "private": private},
        "arrived": message.arrived,
        "state": WAITING,
    }
    if message.file is None:
        connection.execute(INSERT, row)
    else:
        files.keep(connection, connection.execute(INSERT_NUMBERED, row).scalar_one(), message.file)
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
    """What is kept sealed of a message: its words, and of the rest what there is."""
    more = {
        "choice": message.choice,
        "language": message.language,
        "opens": message.opens,
        "attachment": pack(message.attachment),
        "edited": message.edited,
    }
    return {"text": _clean(message.text), **{name: value for name, value in more.items() if value}}


def _clean(text: str) -> str:
    """Composed, and without the halves of characters that JSON lets through and nothing else does."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())


def from_row(row: Any) -> Message:
    """The message as it was accepted, without its file; without words where they were erased."""
    kept = row.body or {}
    came = kept.get("attachment")
    return Message(
        event=row.event,
        address=Address(row.channel, row.name),
        text=kept.get("text", ""),
        arrived=row.arrived,
        choice=kept.get("choice"),
        language=kept.get("language"),
        opens=kept.get("opens"),
        attachment=None if came is None else unpack(Attachment, came),
        edited=kept.get("edited", False),
    )
