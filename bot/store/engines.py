"""The two databases behind one door: a transaction is a plain function of a connection, run whole or not at all."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import URL, Connection, Dialect, create_engine, event
from sqlalchemy import Engine as Pool
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

T = TypeVar("T")


class DatabaseAway(Exception):
    """The database does not answer. What was asked of it may be asked again."""


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
MOST_TOGETHER = 20
"""Writes in one transaction, so that nobody waits long for the first."""
POOL = 10
"""Connections that a process keeps open."""
TO_CONNECT, TO_ANSWER = 5, 30
"""Seconds after which a PostgreSQL server is taken for away."""
AWAY = ("08", "40", "53", "57P")


class Engine(Protocol):
    """A read sees one snapshot. Transactions are short: on SQLite they hold up the rest of the process.

    `hands` is how many transactions of one kind are worth running side by side. Both raise DatabaseAway.
    """

    dialect: Dialect
    hands: int

    async def read(self, act: Act[T]) -> T: ...
    async def write(self, act: Act[T]) -> T: ...
    async def close(self) -> None: ...


@dataclass
class Waiting:
    """A write that waits for its turn, and whoever waits for what comes of it."""

    act: Act[Any]
    outcome: asyncio.Future[Any]


class Sqlite:
    """Everything is done on the spot: a transaction takes less time than handing it to a thread and back.

    Writes that wait at the same moment share one commit, which is what takes most time; each is still done whole or
    not at all.
    """

    hands = 1

    def __init__(self, url: URL) -> None:
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        # Every transaction is ended by `_run`, so there is nothing to reset when a connection goes back to the pool.
        url = url.set(drivername="sqlite+pysqlite")
        self._reading = create_engine(url, hide_parameters=True, pool_reset_on_return=None)
        self._writing = self._reading.execution_options(begin="BEGIN IMMEDIATE")
        self._one_writer = asyncio.Lock()
        self._waiting: list[Waiting] = []
        self.dialect = self._reading.dialect
        event.listen(self._reading, "connect", _prepare)
        event.listen(self._reading, "begin", _begin)

    async def read(self, act: Act[T]) -> T:
        return await _patiently(lambda: _run(self._reading, act))

    async def write(self, act: Act[T]) -> T:
        mine = Waiting(act, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._one_writer:
                while not mine.outcome.done():
                    await _patiently(self._write_waiting)
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        return cast(T, mine.outcome.result())

    async def close(self) -> None:
        self._reading.dispose()

    def _write_waiting(self) -> None:
        """The oldest writes, in one transaction. A database that is locked leaves them waiting."""
        batch = self._waiting[:MOST_TOGETHER]
        try:
            outcomes = _run(self._writing, lambda connection: [_outcome(connection, one, batch) for one in batch])
        except OperationalError as error:
            if _is_locked(error):
                raise
            outcomes = [error] * len(batch)
        except Exception as error:
            outcomes = [error] * len(batch)
        del self._waiting[: len(batch)]
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Exception):
                one.outcome.set_exception(outcome)
            else:
                one.outcome.set_result(outcome)


def _outcome(connection: Connection, one: Waiting, batch: Sequence[Waiting]) -> Any:
    """What came of one write among others: its result, or the error for which it alone was undone."""
    if len(batch) == 1:
        return one.act(connection)
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        return one.act(connection)
    except Exception as error:
        connection.exec_driver_sql("ROLLBACK TO one")
        return error
    finally:
        connection.exec_driver_sql("RELEASE one")


async def _patiently(run: Callable[[], T]) -> T:
    """Tries again while another process writes: a transaction that found the database locked has done nothing."""
    looks = 0
    while True:
        await asyncio.sleep(0)  # nothing else here lets the others in
        try:
            return run()
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
    """A server that other processes use too. It may go away and come back at any time."""

    hands = 4

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            hide_parameters=True,
            pool_size=POOL,
            pool_timeout=TO_CONNECT,
            connect_args={"timeout": TO_CONNECT, "command_timeout": TO_ANSWER},
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self.dialect = self._engine.dialect

    async def read(self, act: Act[T]) -> T:
        return await _in_transaction(self._reading, act)

    async def write(self, act: Act[T]) -> T:
        return await _in_transaction(self._engine, act)

    async def close(self) -> None:
        await self._engine.dispose()


async def _in_transaction(engine: AsyncEngine, act: Act[T]) -> T:
    """What breaks off is not tried again here: it may have been committed. Raises DatabaseAway."""
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(act)
    except (OSError, TimeoutError, PoolTimeout) as error:
        raise DatabaseAway(DatabaseAway.__doc__) from error
    except DBAPIError as error:
        if _is_away(error):
            raise DatabaseAway(DatabaseAway.__doc__) from error
        raise


def _is_away(error: DBAPIError) -> bool:
    """The connection broke, the server is going down, coming up or full, or it ended this transaction for another.

    By SQLSTATE the classes 08, 57P, 53 and 40: nothing was done, and it may be tried again.
    """
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return error.connection_invalidated or isinstance(error, InterfaceError) or state.startswith(AWAY)
