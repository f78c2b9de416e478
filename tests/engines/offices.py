"""One town with each engine: the citizen's side of it, the office's side, and how its legal time passes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import uuid4

from integrations.workflow import Draft, Event, Workflow
from integrations.workflow.embedded import Decision, Embedded

NOW = timedelta(0)
SOON = timedelta(seconds=10)
# News that was fetched and not acknowledged comes again after this time.
LOCK = timedelta(milliseconds=300)
AGAIN = timedelta(seconds=1)


class Office(Protocol):
    async def decide(self, key: str, decision: Decision, reason: str, until: date | None = None) -> object: ...

    async def waiting(self, key: str) -> int:
        """How many applications under this key wait for a decision."""
        ...


class EmbeddedOffice:
    def __init__(self, engine: Embedded) -> None:
        self.decide = engine.decide
        self._engine = engine

    async def waiting(self, key: str) -> int:
        return len([task for task in await self._engine.open_tasks() if task.key == key])


@dataclass(frozen=True)
class Town:
    """`open` is the citizen's side as after a restart of ours; `legal_time` ends with `end_legal_time`."""

    open: Callable[[], Workflow]
    office: Office
    legal_time: str
    end_legal_time: Callable[[], None]

    async def told(self) -> list[tuple[str, dict[str, object]]]:
        """What is told now, each acknowledged."""
        return [(event.name, dict(event.facts)) for event in await self.heard(NOW)]

    async def heard(self, wait: timedelta) -> tuple[Event, ...]:
        """The same as events, after a wait for the first of at most so long."""
        events = await self.open().events(wait)
        for event in events:
            await self.open().acknowledge(event)
        return events


def draft(legal_time: str = "P30D") -> Draft:
    """An application under a key that nobody has used."""
    return Draft(uuid4().hex, "newborn_aid", "citizen-1", {"legal_time": legal_time, "children": 2})
