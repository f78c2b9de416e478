"""What the bot has not confirmed yet, in one queue for each thing that may fail by itself."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.fakes.platform_clock import Clock

Queue = tuple[str, int]
"""Messages of a chat, presses of a user, and memberships of a chat are confirmed one after another, each by itself."""

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
LIFE = timedelta(hours=24)
SHORT_LIFE = timedelta(seconds=150)
"""Of a press: later the person does not look at the button any more."""
QUIET = timedelta(days=7)
"""After such a pause the ids go on somewhere else."""


@dataclass(frozen=True)
class Update:
    id: int
    kind: str
    queue: Queue
    body: Mapping[str, Any]
    dies: datetime

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.body}


class Inbox:
    """Updates wait here in order of their ids until they are confirmed or their life is over."""

    def __init__(self, clock: Clock, lost: Callable[[int], None]) -> None:
        self.allowed = frozenset(KINDS)
        self._clock = clock
        self._lost = lost
        self._chance = Random(1)  # noqa: S311 - chance, no secret
        self._next = self._chance.randrange(10**8, 10**9)
        self._last = clock.now()
        self._waiting: dict[int, Update] = {}
        self._queues: dict[Queue, dict[int, Update]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, kind: str, queue: Queue, body: Mapping[str, Any]) -> Update | None:
        """None where the bot does not want this kind."""
        if kind not in self.allowed:
            return None
        now = self._clock.now()
        life = SHORT_LIFE if kind == "callback_query" else LIFE
        update = Update(self._id(now), kind, queue, body, now + life)
        self._waiting[update.id] = self._queues[queue][update.id] = update
        return update

    def _id(self, now: datetime) -> int:
        if now - self._last > QUIET:
            self._next = self._chance.randrange(10**8, 10**9)
        self._last = now
        self._next += 1
        return self._next

    def first(self, queue: Queue, skip: int = 0) -> Update | None:
        """The oldest one that still lives, after `skip` others."""
        now = self._clock.now()
        waiting = self._queues.get(queue)
        while waiting and (oldest := next(iter(waiting.values()))).dies <= now:
            self._lost(oldest.id)
            self.confirm(oldest)
        return next((update for place, update in enumerate((waiting or {}).values()) if place == skip), None)

    def waiting(self) -> list[Update]:
        """All that still live, oldest first."""
        for queue in self.queues():
            self.first(queue)
        return list(self._waiting.values())

    def queues(self) -> list[Queue]:
        return [queue for queue, waiting in self._queues.items() if waiting]

    def confirm(self, update: Update) -> None:
        """One that is gone already is no error."""
        self._waiting.pop(update.id, None)
        waiting = self._queues.get(update.queue, {})
        waiting.pop(update.id, None)
        if not waiting:
            self._queues.pop(update.queue, None)

    def clear(self) -> None:
        self._waiting.clear()
        self._queues.clear()
