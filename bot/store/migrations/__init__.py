"""The history of the tables, forward only. One module a step, in `versions/`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

# Any number will do, as long as nothing else in the same database uses it.
LOCK = 20_260_101


def upgrade(connection: Connection) -> None:
    """All steps not taken yet, in the transaction of this connection; another process that upgrades is waited for."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
