"""A town for the tests of the embedded engine: a clock that passes when they say so, an application, its news."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from integrations.workflow import Draft
from integrations.workflow.embedded import Embedded

Engine = Callable[[], Embedded]
Redrawn = Callable[..., Path]

NOW = timedelta(0)
DRAFT = Draft("KEY1", "newborn_aid", "citizen-1", {"legal_time": "P30D", "children": 2})


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


async def told(engine: Engine) -> list[tuple[str, dict[str, object]]]:
    """What is told now, each acknowledged."""
    events = await engine().events(NOW)
    for event in events:
        await engine().acknowledge(event)
    return [(event.name, dict(event.facts)) for event in events]
