"""How long words are kept: answers for a while after a case has ended, talks until a long silence."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.store import Store, erasure

log = structlog.get_logger()

EVERY = timedelta(days=1)


class Retention:
    def __init__(self, store: Store, answers: timedelta, silence: timedelta, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._answers = answers
        self._silence = silence
        self._clock = clock

    async def run(self) -> None:
        while True:
            await self.sweep()
            await asyncio.sleep(EVERY.total_seconds())

    async def sweep(self) -> None:
        """Erases what has had its time; once more changes nothing."""
        now = self._clock()
        answers = await self._store.write_long(erasure.erase_answers, now - self._answers)
        talks = await self._store.write_long(erasure.erase_silent, now - self._silence)
        log.info("swept", answers=answers, talks=talks)
