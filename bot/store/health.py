"""How the database stands: its version, its steps and its key, and what waits or was lost in it. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Select, func, select, text

from bot.messages import Lane, ReceiptState
from bot.store import migrations
from bot.store.messages import FAILED, WAITING
from bot.store.tables import addresses, deliveries, messages, orders, probes, processes

HEARD = "message"
QUEUES = (HEARD, *(lane.name.lower() for lane in Lane))

Waiting = Mapping[str, datetime | None]
"""Since when the oldest waits, by queue; None where nothing does."""


@dataclass(frozen=True)
class Steps:
    """The last step that the tables have taken, None before the first, and all `known` to this version, in order."""

    taken: str | None
    known: tuple[str, ...]

    @property
    def head(self) -> str:
        return self.known[-1]

    @property
    def are_taken(self) -> bool:
        """Also while a newer version has taken its own: steps go forward only, and what is there stays usable."""
        return self.taken == self.head or self.is_newer

    @property
    def is_newer(self) -> bool:
        return self.taken is not None and self.taken not in self.known


@dataclass(frozen=True)
class Losses:
    """`dead`: deliveries that nobody took, although the citizen is there. `unknown`: they may have arrived.

    `given_up`: messages that no answer could be made for.
    """

    dead: int
    unknown: int
    given_up: int


def steps(connection: Connection) -> Steps:
    return Steps(MigrationContext.configure(connection).get_current_revision(), _known())


@cache
def _known() -> tuple[str, ...]:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    newest_first = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    return tuple(reversed(newest_first))


def version(connection: Connection) -> str:
    """The database's name and version, as people say it."""
    if connection.dialect.name == "sqlite":
        return f"SQLite {connection.execute(select(func.sqlite_version())).scalar_one()}"
    return f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar_one()}"


def time(connection: Connection) -> datetime | None:
    """What time it is there; None where the database is a file and has no clock of its own."""
    if connection.dialect.name == "sqlite":
        return None
    found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return found


def key_fits(connection: Connection) -> bool:
    """Whether what is stored can be read; also where nothing is stored yet."""
    words = connection.execute(select(probes.c.word)).scalars().all()
    return None not in words


def alive(connection: Connection, since: datetime) -> int:
    """How many processes have said so since then."""
    return connection.execute(select(func.count()).where(processes.c.seen >= since)).scalar_one()


def waiting(connection: Connection) -> Waiting:
    """For each of QUEUES: what was heard and is to be answered, and what is to be sent, by lane."""
    heard = select(func.min(messages.c.arrived)).where(messages.c.state == WAITING)
    oldest = [connection.execute(query).scalar() for query in (heard, *map(_oldest, Lane))]
    return dict(zip(QUEUES, oldest, strict=True))


def _oldest(lane: Lane) -> Select[tuple[datetime]]:
    queued = ReceiptState.QUEUED.value
    return select(func.min(deliveries.c.created)).where(deliveries.c.state == queued, deliveries.c.lane == lane)


def delayed(connection: Connection) -> int:
    """How many orders the office has not taken yet although it was asked so often that the citizen was told."""
    return connection.execute(select(func.count()).where(orders.c.state == WAITING, orders.c.delayed)).scalar_one()


def losses(connection: Connection, since: datetime) -> Losses:
    """What was lost since then. Whoever has left us lost nothing."""
    ended = select(func.count()).select_from(deliveries).join(addresses).where(deliveries.c.due_at >= since)
    dead = ended.where(deliveries.c.state == ReceiptState.FAILED.value, ~addresses.c.gone)
    unknown = ended.where(deliveries.c.state == ReceiptState.UNKNOWN.value)
    given_up = select(func.count()).where(messages.c.state == FAILED, messages.c.arrived >= since)
    return Losses(*(connection.execute(counted).scalar_one() for counted in (dead, unknown, given_up)))
