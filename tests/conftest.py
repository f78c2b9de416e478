"""What every test may lend: a clock that is moved by hand, and a store on each database the product runs on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete

from bot.assistant import Brain
from bot.brain import DATA, open_brain
from bot.store import Store
from bot.store.migrations import upgrade
from bot.store.tables import metadata
from nlu.embedded import Embedded
from tests.fakes.clock import Clock
from tests.fakes.key import KEY
from tests.fakes.postgres import Cluster

HOUSE = Path(__file__).parent.parent
CACHE = HOUSE / "var" / "cache"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own, gone with the tests."""
    with Cluster.begin() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database: a new file, or the one of the server that all tests share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'komshi.db'}"
    server: Cluster = request.getfixturevalue("cluster")
    return server.shared_database


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """An empty store with every table."""
    store = Store.open(database, KEY)
    await store.write(upgrade)
    await store.write(_empty)
    await store.migrate()
    yield store
    await store.close()


def _empty(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write the stories as they go today, for review")


@pytest.fixture(scope="session")
def engine() -> Embedded:
    """The engine that every town has, trained once and kept between runs, as a server keeps it."""
    return Embedded.open(DATA, CACHE)


@pytest.fixture(scope="session")
def brain() -> Brain:
    """What the product itself understands and says; trained once."""
    return open_brain(CACHE)
