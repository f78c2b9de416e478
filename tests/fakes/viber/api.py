"""Viber's REST API over HTTP, under /pa/."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.fakes.platform_server import cut
from tests.fakes.viber import messages
from tests.fakes.viber.calls import Calls
from tests.fakes.viber.faults import Fault
from tests.fakes.viber.platform import Viber
from tests.fakes.viber.record import Call
from tests.fakes.viber.statuses import Refused, Status

Json = dict[str, Any]

PREFIX = "/pa/"
TOKEN_HEADER = b"x-viber-auth-token"
JSON, HTML = b"application/json", b"text/html"
ERRORS = {
    Fault.ERROR_JSON: (500, JSON, b'{"error":"internal"}'),
    Fault.ERROR_HTML: (500, HTML, b"<html><body><h1>500 Internal Server Error</h1></body></html>"),
    Fault.BAD_GATEWAY_JSON: (502, JSON, b'{"error":"bad gateway"}'),
    Fault.BAD_GATEWAY_HTML: (502, HTML, b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
}
STORMY = {"status": Status.tooManyRequests, "status_message": Status.tooManyRequests.name}


class Api:
    """Answers 200 whatever it thinks of a call: the truth is in `status`. Another HTTP status is a fault.

    `desk` answers whatever is not Viber's own.
    """

    def __init__(self, viber: Viber, desk: ASGIApp) -> None:
        self._viber = viber
        self._calls = Calls(viber)
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._call if scope["path"].startswith(PREFIX) else self._desk)(scope, receive, send)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = self._calls.by_name.get(scope["path"].removeprefix(PREFIX))
        if call is None or scope["method"] != "POST":
            await _reply(send, 404, HTML, b"<html><body><h1>404 Not Found</h1></body></html>")
            return
        raw = await _body(receive)
        body = _parsed(raw)
        receiver = (body or {}).get("receiver")
        fault = self._viber.faults.of_call(receiver if isinstance(receiver, str) else None)
        if fault is Fault.SLOW:
            await self._viber.clock.sleep(self._viber.faults.slowness)
        answer = None
        if fault in (None, Fault.SLOW, Fault.RESET_AFTER):
            answer = await self._answer(call, scope, raw, body)
        self._note(scope, body, answer, fault)
        if fault in (Fault.RESET_BEFORE, Fault.RESET_AFTER):
            await cut(scope, receive)
        elif fault in ERRORS:
            await _reply(send, *ERRORS[fault])
        else:
            await _reply(send, 200, JSON, json.dumps(answer or STORMY).encode())

    async def _answer(
        self, call: Callable[[Json], Awaitable[Json]], scope: Scope, raw: bytes, body: Json | None
    ) -> Json:
        try:
            if len(raw) > messages.LONGEST_JSON:
                raise Refused(Status.badData, "the request is too long")
            if body is None:
                raise Refused(Status.badData, "the request is no JSON object")
            if self._token(scope, body) != self._viber.token:
                raise Refused(Status.invalidAuthToken)
            return {"status": Status.ok, "status_message": "ok", **await call(body)}
        except Refused as refusal:
            return {"status": refusal.status, "status_message": str(refusal)}

    def _token(self, scope: Scope, body: Json) -> str | None:
        """Of the header, or of the body as older bots have it."""
        named = dict(scope["headers"]).get(TOKEN_HEADER)
        return named.decode("latin-1") if named is not None else body.get("auth_token")

    def _note(self, scope: Scope, body: Json | None, answer: Json | None, fault: Fault | None) -> None:
        method, outcome = scope["path"].removeprefix(PREFIX), answer["status"] if answer is not None else None
        self._viber.record.call(Call(self._viber.clock.now(), method, body or {}, outcome, fault))


def _parsed(raw: bytes) -> Json | None:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


async def _body(receive: Receive) -> bytes:
    whole = bytearray()
    while True:
        part = await receive()
        whole += part.get("body", b"")
        if not part.get("more_body"):
            return bytes(whole)


async def _reply(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
