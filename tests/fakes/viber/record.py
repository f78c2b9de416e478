"""Everything that passed between the bot and Viber, in order, for assertions and for figures."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

KEPT = 50_000
"""Calls and tellings that are remembered; the counts go on."""
SECOND = timedelta(seconds=1)
PATIENCE = 10.0


@dataclass(frozen=True)
class Call:
    """A call of the bot, at the hour of the fake's clock. `welcome` is what it answered to an opening of the talk.

    `outcome` is the status in Viber's answer; None where the fault that befell the call came before it.
    """

    at: datetime
    method: str
    body: dict[str, Any]
    outcome: int | None
    fault: str | None = None


@dataclass(frozen=True)
class Telling:
    """One try to tell the bot something. `outcome` is its HTTP status, or why there was none."""

    at: datetime
    event: str
    token: int
    outcome: int | str


class Record:
    """Rings `until` whenever something was written down."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.told: deque[Telling] = deque(maxlen=KEPT)
        self.lost: list[int] = []
        """The tokens of what was never answered with 200, and is not told again."""
        self.sent: list[tuple[datetime, str]] = []
        """When a message went to whom, whatever the bot heard of it."""
        self.heard = 0
        """How many calls there were, the forgotten ones too."""
        self.posted = 0
        self._counts: Counter[str] = Counter()
        self._bell = asyncio.Event()

    def call(self, call: Call) -> None:
        self.calls.append(call)
        self.heard += 1
        self._counts[f"{call.method} {call.outcome if call.fault is None else call.fault}"] += 1
        self.ring()

    def telling(self, telling: Telling) -> None:
        self.told.append(telling)
        self.posted += 1
        self._counts[f"{telling.event} {telling.outcome}"] += 1
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

    def called(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    def tried(self, event: str) -> list[Telling]:
        """The tries to tell of one event, oldest first."""
        return [telling for telling in self.told if telling.event == event]

    def report(self) -> dict[str, Any]:
        """The totals: calls and events by outcome, and the highest rates over one second."""
        chats: defaultdict[str, list[datetime]] = defaultdict(list)
        for at, person in self.sent:
            chats[person].append(at)
        return {
            "outcomes": dict(sorted(self._counts.items())),
            "lost": len(self.lost),
            "sent": len(self.sent),
            "most_in_a_second": _most_in_a_second([at for at, _ in self.sent]),
            "most_in_a_second_to_one": max(map(_most_in_a_second, chats.values()), default=0),
        }


def _most_in_a_second(times: list[datetime]) -> int:
    window: deque[datetime] = deque()
    most = 0
    for at in times:
        window.append(at)
        while at - window[0] >= SECOND:
            window.popleft()
        most = max(most, len(window))
    return most
