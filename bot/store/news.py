"""What the office wanted told: remembered by its event, so that it is told once."""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import news

INSERT = {
    "postgresql": postgresql.insert(news).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(news).on_conflict_do_nothing(),
}


def remember(connection: Connection, event: str, now: datetime) -> bool:
    """Whether it is new: not told before, and not being told elsewhere, which is waited for."""
    new = {"event": event, "told": now}
    return connection.execute(INSERT[connection.dialect.name], new).rowcount == 1
