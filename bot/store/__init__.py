"""The database: the truth about every talk and case, and the only queue."""

from bot.store.engines import DatabaseAway
from bot.store.seal import KeyInvalid, Unreadable, key_in
from bot.store.store import Store

__all__ = ["DatabaseAway", "KeyInvalid", "Store", "Unreadable", "key_in"]
