"""A bot's webhook that answers as it is told, and remembers what came."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.fakes.loopback import listening


@dataclass
class Receiver:
    """`answers` are given in this order, then 200 for ever. `bodies` are read as JSON, or else left as they came."""

    url: str = ""
    answers: list[Response] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.headers.append(dict(request.headers))
        self.bodies.append(_read(body))
        answer = self.answers.pop(0) if self.answers else Response()
        await answer(scope, receive, send)

    @property
    def texts(self) -> list[str]:
        """What people wrote, in the order in which it came."""
        return [body["message"]["text"] for body in self.bodies]


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


@asynccontextmanager
async def receiving(*answers: Response) -> AsyncIterator[Receiver]:
    receiver = Receiver(answers=list(answers))
    async with listening(receiver) as receiver.url:
        yield receiver
