"""A GovStack Payments building block for tests, over real HTTP: it acknowledges, and calls back when a test says so.

It has no idempotency, as the published files have none: what is sent twice is there twice in `asked`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.loopback import listening


@dataclass(frozen=True)
class Asked:
    """What came: `path` still percent-encoded, `headers` by lower-case name."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


class Payments:
    """Answers as published unless told otherwise. `url` is where it is."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self._answer: Response | None = None
        self._silence: asyncio.Event | None = None
        routes = [
            Route("/rtpRequest", self._rtp, methods=["POST"]),
            Route("/transferRequests/{id}", self._transfer, methods=["GET"]),
            Route("/bills/{id:path}", self._bill, methods=["POST"]),
            Route("/billTransferRequests", self._marked, methods=["POST"]),
        ]
        self.app = Starlette(routes=routes)

    def answers(self, body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Whatever is asked, this is the answer."""
        self._answer = Response(body, status, headers, "application/json")

    def falls_silent(self) -> None:
        """It takes what is sent and never answers, until it is told to speak."""
        self._silence = asyncio.Event()

    def speaks(self) -> None:
        """It answers again as published; what it owed an answer for is let go."""
        if self._silence is not None:
            self._silence.set()
        self._silence = self._answer = None

    async def _rtp(self, request: Request) -> Response:
        body = await self._take(request)
        return await self._say(200, {"responseDescription": "Received."}, body.get("requestId"))

    async def _transfer(self, request: Request) -> Response:
        body = await self._take(request)
        return await self._say(202, {"reason": "Received."}, body.get("RequestId"))

    async def _bill(self, request: Request) -> Response:
        body = await self._take(request)
        return await self._say(200, {"reason": "Received."}, body.get("requestId"))

    async def _marked(self, request: Request) -> Response:
        body = await self._take(request)
        return await self._say(202, {"reason": "Received."}, body.get("requestId"))

    async def _take(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = await request.json()
        path = request.scope["raw_path"].decode()
        self.asked.append(Asked(request.method, path, dict(request.headers), body))
        return body

    async def _say(self, status: int, words: dict[str, str], id: str | None) -> Response:
        if self._silence is not None:
            await self._silence.wait()
        if self._answer is not None:
            return self._answer
        said = {"responseCode": "00", **words} | ({"requestID": id} if id else {})
        return Response(json.dumps(said), status, media_type="application/json")


def update(request: str, rtp: int, bill: str, status: str, reason: str | None = None) -> bytes:
    """The body of its POST /rtpUpdate."""
    body = {"requestId": request, "rtpId": rtp, "billId": bill, "rtpStatus": status}
    return json.dumps(body | ({"rejectReason": reason} if reason else {})).encode()


def transfer_status(request: str, rtp: int, state: str) -> bytes:
    """The body of its POST /transferRequests/{id}."""
    body = {"RequestId": request, "rtpId": rtp, "requestStatus": state, "lastUpdateDate": 1782777600}
    return json.dumps(body | ({"PaymentReferenceID": "TX-1"} if state == "COM" else {})).encode()


def paid_notice(request: str, bill: str, payment: str) -> bytes:
    """The body of its POST /billTransferRequests."""
    return json.dumps({"requestID": request, "billId": bill, "PaymentReferenceID": payment}).encode()


@asynccontextmanager
async def serving() -> AsyncIterator[Payments]:
    """One on a free port of this machine."""
    payments = Payments()
    async with listening(payments.app) as payments.url:
        yield payments
        payments.speaks()
