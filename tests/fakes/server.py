"""The product as a process of its own: `komshi serve` on a free port, which a test may kill and begin again."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

HOUSE = Path(__file__).parent.parent.parent
PATIENCE = 60


@dataclass
class Server:
    """One database and one key, whoever serves them. `url` stays the same after a restart."""

    environment: Mapping[str, str]
    port: int = 0
    url: str = ""
    process: Process | None = field(default=None, repr=False)

    async def start(self) -> None:
        """Returns when the page can be opened."""
        settings = {"KOMSHI_WATCH_PORT": "0", **self.environment, "KOMSHI_PORT": str(self.port)}
        command = (sys.executable, "-m", "bot.cli", "serve")
        self.process = await asyncio.create_subprocess_exec(
            *command, cwd=HOUSE, env={**os.environ, **settings}, stdout=PIPE
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            said = (await self.process.stdout.readline()).decode()
        self.url = said.split()[-1].rstrip("/")
        self.port = int(self.url.rpartition(":")[2])

    async def kill(self) -> None:
        """No time for anything: kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()

    async def komshi(self, *words: str) -> str:
        """What the command prints. Fails with its sentence where it refuses."""
        command = (sys.executable, "-m", "bot.cli", *words)
        ran = await asyncio.create_subprocess_exec(
            *command, cwd=HOUSE, env={**os.environ, **self.environment}, stdout=PIPE, stderr=PIPE
        )
        out, err = await ran.communicate()
        assert ran.returncode == 0, err.decode()
        return out.decode()


@asynccontextmanager
async def serving(database: str, folder: Path) -> AsyncIterator[Server]:
    """A server over this database; its key and nothing else is in `folder`."""
    server = Server({"KOMSHI_DATABASE": database, "KOMSHI_KEY_FILE": str(folder / "secret.key")})
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
