"""Where a call comes from is what the network says, unless a proxy of ours passes it on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from socket import socket
from uuid import uuid4

import httpx
import pytest

from bot.app import App, build
from bot.callbacks import PREFIX
from bot.server import Server
from bot.settings import Settings
from tests.bot.till import settings
from tests.fakes.brain import BRAIN
from tests.fakes.key import KEY

BUILDING_BLOCK = "203.0.113.0/24"
PRETENDED = {"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https"}

Serving = Callable[[str], AbstractAsyncContextManager[httpx.AsyncClient]]


class Watched(Server):
    """Tells when it can be called."""

    def __init__(self, app: App, settings: Settings) -> None:
        super().__init__(app, settings)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@pytest.fixture
def serving(database: str) -> Serving:
    """A town's server on this machine that believes these proxies, and a client of it."""

    @asynccontextmanager
    async def serve(proxies: str) -> AsyncIterator[httpx.AsyncClient]:
        named = {"bills_callback_secret": None, "bills_callback_from": BUILDING_BLOCK, "proxies": proxies, "port": 0}
        town = settings("http://127.0.0.1:9", database=database, secret_key=KEY, **named)
        server = Watched(build(town, BRAIN, {}, {}), town)
        running = asyncio.create_task(server.serve())
        await server.is_up.wait()
        host, port = server.servers[0].sockets[0].getsockname()
        async with httpx.AsyncClient(base_url=f"http://{host}:{port}", headers=PRETENDED, trust_env=False) as client:
            yield client
        server.should_exit = True
        await running

    return serve


ON_ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@ON_ONE
@pytest.mark.parametrize(("proxies", "status"), [("", 403), ("192.0.2.1", 403), ("127.0.0.1", 400)])
async def test_nobody_calls_from_the_building_block_by_saying_so(serving: Serving, proxies: str, status: int) -> None:
    async with serving(proxies) as client:
        answered = await client.get(f"{PREFIX}/bills/2026-00017")

    assert answered.status_code == status


@ON_ONE
@pytest.mark.parametrize(("proxies", "cookie"), [("", "komshi"), ("127.0.0.0/8", "__Host-komshi")])
async def test_a_talk_came_over_https_when_our_proxy_says_so(serving: Serving, proxies: str, cookie: str) -> None:
    async with serving(proxies) as client:
        written = await client.post("/api/messages", json={"client_msg_id": str(uuid4()), "text": "hello"})

    assert written.headers["set-cookie"].partition("=")[0] == cookie
