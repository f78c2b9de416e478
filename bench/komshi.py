"""Processes of komshi, with nothing but the settings of the benchmark."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import postgres
from bench.processes import Process, inherited, running, serving
from tests.fakes.redis import Server as Redis
from tests.fakes.telegram.service import TOKEN

PROGRAM = Path(sys.executable).parent / "komshi"
LOG = "komshi.log"
UNLIMITED = 1_000_000
"""Messages a second that the bot may send: more than it can."""


@dataclass(frozen=True)
class Komshi:
    """Where its processes run, and what all of them are told: here they find no `.env`."""

    folder: Path
    settings: Mapping[str, str]

    def migrate(self) -> None:
        """Raises CalledProcessError."""
        subprocess.run([PROGRAM, "migrate"], env={**inherited(), **self.settings}, cwd=self.folder, check=True)

    def serve(self, url: str, public_url: str) -> AbstractContextManager[Process]:
        """A process that listens at `url`, and Telegram is told to deliver to `public_url`."""
        own = {"KOMSHI_PORT": url.rpartition(":")[2], "KOMSHI_PUBLIC_URL": public_url}
        settings = {**self.settings, **own}
        return serving([PROGRAM, "serve"], f"{url}/healthz", settings, self.folder / LOG, self.folder)

    def work(self) -> AbstractContextManager["subprocess.Popen[bytes]"]:
        return running([PROGRAM, "work"], self.settings, self.folder / LOG, self.folder)


def installed(folder: Path, telegram: str, shared: Mapping[str, str], rate: float = UNLIMITED) -> Komshi:
    """With the Bot API at `telegram` and the servers of `shared`; the cache is beside `folder`."""
    settings = {
        "KOMSHI_KEY_FILE": str(folder / "secret.key"),
        "KOMSHI_CACHE": str(folder.parent / "cache"),
        "KOMSHI_WATCH_PORT": "0",
        "KOMSHI_TELEGRAM_API": telegram,
        "KOMSHI_TELEGRAM_RATE": str(rate),
        "TELEGRAM_TOKEN": TOKEN,
    }
    return Komshi(folder, {**settings, **shared})


@contextmanager
def sqlite(folder: Path) -> Iterator[Mapping[str, str]]:
    """The setting of a database in `folder`."""
    yield {"KOMSHI_DATABASE_URL": f"sqlite:///{folder / 'komshi.db'}"}


@contextmanager
def postgres_and_redis() -> Iterator[Mapping[str, str]]:
    """The settings of two servers that several processes can share."""
    with postgres.begun() as database, Redis.begin() as redis:
        yield {"KOMSHI_DATABASE_URL": database, "KOMSHI_REDIS_URL": redis.url}
