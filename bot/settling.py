"""Writes down what becomes of deliveries, until it is written: what was sent must not be forgotten."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, Generic, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.backoff import Backoff
from bot.logs import trace
from bot.signals import DELIVERIES, Signals
from bot.store import DatabaseAway, Store, deliveries
from bot.store.deliveries import Delivery, Outcome

log = structlog.get_logger()

A = TypeVar("A")
B = TypeVar("B")
P = ParamSpec("P")

MOST_TOGETHER = 50
"""In one transaction, which holds up everything else on SQLite."""
RETRY = Backoff(timedelta(seconds=0.1), timedelta(seconds=5))


@dataclass
class _Waiting(Generic[A, B]):
    what: A
    written: asyncio.Future[B]


class Together(Generic[A, B]):
    """Writes of one kind. What comes while a transaction is made goes into the next one, all of it together.

    `act` writes several, and answers for each of them. While the database is away it is tried again.
    """

    def __init__(self, store: Store, act: Callable[[Connection, Sequence[A]], Sequence[B]]) -> None:
        self._store = store
        self._act = act
        self._waiting: list[_Waiting[A, B]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, what: A) -> B:
        """What `act` answers for this one; returns when that is stored."""
        mine = _Waiting[A, B](what, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await mine.written

    async def _write_all(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            await self._write(some)

    async def _write(self, some: list[_Waiting[A, B]]) -> None:
        """One that cannot be written must not keep the others from it, so then each is written for itself."""
        try:
            answers = await persist(self._store, self._act, [one.what for one in some])
        except Exception as error:
            if len(some) > 1:
                for one in some:
                    await self._write([one])
            elif not some[0].written.done():
                some[0].written.set_exception(error)
            return
        for one, answer in zip(some, answers, strict=True):
            if not one.written.done():
                one.written.set_result(answer)


class Settling:
    """What became of deliveries, and those that waited and now begin. Most of the time goes into making it last."""

    def __init__(self, store: Store, signals: Signals, clock: Callable[[], datetime], lease: timedelta) -> None:
        """`lease`: what begins is to be settled within."""
        self._store = store
        self._signals = signals
        self._clock = clock
        self._lease = lease
        self._settled = Together(store, self._settle)
        self._begun = Together(store, self._begin)

    async def settle(self, outcome: Outcome) -> Delivery | None:
        """The delivery as it is now, None if it is not ours any more."""
        after, others_wait = await self._settled.write(outcome)
        if others_wait:
            self._signals.ring(DELIVERIES)
        return after

    async def begin(self, held: Delivery) -> Delivery | None:
        """The delivery now being sent, None if it may not be."""
        return await self._begun.write(held)

    async def leave(self, refused: Delivery) -> None:
        """The address of this delivery is gone."""
        if await persist(self._store, deliveries.leave, refused.address, self._clock(), refused):
            self._signals.notify(DELIVERIES)

    def _settle(self, connection: Connection, outcomes: Sequence[Outcome]) -> list[tuple[Delivery | None, bool]]:
        settled = deliveries.settle(connection, outcomes, self._clock())
        return [(delivery, settled.more) for delivery in settled.deliveries]

    def _begin(self, connection: Connection, held: Sequence[Delivery]) -> Sequence[Delivery | None]:
        return deliveries.begin(connection, held, self._clock() + self._lease)


async def persist(store: Store, act: Callable[Concatenate[Connection, P], B], /, *args: P.args, **named: P.kwargs) -> B:
    """As `Store.write`, but tried again for as long as the database is away."""
    attempts = 0
    while True:
        try:
            return await store.write(act, *args, **named)
        except (DatabaseAway, OperationalError) as error:
            attempts += 1
            if attempts == 1:
                log.warning("database away while settling", **trace(error))
        await asyncio.sleep(RETRY.wait(attempts).total_seconds())
