"""Telegram's fake as a process of its own, which also tells at once to whom the bot has written.

python -m bench.telegram [--limits]      prints the address, and serves until it is ended

GET /heard is a stream with a line for each message of the bot, the number of its chat.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.processes import PYTHON, announced
from tests.fakes import platform_server
from tests.fakes.telegram import Telegram, build
from tests.fakes.telegram.chats import Standing
from tests.fakes.telegram.service import LIMITS

FIRST = 6_100_000_001
PEOPLE = 30_000
"""So many people, numbered from FIRST, have begun to talk with the bot."""
PATIENCE = 60
"""Seconds of silence after which the stream is looked at again."""


@contextmanager
def played(folder: Path, *, limits: bool = False) -> Iterator[str]:
    """The address of the process. With `limits` it counts what the bot sends. Raises NotStarted."""
    command = [PYTHON, "-m", "bench.telegram", *(["--limits"] if limits else [])]
    with announced(command, folder / "telegram.log") as url:
        yield url


class Heard:
    """An app and, beside it, the stream."""

    def __init__(self, app: ASGIApp, telegram: Telegram) -> None:
        self._app = app
        self._record = telegram.record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/heard":
            await self._tell(send)
        else:
            await self._app(scope, receive, send)

    async def _tell(self, send: Send) -> None:
        sent = self._record.sent
        told = len(sent)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            with suppress(TimeoutError):
                await self._record.until(partial(self._has_more_than, told), PATIENCE)
            lines = "".join(f"{chat}\n" for _, chat in sent[told:])
            told = len(sent)
            await send({"type": "http.response.body", "body": lines.encode(), "more_body": True})

    def _has_more_than(self, told: int) -> bool:
        return len(self._record.sent) > told


async def main(limits: bool) -> None:
    telegram = Telegram(limits=LIMITS if limits else None)
    for number in range(FIRST, FIRST + PEOPLE):
        telegram.people.get(number).account.standing = Standing.MEMBER
    async with platform_server.serving(Heard(build(telegram), telegram)) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.telegram")
    parser.add_argument("--limits", action="store_true")
    uvloop.run(main(parser.parse_args().limits))
