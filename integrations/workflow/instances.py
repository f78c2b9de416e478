"""Running applications as rows: what the embedded engine asks of a database, and the same in memory."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from integrations.workflow import Status


@dataclass(frozen=True)
class Instance:
    """One application in the embedded engine. Everything beside `state` is there to be searched by.

    `key` is unique. `state` is JSON text and means something to the engine only. `version` is 1 when inserted and
    one more with every save. `waits_for` is the group whose turn it is (a candidate group of the process), None
    when it is nobody's. `next_timer` is when the next timer comes, `untold_since` when the oldest event that is not
    acknowledged yet arose: None where there is none. All times are aware UTC.
    """

    id: str
    key: str
    service: str
    status: Status
    ended: bool
    registered: datetime
    state: str
    version: int = 1
    waits_for: str | None = None
    next_timer: datetime | None = None
    untold_since: datetime | None = None


class Instances(Protocol):
    """A table of instances. Each call is one transaction, finished when it returns; nothing is ever deleted."""

    async def insert(self, instance: Instance) -> bool:
        """True if stored now; False, and nothing changed, if there is one with this key already."""
        ...

    async def by_key(self, key: str) -> Instance | None: ...

    async def by_id(self, id: str) -> Instance | None: ...

    async def save(self, instance: Instance, expected: int) -> bool:
        """Replaces the row of this id if its version is still `expected`; False, and nothing changed, otherwise."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[Instance, ...]:
        """Those with `next_timer` at or before `now`, earliest first, at most `limit`."""
        ...

    async def waiting_to_tell(self, limit: int) -> tuple[Instance, ...]:
        """Those with `untold_since`, oldest first, at most `limit`."""
        ...

    async def open_for(self, group: str) -> tuple[Instance, ...]:
        """Those whose `waits_for` is this group, oldest `registered` first."""
        ...


class Memory:
    """Instances for a demonstration and for tests: gone with the process."""

    def __init__(self) -> None:
        self._rows: dict[str, Instance] = {}

    async def insert(self, instance: Instance) -> bool:
        if await self.by_key(instance.key) is not None:
            return False
        self._rows[instance.id] = instance
        return True

    async def by_key(self, key: str) -> Instance | None:
        return next((row for row in self._rows.values() if row.key == key), None)

    async def by_id(self, id: str) -> Instance | None:
        return self._rows.get(id)

    async def save(self, instance: Instance, expected: int) -> bool:
        row = self._rows.get(instance.id)
        if row is None or row.version != expected:
            return False
        self._rows[instance.id] = instance
        return True

    async def due(self, now: datetime, limit: int) -> tuple[Instance, ...]:
        timed = [(row.next_timer, row) for row in self._rows.values() if row.next_timer and row.next_timer <= now]
        return tuple(row for _, row in sorted(timed, key=lambda pair: pair[0])[:limit])

    async def waiting_to_tell(self, limit: int) -> tuple[Instance, ...]:
        untold = [(row.untold_since, row) for row in self._rows.values() if row.untold_since]
        return tuple(row for _, row in sorted(untold, key=lambda pair: pair[0])[:limit])

    async def open_for(self, group: str) -> tuple[Instance, ...]:
        rows = [row for row in self._rows.values() if row.waits_for == group]
        return tuple(sorted(rows, key=lambda row: row.registered))
