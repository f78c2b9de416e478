"""What the office wanted told: remembered by its event, so that it is told once."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store.tables import news


def remember(connection: Connection, event: str, now: datetime) -> None:
    """Raises IntegrityError if it was told before, or is being told elsewhere."""
    connection.execute(news.insert().values(event=event, told=now))
