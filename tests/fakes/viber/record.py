"""Everything that passed between the bot and Viber, in order, for assertions and for figures."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.fakes.platform_record import KEPT, SECOND, Tally, most_within


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


class Record(Tally):
    """Every call, and everything that was told."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.told: deque[Telling] = deque(maxlen=KEPT)
        self.lost: list[int] = []
        """The tokens of what was never answered with 200, and is not told again."""
        self.sent: list[tuple[datetime, str]] = []
        """When a message went to whom, whatever the bot heard of it."""
        self.heard = 0
        """How many calls there were, the forgotten ones too."""
        self.posted = 0

    def call(self, call: Call) -> None:
        self.calls.append(call)
        self.heard += 1
        self.count(f"{call.method} {call.outcome if call.fault is None else call.fault}")

    def telling(self, telling: Telling) -> None:
        self.told.append(telling)
        self.posted += 1
        self.count(f"{telling.event} {telling.outcome}")

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
            "outcomes": self.outcomes,
            "lost": len(self.lost),
            "sent": len(self.sent),
            "most_in_a_second": most_within(SECOND, [at for at, _ in self.sent]),
            "most_in_a_second_to_one": max((most_within(SECOND, at) for at in chats.values()), default=0),
        }
