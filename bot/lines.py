"""Those who wait for a place in a bot's budget: one line for each lane of a channel, and only its head asks."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.budget import HORIZON, Budget, Leave
from bot.messages import Lane, Pace

PATIENCE = timedelta(seconds=2)
"""Whoever would have to wait longer leaves the line."""
ON_THE_WAY = timedelta(seconds=0.5)
"""So long it may take until somebody has come into the line, or has left it."""
AT_ONCE = timedelta(0)


@dataclass(frozen=True)
class Answer:
    """What the budget said. `at` is the end of the wait, in seconds of the event loop."""

    leave: Leave
    at: float

    @property
    def is_long(self) -> bool:
        return self.leave.wait > PATIENCE

    async def wait(self, early: timedelta = AT_ONCE) -> None:
        """Returns at the end of the wait, or so much before."""
        await asyncio.sleep(max(self.at - early.total_seconds() - _time(), 0))


@dataclass
class Line:
    """`waiting` are in it; it is `closed_until` then if nobody in it can have a place before."""

    budget: Budget
    pace: Pace
    lane: Lane
    waiting: int = 0
    closed_until: datetime | None = None

    def __post_init__(self) -> None:
        self._head = asyncio.Lock()

    @property
    def room(self) -> int:
        """So many more may wait: as many as can have a place soon, so that the rest are free to be sent elsewhere."""
        ahead = (HORIZON[self.lane] + ON_THE_WAY).total_seconds()
        return 1 + ceil(self.pace.per_second * ahead) - self.waiting

    def is_closed(self, now: datetime) -> bool:
        return self.closed_until is not None and self.closed_until > now

    async def at_once(self, chat: str) -> Answer | None:
        """What the budget says to somebody who does not want to wait, None if others wait already."""
        return None if self._head.locked() else await self._ask(chat)

    async def wait(self, chat: str, longest: timedelta) -> Answer:
        """A place, or the refusal of one who would have to wait too long; decided after `longest` or little later."""
        end = _time() + longest.total_seconds()
        async with self._head:
            while True:
                answer = await self._ask(chat)
                if answer.leave.granted or not answer.leave.lane or answer.is_long or _time() >= end:
                    return answer
                await answer.wait()

    async def _ask(self, chat: str) -> Answer:
        leave = await self.budget.ask(self.pace, chat, self.lane)
        return Answer(leave, _time() + leave.wait.total_seconds())


def _time() -> float:
    return asyncio.get_running_loop().time()
