"""The two databases behind one door: a transaction is a plain function of a connection, run whole or not at all."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Dialect, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine

T = TypeVar("T")
Act = Callable[[Connection], T]

BUSY = "PRAGMA busy_timeout = 10000"  # milliseconds; first, because the change to WAL may already have to wait
PRAGMAS = (BUSY, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON")
READERS = 2


class Engine(Protocol):
    """Reads see one snapshot; writes of one process to SQLite wait for each other without locking anyone out."""

    dialect: Dialect

    async def read(self, act: Act[T]) -> T: ...
    async def write(self, act: Act[T]) -> T: ...
    async def close(self) -> None: ...


class Sqlite:
    """One thread writes, two read. A whole transaction crosses to its thread once, which is what makes it quick."""

    def __init__(self, url: URL) -> None:
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"), hide_parameters=True, pool_reset_on_return=None
        )
        self._writing = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._readers = ThreadPoolExecutor(READERS, "store-reader")
        self.dialect = self._engine.dialect
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)

    async def read(self, act: Act[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._run, self._engine, act)

    async def write(self, act: Act[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._run, self._writing, act)

    async def close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        self._engine.dispose()

    def _run(self, engine: Any, act: Act[T]) -> T:
        with engine.begin() as connection:
            return act(connection)


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
