"""Who wants to be reminded of the due days of a service, and the last such day they were reminded of."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import reminders

THEIRS = [reminders.c.citizen, reminders.c.service]
ON_POSTGRESQL, ON_SQLITE = postgresql.insert(reminders), sqlite.insert(reminders)
INSERT = {
    "postgresql": ON_POSTGRESQL.on_conflict_do_update(
        index_elements=THEIRS, set_={"address": ON_POSTGRESQL.excluded.address}
    ),
    "sqlite": ON_SQLITE.on_conflict_do_update(index_elements=THEIRS, set_={"address": ON_SQLITE.excluded.address}),
}

PAGE = 200


@dataclass(frozen=True)
class Reminder:
    """A citizen to be reminded, at this address."""

    id: int
    citizen: str
    address: int


def begin(connection: Connection, citizen: str, address: int, service: str, now: datetime) -> None:
    """From now on the citizen is reminded; asked for again, it is the same reminder, sent to this address instead."""
    new = {"citizen": citizen, "address": address, "service": service, "since": now}
    connection.execute(INSERT[connection.dialect.name], new)


def end(connection: Connection, citizen: str, service: str) -> None:
    theirs = reminders.c.citizen == citizen, reminders.c.service == service
    connection.execute(delete(reminders).where(*theirs))


def forget(connection: Connection, citizen: str) -> None:
    """Ends every reminder of this citizen."""
    connection.execute(delete(reminders).where(reminders.c.citizen == citizen))


def waiting(
    connection: Connection, service: str, day: date, since: datetime, after: int | None
) -> tuple[Reminder, ...]:
    """Who was not reminded of this day yet and has wanted it since before `since`: the page that follows `after`."""
    theirs = reminders.c.service == service, reminders.c.since < since, _untold(day)
    wanted = select(reminders).where(*theirs).order_by(reminders.c.id).limit(PAGE)
    rows = connection.execute(wanted if after is None else wanted.where(reminders.c.id > after)).all()
    return tuple(Reminder(row.id, row.citizen, row.address) for row in rows)


def mark_told(connection: Connection, id: int, day: date) -> bool:
    """Whether it was still to be told: it may have been ended, or told by another process, which is waited for."""
    told = update(reminders).where(reminders.c.id == id, _untold(day)).values(told=day)
    return connection.execute(told).rowcount == 1


def _untold(day: date) -> ColumnElement[bool]:
    return or_(reminders.c.told.is_(None), reminders.c.told < day)
