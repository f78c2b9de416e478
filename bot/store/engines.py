"""The two databases behind one door: a transaction is a plain function of a connection, run whole or not at all."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Dialect, create_engine, event
from sqlalchemy import Engine as Pool
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

T = TypeVar("T")
Act = Callable[[Connection], T]

PRAGMAS = (
    "PRAGMA busy_timeout = 10000",  # milliseconds; the change to WAL may have to wait for a process that starts too
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # what was promised to a citizen outlives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 0",  # from now on it is waited for outside, so that nobody else has to wait
)
LOOK_AGAIN = 0.01
"""Seconds."""
MOST_LOOKS = 1000


class Engine(Protocol):
    """A read sees one snapshot. Transactions are short: on SQLite they hold up the rest of the process."""

    dialect: Dialect

    async def read(self, act: Act[T]) -> T: ...
    async def write(self, act: Act[T]) -> T: ...
    async def close(self) -> None: ...


class Sqlite:
    """Everything is done on the spot: a transaction takes less time than handing it to a thread and back."""

    def __init__(self, url: URL) -> None:
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        # Every transaction is ended by `_run`, so there is nothing to reset when a connection goes back to the pool.
        url = url.set(drivername="sqlite+pysqlite")
        self._reading = create_engine(url, hide_parameters=True, pool_reset_on_return=None)
        self._writing = self._reading.execution_options(begin="BEGIN IMMEDIATE")
        self._one_writer = asyncio.Lock()
        self.dialect = self._reading.dialect
        event.listen(self._reading, "connect", _prepare)
        event.listen(self._reading, "begin", _begin)

    async def read(self, act: Act[T]) -> T:
        return await self._patiently(self._reading, act)

    async def write(self, act: Act[T]) -> T:
        async with self._one_writer:
            return await self._patiently(self._writing, act)

    async def close(self) -> None:
        self._reading.dispose()

    async def _patiently(self, pool: Pool, act: Act[T]) -> T:
        """Tries again while another process writes: a transaction that found the database locked has done nothing."""
        looks = 0
        while True:
            await asyncio.sleep(0)  # nothing else here lets the others in
            try:
                return _run(pool, act)
            except OperationalError as error:
                looks += 1
                if not _is_locked(error) or looks == MOST_LOOKS:
                    raise
            await asyncio.sleep(LOOK_AGAIN)


def _run(pool: Pool, act: Act[T]) -> T:
    with pool.begin() as connection:
        return act(connection)


def _is_locked(error: OperationalError) -> bool:
    cause = error.orig
    return isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _prepare(connection: Any, _record: object) -> None:
    """The driver is kept from opening transactions of its own: a read that turns into a write could only fail."""
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(str(connection.get_execution_options().get("begin", "BEGIN")))


class Postgres:
    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), hide_parameters=True)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self.dialect = self._engine.dialect

    async def read(self, act: Act[T]) -> T:
        async with self._reading.begin() as connection:
            return await connection.run_sync(act)

    async def write(self, act: Act[T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(act)

    async def close(self) -> None:
        await self._engine.dispose()
