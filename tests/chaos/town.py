"""The whole product as it runs on several machines: two servers and two workers, PostgreSQL, Redis, and a Telegram."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.store import Store
from tests.chaos.front import Front
from tests.fakes import platform_server, redis
from tests.fakes import telegram as bot_api
from tests.fakes.key import KEY
from tests.fakes.postgres import Cluster
from tests.fakes.telegram import Telegram

HOUSE = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds until a process is up, on a machine with much to do."""
LOSES = 0.02
"""Of the answers to Telegram: it repeats what was taken already."""


class NotUp(Exception):
    """A process has ended before it could begin. With the last of its log."""


@dataclass
class Member:
    """One process of the product, see `process`, killed so many times. A server keeps its `url` after a restart."""

    role: str
    environment: Mapping[str, str]
    log: Path
    url: str = ""
    kills: int = 0
    _process: Process | None = field(default=None, repr=False)

    async def start(self) -> None:
        """Returns when it is up. Raises NotUp where it ends before."""
        port = self.url.rpartition(":")[2] or "0"
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.chaos.process", self.role),
                cwd=HOUSE,
                env={**os.environ, **self.environment, "KOMSHI_PORT": port},
                stdout=PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            said = (await self._process.stdout.readline()).decode()
        if not said:
            raise NotUp(self.log.read_text()[-2000:])
        self.url = said.split()[-1].rstrip("/") if self.role == "serve" else ""

    async def kill(self) -> None:
        """No time for anything: kill -9."""
        self.kills += 1
        await self._end(signal.SIGKILL)

    async def revive(self) -> None:
        """Begins it again as a supervisor does, until it is up: what it needs may be away just now.

        Raises TimeoutError where it does not come up at all.
        """
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(NotUp):
                    return await self.start()

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()


@dataclass(frozen=True)
class Town:
    """`store` looks into the same database as the processes."""

    telegram: Telegram
    front: Front
    postgres: Cluster
    redis: redis.Server
    servers: tuple[Member, ...]
    workers: tuple[Member, ...]
    store: Store


@asynccontextmanager
async def opened(folder: Path, chance: Random) -> AsyncIterator[Town]:
    """A town where everything runs and Telegram delivers to the front; what the processes log is in `folder`."""
    with Cluster.begin() as postgres, redis.Server.begin() as memory:
        front = Front(chance, LOSES)
        async with (
            bot_api.serving(Telegram()) as telegram,
            platform_server.serving(front, close=front.close) as door,
        ):
            database = postgres.new_database()
            environment = {
                "KOMSHI_DATABASE_URL": database,
                "KOMSHI_REDIS_URL": memory.url,
                "KOMSHI_SECRET_KEY": KEY,
                "KOMSHI_WATCH_PORT": "0",
                "KOMSHI_PUBLIC_URL": door,
                "TELEGRAM_TOKEN": telegram.token,
                "KOMSHI_TELEGRAM_API": telegram.url,
            }
            servers = tuple(Member("serve", environment, folder / f"serve{number}.log") for number in (1, 2))
            workers = tuple(Member("work", environment, folder / f"work{number}.log") for number in (1, 2))
            store = Store.open(database, KEY)
            try:
                await asyncio.gather(*(member.start() for member in (*servers, *workers)))
                front.servers = [server.url for server in servers]
                await telegram.record.until(lambda: telegram.bot.webhook.settings, PATIENCE)
                yield Town(telegram, front, postgres, memory, servers, workers, store)
            finally:
                await asyncio.gather(*(member.stop() for member in (*servers, *workers)))
                await store.close()
