"""A platform's own HTTP server. Unlike the one of `loopback` it can cut a connection as a broken network does."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from socket import SO_LINGER, SOL_SOCKET, socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

CUT = "platform.cut"
AT_ONCE = struct.pack("ii", 1, 0)
KEPT_ALIVE = 75
"""Seconds an idle connection stays open: longer than a client keeps it, so that none is closed under its next call."""


class Cuttable(H11Protocol):
    """One connection, whose app finds under `scope["extensions"][CUT]` a function that resets it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        served = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await served({**scope, "extensions": {CUT: lambda: _reset(transport)}}, receive, send)

        self.app = app


def _reset(transport: asyncio.Transport) -> None:
    # Closing a socket that does not linger sends RST, so the caller sees "connection reset" and not an empty answer.
    door = transport.get_extra_info("socket")
    if door is not None and not transport.is_closing():
        door.setsockopt(SOL_SOCKET, SO_LINGER, AT_ONCE)
        transport.abort()


async def cut(scope: Scope, receive: Receive) -> None:
    """The caller hears nothing more. Returns when the connection is gone."""
    scope["extensions"][CUT]()
    while (await receive())["type"] != "http.disconnect":
        pass


class Server(uvicorn.Server):
    """Says when it is up, and leaves signals to whoever runs it."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Cuttable,
                ws="none",
                lifespan="off",
                log_level="warning",
                access_log=False,
                timeout_keep_alive=KEPT_ALIVE,
                timeout_graceful_shutdown=1,
            )
        )
        self.is_up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@asynccontextmanager
async def serving(
    app: ASGIApp, port: int = 0, close: Callable[[], Coroutine[Any, Any, None]] | None = None
) -> AsyncIterator[str]:
    """The address of this app, on a free port unless one is named. `close` ends what it still does before it stops."""
    with socket() as door:
        door.bind(("127.0.0.1", port))
        server = Server(app)
        running = asyncio.create_task(server.serve([door]))
        await server.is_up.wait()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            if close is not None:
                await close()
            server.should_exit = True
            await running
