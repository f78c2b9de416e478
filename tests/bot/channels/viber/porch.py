"""A doorstep that keeps what is handed to it, and a Viber that answers what it is told to. Both for tests only."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from httpx import AsyncClient

from bot.channels.viber.channel import Viber
from bot.channels.viber.settings import Settings
from bot.messages import Accepted, Address, Entry, Message, ReceiptState
from dialogs.session import Choice, Reply
from tests.fakes.clock import Clock
from tests.fakes.loopback import listening

HERE = Path(__file__).parent
TOKEN = "4f8a-an-invented-token"
ANA = Address("viber", "qV7uLmR2T0eXwYb9sKd1Zg==")
BORIS = Address("viber", "Zz3kPq8WnE2yTt5uVv6iLw==")
PUBLIC = "https://komshi.example"
WELCOME = Reply("Zdravo. Ja sam komshi.", "cnr", (Choice("start", "Početak"),))


@dataclass
class Porch:
    """`welcomed` are the hints and payloads that a welcome was asked for, `asked` the tasks that a process was to hold.

    While `is_away`, nothing can be stored.
    """

    accepted: list[Message] = field(default_factory=list)
    left: list[Address] = field(default_factory=list)
    receipts: list[tuple[str, str, ReceiptState]] = field(default_factory=list)
    welcomed: list[tuple[str | None, str | None]] = field(default_factory=list)
    entries: dict[Address, tuple[Entry, ...]] = field(default_factory=dict)
    holds: bool = True
    is_away: bool = False
    asked: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def accept(self, message: Message) -> Accepted:
        if self.is_away:
            raise ConnectionError
        again = any((message.address, message.event) == (old.address, old.event) for old in self.accepted)
        self.accepted.append(message)
        return Accepted(len(self.accepted), again)

    async def history(self, address: Address, after: int) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries.get(address, ()) if entry.sequence > after)

    async def change(self, address: Address, wait: timedelta) -> None:
        return

    async def leave(self, address: Address) -> None:
        self.left.append(address)

    async def hear_receipt(self, channel: str, platform_id: str, state: ReceiptState) -> None:
        self.receipts.append((channel, platform_id, state))

    async def welcome(self, language: str | None, opens: str | None) -> Reply:
        self.welcomed.append((language, opens))
        return WELCOME

    async def is_mine(self, task: str, lease: timedelta) -> bool:
        self.asked.put_nowait(task)
        return self.holds


@dataclass
class Platform:
    """Answers each call with the next of `answers`, and when there are no more with `usual`. Keeps every call."""

    answers: list[Response] = field(default_factory=list)
    usual: dict[str, Any] = field(default_factory=lambda: {"status": 0, "message_token": 5741311803571721087})
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    files: dict[str, Response] = field(default_factory=dict)
    called: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/pa/{method}", self.answer, methods=["POST"])
        app.add_api_route("/files/{name}", self.file, methods=["GET"])
        return app

    async def answer(self, method: str, request: Request) -> Response:
        self.calls.append((method, await request.json()))
        self.called.put_nowait(method)
        self.tokens.append(request.headers.get("X-Viber-Auth-Token"))
        return self.answers.pop(0) if self.answers else said(**self.usual)

    async def file(self, name: str) -> Response:
        return self.files.get(name, Response(status_code=404))

    def sent(self) -> list[dict[str, Any]]:
        return [body for method, body in self.calls if method == "send_message"]


@dataclass(frozen=True)
class House:
    """A channel between a porch and a platform, reached by `client`."""

    porch: Porch
    platform: Platform
    viber: Viber
    client: AsyncClient
    clock: Clock
    url: str

    async def tell(self, body: bytes, signature: str | None = None) -> int:
        """Viber tells this, rightly signed unless told otherwise; the status of the answer."""
        signed = sign(body) if signature is None else signature
        answer = await self.client.post("/viber/webhook", content=body, headers={"X-Viber-Content-Signature": signed})
        return answer.status_code


@asynccontextmanager
async def open_house(clock: Clock, public_url: str = PUBLIC) -> AsyncIterator[House]:
    porch, platform = Porch(), Platform()
    async with listening(platform.app()) as api:
        viber = Viber(porch, Settings(TOKEN, api=api, public_url=public_url), clock)
        app = FastAPI()
        app.include_router(viber.router)
        async with listening(app) as url, AsyncClient(base_url=url) as client:
            yield House(porch, platform, viber, client, clock, api)
        await viber.close()


def said(**fields: Any) -> Response:
    return Response(json.dumps(fields), media_type="application/json")


def refused(status: int) -> Response:
    return said(status=status, status_message="refused")


def sign(body: bytes) -> str:
    return hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()


def payload(name: str) -> bytes:
    """An event as Viber sends it, of an invented person."""
    return (HERE / f"{name}.json").read_bytes()


def changed(name: str, **message: Any) -> bytes:
    """The same event with another message in it."""
    event = json.loads(payload(name))
    event["message"] |= message
    return json.dumps(event).encode()
