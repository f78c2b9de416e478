"""`komshi demo`: the product beside a Telegram and a Viber of this machine's own, and two phones on a page."""

import asyncio
import secrets
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from socket import SO_REUSEADDR, SOL_SOCKET, socket
from tempfile import TemporaryDirectory
from types import FrameType

from pydantic import SecretStr

from bot.app import build
from bot.assistant import Brain
from bot.server import Server
from bot.settings import EMBEDDED, Settings

PHONES = "tests.fakes.demo"
LOOPBACK = "127.0.0.1"
PATIENCE = 10
"""Seconds that the phones are given to come up, and to go."""


class Unplayable(Exception):
    """The demo cannot be given here; says why."""


@dataclass(frozen=True)
class Phones:
    """Where the page with the phones is, and the tokens that its platforms know us by."""

    url: str
    telegram_token: str
    viber_token: str

    def environment(self, public_url: str) -> dict[str, str]:
        """What the channels have to find, so that they talk to these platforms and to no others."""
        return {
            "TELEGRAM_TOKEN": self.telegram_token,
            "KOMSHI_TELEGRAM_API": f"{self.url}/platforms/telegram",
            "VIBER_TOKEN": self.viber_token,
            "KOMSHI_VIBER_API": f"{self.url}/platforms/viber",
            "KOMSHI_PUBLIC_URL": public_url,
        }


async def run(
    settings: Settings,
    brain: Brain,
    processes: Mapping[str, Path],
    environment: Mapping[str, str],
) -> None:
    """Serves until the process is told to stop; everything said is gone then.

    Raises Unplayable, or OSError where the port is taken.
    """
    with _door(settings.port) as door, _stage(settings) as settings:
        public_url = f"http://{LOOPBACK}:{door.getsockname()[1]}"
        settings = settings.model_copy(update={"public_url": public_url})
        async with _phones() as phones:
            app = build(settings, brain, processes, {**environment, **phones.environment(public_url)})
            sys.stdout.write(f"Two phones are at {phones.url}/\n")
            sys.stdout.flush()
            for ending in (signal.SIGINT, signal.SIGTERM):
                signal.signal(ending, _tidy_up)
            await Server(app, settings).serve([door])


def _tidy_up(number: int, frame: FrameType | None) -> None:
    """The server hands on the signal that ended it, which leaves nothing to do but to end in good order."""


@contextmanager
def _door(port: int) -> Iterator[socket]:
    """The port is ours before anybody is told of it."""
    with socket() as door:
        door.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        door.bind((LOOPBACK, port))
        yield door


@contextmanager
def _stage(settings: Settings) -> Iterator[Settings]:
    """The settings with a database and a key that are thrown away at the end, and nothing that others share.

    What is played here must not reach a real office, a real bank or real citizens.
    """
    with TemporaryDirectory(prefix="komshi-demo-") as folder:
        thrown_away = {
            "database": SecretStr(f"sqlite:///{folder}/komshi.db"),
            "secret_key": None,
            "key_file": Path(folder, "secret.key"),
            "redis_url": None,
            "workflow_url": f"{EMBEDDED}:",
            "bills": f"{EMBEDDED}:",
        }
        yield settings.model_copy(update=thrown_away)


@asynccontextmanager
async def _phones() -> AsyncIterator[Phones]:
    """Both platforms and the page, in one process that ends with this one: it reads until its input is closed."""
    if not _is_checkout():
        raise Unplayable(
            "The demo needs the source checkout: its phones are beside the tests, which are not installed."
        )
    telegram_token, viber_token = f"1:{secrets.token_hex(16)}", secrets.token_hex(24)
    words = ("-m", PHONES, "--telegram-token", telegram_token, "--viber-token", viber_token)
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=PIPE, stdout=PIPE)
    if process.stdin is None or process.stdout is None:
        raise Unplayable("The phones cannot be heard.")
    try:
        async with asyncio.timeout(PATIENCE):
            url = (await process.stdout.readline()).decode().strip()
        if not url:
            raise Unplayable("The phones did not come up; what is written above says why.")
        yield Phones(url, telegram_token, viber_token)
    finally:
        process.stdin.close()
        async with asyncio.timeout(PATIENCE):
            await process.wait()


def _is_checkout() -> bool:
    try:
        return find_spec(PHONES) is not None
    except ModuleNotFoundError:
        return False
