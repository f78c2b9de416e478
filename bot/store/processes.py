"""Which processes share this database, and which one of them does what only one may do."""

from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import leases, processes

Insert = postgresql.Insert | sqlite.Insert


def _insert(connection: Connection, table: Table) -> Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def beat(connection: Connection, process: str, now: datetime, seen_since: datetime) -> int:
    """The process is alive; how many are, itself among them. Those not seen since are taken for dead."""
    new = _insert(connection, processes).values(id=process, seen=now)
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_={"seen": now}))
    connection.execute(delete(processes).where(processes.c.seen < seen_since))
    return connection.execute(select(func.count()).select_from(processes)).scalar_one()


def leave(connection: Connection, process: str) -> None:
    """The process ends: what it alone did is free for the others."""
    connection.execute(delete(leases).where(leases.c.holder == process))
    connection.execute(delete(processes).where(processes.c.id == process))


def hold(connection: Connection, task: str, process: str, now: datetime, until: datetime) -> bool:
    """Whether the task is this process's alone until then: nobody else has it, or had it too long ago."""
    new = _insert(connection, leases).values(task=task, holder=process, until=until)
    connection.execute(new.on_conflict_do_nothing())
    free = (leases.c.holder == process) | (leases.c.until <= now)
    taken = update(leases).where(leases.c.task == task, free).values(holder=process, until=until)
    return connection.execute(taken).rowcount == 1
