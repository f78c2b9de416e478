"""The product as a process with the tiny assistant of the tests: `python -m tests.chaos.process serve` or `work`.

Everything but what it thinks is the product's own. It says one line when it is up, and ends on SIGTERM.
"""

import asyncio
import os
import sys
from dataclasses import replace
from signal import SIGTERM

import uvloop

from bot import logs
from bot.app import App, build
from bot.server import Server
from bot.settings import Settings
from nlu import Decision, Understanding
from tests.fakes.brain import BRAIN


def understand(text: str) -> Understanding:
    return Understanding("out_of_scope", 0.0, Decision.REFUSE)


AT_ONCE = replace(BRAIN, at_once=understand)
"""Takes its turns together; the other one, which has to ask somebody, takes each for itself."""


async def serve(app: App, settings: Settings) -> None:
    await app.store.migrate()
    await Server(app, settings).serve()


async def work(app: App) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(SIGTERM, stopped.set)
    async with app:
        sys.stdout.write("komshi works\n")
        sys.stdout.flush()
        await stopped.wait()


def main(role: str) -> None:
    logs.configure()
    settings = Settings()
    app = build(settings, AT_ONCE if role == "serve" else BRAIN, {}, os.environ)
    uvloop.run(serve(app, settings) if role == "serve" else work(app))


if __name__ == "__main__":
    main(*sys.argv[1:])
