"""The clock the platforms of a test live by: it may pass faster than ours, stand still, and be moved by hand."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

Answer = TypeVar("Answer")


class Clock:
    """`speed` seconds pass here in one of ours; with 0 it stands still until it is moved.

    Whoever sleeps or waits on it is woken by a move as well as by the time that passes.
    """

    def __init__(self, speed: float = 1.0, start: datetime = MORNING) -> None:
        self.speed = speed
        self._start = start
        self._origin = time.monotonic()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._origin) * self.speed)

    def move(self, by: timedelta) -> None:
        """Forward only."""
        self._start += by
        self._wake()

    def run_at(self, speed: float) -> None:
        """From now on; the hour it shows stays the same."""
        self._start, self._origin = self.now(), time.monotonic()
        self.speed = speed
        self._wake()

    def sleep(self, span: timedelta) -> Coroutine[Any, Any, None]:
        """The span begins with the call, not with the first wait. At once where it is nothing or less."""
        return self.until(self.now() + span)

    async def until(self, due: datetime) -> None:
        """At once where the hour has passed already."""
        while (left := due - self.now()) > timedelta():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left.total_seconds() / self.speed if self.speed else None)

    async def within(self, span: timedelta, work: Coroutine[Any, Any, Answer]) -> Answer:
        """What the work gives.

        Raises:
            TimeoutError: the span passed on this clock before the work was done; the work is cancelled.
        """
        working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(self.sleep(span))
        try:
            await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
        finally:
            working.cancel()
            waiting.cancel()
        raise TimeoutError

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
