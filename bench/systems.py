"""The servers that are compared, each opened with all that it needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import doors, komshi, rasa_bot, telegram
from bench.load import Say
from bench.processes import PYTHON, Process, free_port, serving
from bot.channels.telegram.settings import PATH, Settings
from tests.fakes.telegram.service import TOKEN

SQLITE, POSTGRES_1, POSTGRES_2, POSTGRES_4 = "sqlite", "postgres1", "postgres2", "postgres4"
ECHO, RASA = "echo", "rasa"


@dataclass(frozen=True)
class Opened:
    """A system that answers: its server processes, and a door to talk through."""

    servers: Sequence[Process]
    door: Callable[[], AbstractAsyncContextManager[Say]]


@dataclass(frozen=True)
class System:
    """`open` is given a folder of its own."""

    key: str
    name: str
    open: Callable[[Path], AbstractContextManager[Opened]]


@contextmanager
def komshi_sqlite(folder: Path) -> Iterator[Opened]:
    with komshi.sqlite(folder) as shared, _komshi(folder, shared, 1) as opened:
        yield opened


@contextmanager
def komshi_postgres(folder: Path, processes: int) -> Iterator[Opened]:
    """So many processes on one PostgreSQL, in touch through Redis."""
    with komshi.postgres_and_redis() as shared, _komshi(folder, shared, processes) as opened:
        yield opened


@contextmanager
def _komshi(folder: Path, shared: Mapping[str, str], processes: int) -> Iterator[Opened]:
    urls = [_free_url() for _ in range(processes)]
    with telegram.played(folder) as api, ExitStack() as stack:
        installed = komshi.installed(folder, api, shared)
        installed.migrate()
        servers = [stack.enter_context(installed.serve(url, urls[0])) for url in urls]
        yield Opened(servers, _door(api, urls))


@contextmanager
def echo(folder: Path) -> Iterator[Opened]:
    url = _free_url()
    with telegram.played(folder) as api:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": api, "SECRET": _secret(), "PORT": url.rpartition(":")[2]}
        log = folder / "echo.log"
        with serving([PYTHON, "-m", "bench.echo"], f"{url}/healthz", settings, log) as server:
            yield Opened([server], _door(api, [url]))


@contextmanager
def rasa(folder: Path) -> Iterator[Opened]:
    """The bot that was trained beside `folder`."""
    with rasa_bot.served(folder.parent / "rasa", folder / "rasa.log") as (url, server):
        yield Opened([server], lambda: doors.rasa(url))


def _door(api: str, urls: Sequence[str]) -> Callable[[], AbstractAsyncContextManager[Say]]:
    return lambda: doors.telegram(api, [f"{url}{PATH}" for url in urls], _secret())


def _secret() -> str:
    settings = Settings.read({"TELEGRAM_TOKEN": TOKEN})
    return settings.secret if settings else ""


def _free_url() -> str:
    return f"http://127.0.0.1:{free_port()}"


SYSTEMS: Sequence[System] = (
    System(SQLITE, "komshi, SQLite", komshi_sqlite),
    System(POSTGRES_1, "komshi, PostgreSQL", lambda folder: komshi_postgres(folder, 1)),
    System(POSTGRES_2, "komshi, PostgreSQL, 2 processes", lambda folder: komshi_postgres(folder, 2)),
    System(POSTGRES_4, "komshi, PostgreSQL, 4 processes", lambda folder: komshi_postgres(folder, 4)),
    System(ECHO, "FastAPI and aiogram, echo", echo),
    System(RASA, "Rasa", rasa),
)
