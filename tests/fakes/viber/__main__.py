"""Viber as a process of its own: `python -m tests.fakes.viber --port 8082 --token T --speed 20`."""

import argparse
import asyncio
import signal
import sys
from datetime import UTC, datetime

import uvloop

from tests.fakes.platform_clock import Clock
from tests.fakes.viber.platform import TOKEN, Viber
from tests.fakes.viber.service import serving


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.viber", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one unless it is named")
    parser.add_argument("--token", default=TOKEN, help="the bot's")
    parser.add_argument("--speed", type=float, default=1.0, help="seconds that pass here in one of ours")
    parser.add_argument("--limits", choices=("on", "off"), default="on", help="off: nobody counts messages")
    parser.add_argument("--receipts", choices=("on", "off"), default="on", help="off: no phone reports what it got")
    return parser.parse_args()


async def main(asked: argparse.Namespace) -> None:
    """Prints the address, and serves until SIGTERM or SIGINT."""
    clock = Clock(asked.speed, datetime.now(UTC))
    viber = Viber(asked.token, clock=clock, limits=asked.limits == "on", receipts=asked.receipts == "on")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, stopped.set)
    async with serving(viber, asked.port):
        sys.stdout.write(f"{viber.url}\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    uvloop.run(main(_asked()))
