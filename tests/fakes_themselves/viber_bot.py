"""A bot as small as can be: it calls Viber, and writes down what it is told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.loopback import listening
from tests.fakes.viber.platform import Viber

WELCOME = {"type": "text", "text": "Hello. Write to me.", "sender": {"name": "komshi"}}


@dataclass(frozen=True)
class Told:
    """One request of Viber's, as it came."""

    raw: bytes
    signature: str

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.raw))


@dataclass
class Bot:
    """`answers` are the HTTP statuses of the next answers, 200 when there are none. `welcome` answers an opening."""

    viber: Viber
    url: str = ""
    told: list[Told] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    welcome: dict[str, Any] | None = None

    async def hear(self, request: Request) -> Response:
        told = Told(await request.body(), request.headers.get("x-viber-content-signature", ""))
        self.told.append(told)
        status = self.answers.pop(0) if self.answers else 200
        opens = self.welcome is not None and b"conversation_started" in told.raw
        return Response(json.dumps(self.welcome) if opens else "", status)

    async def calls(self, method: str, **body: Any) -> dict[str, Any]:
        """The answer of Viber. Raises httpx.HTTPError where there was none."""
        response = await self.posts(method, json.dumps(body).encode())
        return dict(response.json())

    async def posts(self, method: str, body: bytes, token: str | None = None) -> httpx.Response:
        headers = {"X-Viber-Auth-Token": token or self.viber.token}
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.post(f"{self.viber.url}/pa/{method}", content=body, headers=headers)

    async def says(self, receiver: str, text: str = "Good day.", **more: Any) -> dict[str, Any]:
        sender = {"name": "komshi"}
        return await self.calls("send_message", receiver=receiver, type="text", text=text, sender=sender, **more)

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of this name that are JSON, in the order in which they came."""
        whole = [told.event for told in self.told if told.raw.endswith(b"}")]
        return [event for event in whole if event["event"] == name]


@asynccontextmanager
async def listening_to(viber: Viber) -> AsyncIterator[Bot]:
    """A bot whose webhook is set, so that nothing has been told but that."""
    bot = Bot(viber)
    async with listening(Starlette(routes=[Route("/", bot.hear, methods=["POST"])])) as url:
        bot.url = f"{url}/"
        await bot.calls("set_webhook", url=bot.url)
        yield bot
