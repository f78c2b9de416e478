"""Wake-ups between the loops of one process. Losing one costs a moment, never a message: the database is the truth."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

MESSAGES, DELIVERIES, ORDERS = "messages", "deliveries", "orders"
# Other processes change the same database and cannot be heard.
POLL = timedelta(seconds=1)


class Bell:
    """One listener's memory of whether it was called since it last waited."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout: timedelta) -> None:
        """Returns at once if it rang since the last wait, else when it rings, at the latest after `timeout`."""
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()


class Signals:
    def __init__(self) -> None:
        self._bells: dict[str, set[Bell]] = {}

    def notify(self, topic: str) -> None:
        for bell in self._bells.get(topic, ()):
            bell.ring()

    @contextmanager
    def listen(self, topic: str) -> Iterator[Bell]:
        """A bell for this topic. Whoever listens before looking for work misses nothing in between."""
        bell = Bell()
        self._bells.setdefault(topic, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[topic].discard(bell)
            if not self._bells[topic]:
                del self._bells[topic]

    async def wait(self, topic: str, timeout: timedelta) -> None:
        """Returns when the topic is notified after this call, at the latest after `timeout`."""
        with self.listen(topic) as bell:
            await bell.wait(timeout)
