"""An app on a free port of this machine, over real HTTP, for as long as a test needs it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import socket

import uvicorn
from starlette.types import ASGIApp


class Server(uvicorn.Server):
    """Says when it is up."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """The address of this app."""
    with socket() as door:
        door.bind(("127.0.0.1", 0))
        server = Server(app)
        running = asyncio.create_task(server.serve([door]))
        await server.is_up.wait()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
