"""A crowd of citizens who write, wait for the answer, think and write again, for as long as a measurement lasts."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from statistics import quantiles

from bench.talks import TALKS

WARM_UP = 5.0
"""Seconds before anything is counted."""
THINKING = (1.0, 3.0)
"""Seconds between an answer and the citizen's next words: not less, because a chat is written to once a second."""

Say = Callable[[int, str], Awaitable[float]]
"""Says something as the citizen with this number; the moment the answer was there, on the clock of `perf_counter`."""


@dataclass(frozen=True)
class Measured:
    """So many citizens waited for an answer at any time. `latencies` are in seconds; `said` counts the warm-up too."""

    waiting: int
    seconds: float
    latencies: tuple[float, ...]
    said: int

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """Milliseconds within which so many percent of the answers were there."""
        return quantiles(self.latencies, n=100)[percent - 1] * 1000


@dataclass(order=True)
class Citizen:
    """Somebody with a talk to lead, who says the next line at `ready`."""

    ready: float
    number: int
    talk: Sequence[str] = field(compare=False)
    line: int = field(default=0, compare=False)


class Crowd:
    """Whoever has thought for long enough goes on; where nobody has, somebody new begins."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers
        self._thinking: list[Citizen] = []
        self._chance = Random(1)  # noqa: S311 - chance, no secret

    def next(self, now: float) -> Citizen:
        if self._thinking and self._thinking[0].ready <= now:
            return heappop(self._thinking)
        number = next(self._numbers)
        return Citizen(now, number, TALKS[number % len(TALKS)])

    def think(self, citizen: Citizen, now: float) -> None:
        """The line was answered; nobody comes back after the last one."""
        citizen.line += 1
        if citizen.line < len(citizen.talk):
            citizen.ready = now + self._chance.uniform(*THINKING)
            heappush(self._thinking, citizen)


async def measure(say: Say, waiting: int, seconds: float, numbers: Iterator[int]) -> Measured:
    """Citizens have the next of `numbers`. Raises an ExceptionGroup of what `say` raises."""
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds
    crowd = Crowd(numbers)
    turns: list[tuple[float, float]] = []
    async with asyncio.TaskGroup() as talking:
        for _ in range(waiting):
            talking.create_task(_talk(say, crowd, end, turns))
    latencies = tuple(answered - said for said, answered in turns if begin <= answered < end)
    return Measured(waiting, seconds, latencies, len(turns))


async def _talk(say: Say, crowd: Crowd, end: float, turns: list[tuple[float, float]]) -> None:
    while (said := time.perf_counter()) < end:
        citizen = crowd.next(said)
        answered = await say(citizen.number, citizen.talk[citizen.line])
        turns.append((said, answered))
        crowd.think(citizen, answered)
