"""How long words are kept: answers for a while after a case has ended, talks until a long silence, codes for a day."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.store import Store, erasure, transfers, transmissions
from bot.store.erasure import K, Page

log = structlog.get_logger()

EVERY = timedelta(days=1)
STRAY = timedelta(days=14)
"""So long a platform may tell that something was delivered (Viber); what nobody knows by then is nobody's."""


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
        answers = await self._by_pages(erasure.erase_answers, now - self._answers)
        talks = await self._by_pages(erasure.erase_silent, now - self._silence)
        drafts = await self._store.write(transfers.sweep, now)
        await self._store.write(transmissions.sweep, now - STRAY)
        log.info("swept", answers=answers, talks=talks, drafts=drafts)

    async def _by_pages(self, erase: Callable[[Connection, datetime, K | None], Page[K]], before: datetime) -> int:
        """How many were erased, each page in a transaction of its own."""
        page = await self._store.write(erase, before, None)
        erased = page.erased
        while page.last is not None:
            page = await self._store.write(erase, before, page.last)
            erased += page.erased
        return erased
