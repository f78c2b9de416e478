"""The demo as a process of its own. Prints its address; ends when its input does, and so with whoever started it."""

import argparse
import asyncio
import signal
import sys
from datetime import UTC, datetime

import uvloop

from tests.fakes import platform_server
from tests.fakes.demo.page import Demo
from tests.fakes.platform_clock import Clock
from tests.fakes.telegram.service import Telegram
from tests.fakes.viber.platform import Viber


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one unless it is named")
    parser.add_argument("--telegram-token", required=True)
    parser.add_argument("--viber-token", required=True)
    return parser.parse_args()


async def main(asked: argparse.Namespace) -> None:
    # An interrupt at the terminal reaches this process too; whoever started it ends it in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    clock = Clock(start=datetime.now(UTC))
    telegram, viber = Telegram(asked.telegram_token, clock=clock), Viber(asked.viber_token, clock=clock)

    async def close() -> None:
        await telegram.close()
        await viber.close()

    async with platform_server.serving(Demo(telegram, viber), asked.port, close) as url:
        telegram.url, viber.url = f"{url}/platforms/telegram", f"{url}/platforms/viber"
        viber.gallery.url = viber.url
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        await _end_of_input()


async def _end_of_input() -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


if __name__ == "__main__":
    uvloop.run(main(_asked()))
