"""Column types that behave the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator

from bot.store.seal import Seal, Unreadable

log = structlog.get_logger()

# SQLite numbers rows by itself only in a column that is declared INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware time, in UTC. SQLite knows no time zones, so there it is kept without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[Any]):
    """Plain JSON that only the holder of the key can read. The key belongs to the open database, not to the table.

    What was sealed with a key that is gone reads like what was erased, so that one such row cannot stop the others.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else _seals[dialect].close(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        try:
            return None if value is None else _seals[dialect].open(value)
        except Unreadable:
            log.error("unreadable")
            return None


_seals: WeakKeyDictionary[Dialect, Seal] = WeakKeyDictionary()


def seal_of(dialect: Dialect) -> Seal:
    """The seal that was lent to this open database."""
    return _seals[dialect]


def lend(seal: Seal, dialect: Dialect) -> None:
    """From now on this open database seals and reads with this key."""
    _seals[dialect] = seal
