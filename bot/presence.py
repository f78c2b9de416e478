"""Which processes share the work: each says every few seconds that it is alive, and hears how many are."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.logs import trace
from bot.store import DatabaseAway, Store, processes

log = structlog.get_logger()

EVERY = timedelta(seconds=5)
DEAD_AFTER = timedelta(seconds=20)


class Presence:
    """`id` is this process's own; `count` is how many are alive, as far as is known: never less than one."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.id = uuid4().hex
        self.count = 1
        self._store = store
        self._clock = clock

    async def run(self) -> None:
        while True:
            await self.beat()
            await asyncio.sleep(EVERY.total_seconds())

    async def beat(self) -> None:
        """While the database is away, as many are taken to be alive as there were."""
        now = self._clock()
        try:
            self.count = await self._store.write(processes.beat, self.id, now, now - DEAD_AFTER)
        except DatabaseAway as error:
            log.warning("not counted", **trace(error.__cause__))

    async def is_mine(self, task: str, lease: timedelta) -> bool:
        """Whether this process alone is to do the task until the lease is over."""
        now = self._clock()
        return await self._store.write(processes.hold, task, self.id, now, now + lease)

    async def leave(self) -> None:
        """Others may do at once what this process did alone. If that cannot be said, they find out."""
        try:
            await self._store.write(processes.leave, self.id)
        except DatabaseAway as error:
            log.warning("left unseen", **trace(error.__cause__))
