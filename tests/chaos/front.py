"""What stands before the servers: it hands every call to the next one in turn, and writes down what became of it."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import count
from random import Random

import httpx
from starlette.types import Receive, Scope, Send

from tests.fakes.platform_server import cut

PATIENCE = 30
"""Seconds; longer than a server takes that waits for its database."""
UNREACHED = 502


class Front:
    """`servers` are their addresses. Of the share `loses` of the good answers nothing reaches the caller.

    `outcomes` counts the calls by the status of the server, `updates` the times each update came whole; `broken` are
    those that did not, `lost` the answers that were.
    """

    def __init__(self, chance: Random, loses: float) -> None:
        self.servers: Sequence[str] = ()
        self.outcomes: Counter[int] = Counter()
        self.updates: Counter[int] = Counter()
        self.broken = self.lost = 0
        self._chance, self._loses = chance, loses
        self._kept: list[tuple[Scope, bytes]] = []
        self._turns = count()
        self._client = httpx.AsyncClient(timeout=PATIENCE, trust_env=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        self._note(scope, body)
        answer = await self._hand_on(scope, body)
        self.outcomes[answer.status_code] += 1
        if answer.status_code == httpx.codes.OK and self._chance.random() < self._loses:
            self.lost += 1
            await cut(scope, receive)
            return
        await _answer(send, answer)

    async def close(self) -> None:
        await self._client.aclose()

    async def repeat(self, most: int) -> int:
        """Hands so many of the calls on once more, as after a day. How many were answered with 200."""
        late = self._chance.sample(self._kept, min(most, len(self._kept)))
        answers = [await self._hand_on(scope, body) for scope, body in late]
        for _, body in late:
            self.updates[json.loads(body)["update_id"]] += 1
        return sum(answer.status_code == httpx.codes.OK for answer in answers)

    def _note(self, scope: Scope, body: bytes) -> None:
        try:
            self.updates[json.loads(body)["update_id"]] += 1
            self._kept.append((scope, body))
        except json.JSONDecodeError:
            self.broken += 1

    async def _hand_on(self, scope: Scope, body: bytes) -> httpx.Response:
        """To one server, once: whoever called repeats what is not answered 200."""
        server = self.servers[next(self._turns) % len(self.servers)]
        headers = [(name, value) for name, value in scope["headers"] if name not in (b"host", b"content-length")]
        try:
            return await self._client.post(f"{server}{scope['path']}", content=body, headers=headers)
        except httpx.TransportError:
            return httpx.Response(UNREACHED)


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        piece = await receive()
        body += piece.get("body", b"")
        more = piece.get("more_body", False)
    return body


async def _answer(send: Send, answer: httpx.Response) -> None:
    kept = ("content-type", "retry-after")
    headers = [(name.encode(), value.encode()) for name, value in answer.headers.items() if name in kept]
    headers.append((b"content-length", str(len(answer.content)).encode()))
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
