"""getUpdates, as process_get_updates_query in Client.cpp of the official Bot API server answers it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.platform_clock import Clock
from tests.fakes.telegram.refusals import Refusal, conflict
from tests.fakes.telegram.updates import Inbox

LONGEST_WAIT = 50
"""Seconds."""
MOST = 100
HASTE = timedelta(seconds=3)
GREAT_HASTE = timedelta(seconds=0.5)
TELLS_AFTER = timedelta(seconds=3)
"""One who is replaced hears it late, so that two pollers do not chase each other."""

BY_ANOTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = "terminated by setWebhook request"


class Polling:
    """One poll at a time: a new one ends the one before."""

    def __init__(self, clock: Clock, inbox: Inbox) -> None:
        self._clock = clock
        self._inbox = inbox
        self._bell = asyncio.Event()
        self._poll: asyncio.Future[Refusal | None] | None = None
        self._last: tuple[int, datetime] | None = None

    def wake(self) -> None:
        """Something waits."""
        self._bell.set()
        self._bell = asyncio.Event()

    def end(self, why: str | None = BY_ANOTHER) -> None:
        """The poll that waits is refused with this, or answered with nothing where it is None."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(conflict(why) if why is not None else None)
        self._poll = None

    async def updates(self, offset: int, limit: int, seconds: int) -> list[dict[str, Any]]:
        """At most `limit` updates, oldest first; empty when none came in time. A negative offset counts from the end.

        Raises:
            Refusal: another poll or a webhook took its place.
        """
        self.end()
        mine = self._poll = asyncio.get_running_loop().create_future()
        seconds, limit = self._slow_down(offset, seconds, limit)
        self._confirm_before(offset)
        if not self._inbox.waiting() and seconds > 0:
            await self._wait(mine, min(seconds, LONGEST_WAIT))
        if not mine.done():
            return [update.as_json() for update in self._inbox.waiting()[: min(max(limit, 1), MOST)]]
        refusal = mine.result()
        if refusal is None:
            return []
        await self._clock.sleep(TELLS_AFTER)
        raise refusal

    def _slow_down(self, offset: int, seconds: int, limit: int) -> tuple[int, int]:
        """Whoever asks the same again in haste has to wait, and gets one update at a time in great haste."""
        now = self._clock.now()
        since = now - self._last[1] if self._last is not None and self._last[0] == offset else HASTE
        self._last = (offset, now)
        return max(seconds, 3) if since < HASTE else seconds, 1 if since < GREAT_HASTE else limit

    def _confirm_before(self, offset: int) -> None:
        waiting = self._inbox.waiting()
        done = [update for update in waiting if update.id < offset] if offset >= 0 else waiting[:offset]
        for update in done:
            self._inbox.confirm(update)

    async def _wait(self, mine: asyncio.Future[Refusal | None], seconds: int) -> None:
        bell = asyncio.ensure_future(self._bell.wait())
        clock = asyncio.ensure_future(self._clock.sleep(timedelta(seconds=seconds)))
        await asyncio.wait((mine, bell, clock), return_when=asyncio.FIRST_COMPLETED)
        bell.cancel()
        clock.cancel()
