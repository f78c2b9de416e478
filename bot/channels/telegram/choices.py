"""What a button carries: the id of its choice, or a mark by which a long id is found again."""

from collections.abc import Iterable
from hashlib import sha256

from bot.messages import Entry

MOST = 64
"""Bytes of `callback_data`, Bot API, InlineKeyboardButton."""
MARK = "#"


def carried(id: str) -> str:
    """The id itself, where it has room on a button and is not like a mark."""
    return id if len(id.encode()) <= MOST and not is_mark(id) else _mark(id)


def is_mark(data: str) -> bool:
    return data.startswith(MARK)


def found(mark: str, said: Iterable[Entry]) -> str:
    """The id of the choice that goes by this mark; the mark itself, a choice of nobody, where it was not offered."""
    offered = (choice.id for entry in said for choice in entry.choices)
    return next((id for id in offered if _mark(id) == mark), mark)


def _mark(id: str) -> str:
    return MARK + sha256(id.encode()).hexdigest()[: MOST - len(MARK)]
