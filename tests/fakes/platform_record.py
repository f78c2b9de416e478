"""What passed between a bot and a platform: counted for figures, and waited for by tests."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

KEPT = 50_000
"""Of each kind so many are remembered; the counts go on."""
SECOND = timedelta(seconds=1)
PATIENCE = 10.0


class Tally:
    """Rings `until` whenever something was counted."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._bell = asyncio.Event()

    @property
    def outcomes(self) -> dict[str, int]:
        return dict(sorted(self._counts.items()))

    def count(self, name: str) -> None:
        self._counts[name] += 1
        self.ring()

    def ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()

    async def until(self, claim: Callable[[], Any], patience: float = PATIENCE) -> None:
        """Returns as soon as the claim holds, asked after everything that happens.

        Raises:
            TimeoutError: it did not within `patience` of our seconds.
        """
        async with asyncio.timeout(patience):
            while not claim():
                await self._bell.wait()


def most_within(span: timedelta, times: Sequence[datetime]) -> int:
    """The greatest number of these moments, given in order, that lie within any such span."""
    window: deque[datetime] = deque()
    most = 0
    for at in times:
        window.append(at)
        while at - window[0] >= span:
            window.popleft()
        most = max(most, len(window))
    return most
