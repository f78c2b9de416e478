"""The applications of the embedded workflow engine, kept beside everything else."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.store import Store
from bot.store.tables import instances
from integrations.workflow import Status
from integrations.workflow.instances import Instance


class StoredInstances:
    """The contract of `integrations.workflow.instances.Instances`, over the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def insert(self, instance: Instance) -> bool:
        try:
            await self._store.write(_insert, instance)
        except IntegrityError:
            return False
        return True

    async def by_key(self, key: str) -> Instance | None:
        return await self._store.read(_first, instances.c.key == key)

    async def by_id(self, id: str) -> Instance | None:
        return await self._store.read(_first, instances.c.id == id)

    async def save(self, instance: Instance, expected: int) -> bool:
        return await self._store.write(_save, instance, expected)

    async def due(self, now: datetime, limit: int) -> tuple[Instance, ...]:
        when = instances.c.next_timer
        return await self._store.read(_all, select(instances).where(when <= now).order_by(when).limit(limit))

    async def waiting_to_tell(self, limit: int) -> tuple[Instance, ...]:
        since = instances.c.untold_since
        wanted = select(instances).where(since.is_not(None)).order_by(since).limit(limit)
        return await self._store.read(_all, wanted)

    async def open_for(self, group: str) -> tuple[Instance, ...]:
        wanted = select(instances).where(instances.c.waits_for == group).order_by(instances.c.registered)
        return await self._store.read(_all, wanted)


def _values(instance: Instance) -> dict[str, Any]:
    return {**vars(instance), "status": instance.status.value}


def _insert(connection: Connection, instance: Instance) -> None:
    connection.execute(instances.insert().values(_values(instance)))


def _save(connection: Connection, instance: Instance, expected: int) -> bool:
    expected_row = instances.c.id == instance.id, instances.c.version == expected
    return connection.execute(update(instances).where(*expected_row).values(_values(instance))).rowcount == 1


def _first(connection: Connection, wanted: Any) -> Instance | None:
    rows = _all(connection, select(instances).where(wanted))
    return rows[0] if rows else None


def _all(connection: Connection, wanted: Select[Any]) -> tuple[Instance, ...]:
    rows = [row for row in connection.execute(wanted).mappings() if row["state"] is not None]
    return tuple(Instance(**{**row, "status": Status(row["status"])}) for row in rows)
