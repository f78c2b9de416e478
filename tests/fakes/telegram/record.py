"""Everything that passed between the bot and Telegram, in order, for assertions and for figures."""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.platform_record import KEPT, SECOND, Tally, most_within

LASTING = timedelta(seconds=30)
"""A rate that holds for this long is no burst."""


@dataclass(frozen=True)
class Call:
    """A call of the bot, at the hour of the fake's clock. `method` is spelt as the bot spelt it.

    `outcome` is the HTTP status, `refusal` its description where it was one; `fault` is what befell the call.
    `result` is what was done, whether or not the bot heard of it. `by_response`: it was the body of a webhook's answer.
    """

    at: datetime
    method: str
    body: dict[str, Any]
    outcome: int
    result: Any = None
    refusal: str | None = None
    fault: str | None = None
    by_response: bool = False


@dataclass(frozen=True)
class Post:
    """One try to hand an update to the webhook. `outcome` is its HTTP status, or why there was none."""

    at: datetime
    update: int
    kind: str
    outcome: int | str


class Record(Tally):
    """Every call and every post."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: deque[Call] = deque(maxlen=KEPT)
        self.posts: deque[Post] = deque(maxlen=KEPT)
        self.lost: list[int] = []
        """The ids of updates whose life ended before they were confirmed."""
        self.sent: list[tuple[datetime, int]] = []
        """When a message went to which chat, whatever the bot heard of it."""
        self.heard = 0
        """How many calls there were, the forgotten ones too."""
        self.posted = 0

    def call(self, call: Call) -> None:
        self.calls.append(call)
        self.heard += 1
        self.count(f"{call.method} {call.fault or call.outcome}")

    def post(self, post: Post) -> None:
        self.posts.append(post)
        self.posted += 1
        self.count(f"{post.kind} {post.outcome}")

    def called(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def report(self) -> dict[str, Any]:
        """The totals: calls and updates by outcome, messages sent in each second, and the highest rates."""
        chats: dict[int, list[datetime]] = defaultdict(list)
        for at, chat in self.sent:
            chats[chat].append(at)
        times = [at for at, _ in self.sent]
        sustained = {chat: most_within(LASTING, at) / LASTING.total_seconds() for chat, at in chats.items()}
        fastest = max(sustained, key=sustained.__getitem__, default=None)
        return {
            "outcomes": self.outcomes,
            "lost": len(self.lost),
            "sent": len(times),
            "sent_each_second": _each_second(times),
            "most_in_a_second": most_within(SECOND, times),
            "most_in_a_second_to_one": max((most_within(SECOND, at) for at in chats.values()), default=0),
            "sustained_to_one": {"chat": fastest, "per_second": sustained[fastest] if fastest is not None else 0.0},
        }


def _each_second(times: Sequence[datetime]) -> list[int]:
    """How many in each second from the first to the last one."""
    if not times:
        return []
    counts = Counter(int((at - times[0]) / SECOND) for at in times)
    return [counts[second] for second in range(max(counts) + 1)]
