"""Telegram's HTTP side: /bot<token>/<method> and /file/bot<token>/<path>. Everything else is the desk's."""

import json
import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.fakes.platform_server import cut
from tests.fakes.telegram import calls
from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.fields import Fields, read
from tests.fakes.telegram.record import Call
from tests.fakes.telegram.refusals import Refusal, not_found, too_large, unauthorized

LARGEST_BODY = 52 * 1024 * 1024
JSON = "application/json"
TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
BROKEN = {
    Fault.ERROR_JSON: (500, JSON, json.dumps(Refusal(500, "Internal Server Error").as_json())),
    Fault.ERROR_HTML: (500, "text/html", PAGE.format("500 Internal Server Error")),
    Fault.BAD_GATEWAY_JSON: (502, JSON, json.dumps(Refusal(502, "Bad Gateway").as_json())),
    Fault.BAD_GATEWAY_HTML: (502, "text/html", PAGE.format("502 Bad Gateway")),
}
"""The answers of a Telegram that is not well; nothing was done."""


class App:
    """`desk` answers whatever is not Telegram's own."""

    def __init__(self, bot: Bot, desk: ASGIApp) -> None:
        self._bot = bot
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith("/bot"):
            await self._call(path.removeprefix("/bot"), scope, receive, send)
        elif path.startswith("/file/bot"):
            await self._fetch(path.removeprefix("/file/bot"), send)
        else:
            await self._desk(scope, receive, send)

    async def _call(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        token, _, method = path.partition("/")
        type = Headers(scope=scope).get("content-type", "")
        try:
            body = await _body(receive)
            self._admit(token)
            fields = await read(type, body, scope["query_string"].decode())
            chat = fields.number("chat_id")
        except Refusal as refusal:
            told = Call(self._bot.clock.now(), method, {}, refusal.code, refusal=refusal.description)
            self._bot.record.call(told)
            await _say(send, refusal)
            return
        fault = self._bot.faults.of_call(chat, method.lower())
        if fault is Fault.RESET_BEFORE or fault in BROKEN:
            await self._fail(fault, method, fields, scope, receive, send)
            return
        if fault is Fault.SLOW:
            await self._bot.clock.sleep(self._bot.faults.slowness)
        said = await calls.run(self._bot, method, fields, fault=fault)
        if fault is Fault.RESET_AFTER:
            await cut(scope, receive)
        else:
            await _say(send, said, garbled=fault is Fault.GARBLED)

    def _admit(self, token: str) -> None:
        if TOKEN.fullmatch(token) is None:
            raise unauthorized("Unauthorized: invalid token specified")
        if token != self._bot.token:
            raise unauthorized("Unauthorized")

    async def _fail(
        self, fault: Fault, method: str, fields: Fields, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Nothing was done, and the bot hears no answer of Telegram's."""
        status, type, body = BROKEN.get(fault, (0, "", ""))
        told = Call(self._bot.clock.now(), method, fields.recorded(), status, fault=fault)
        self._bot.record.call(told)
        if status == 0:
            await cut(scope, receive)
        else:
            await _answer(send, status, type, body.encode())

    async def _fetch(self, path: str, send: Send) -> None:
        token, _, place = path.partition("/")
        file = self._bot.files.fetch(place) if token == self._bot.token else None
        if file is None:
            await _say(send, not_found())
        else:
            await _answer(send, 200, "application/octet-stream", file.content)


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        piece = await receive()
        body += piece.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise too_large()
        if not piece.get("more_body", False):
            return bytes(body)


async def _say(send: Send, said: dict[str, object] | Refusal, *, garbled: bool = False) -> None:
    status, headers = 200, []
    if isinstance(said, Refusal):
        status, told = said.code, said.as_json()
        if said.retry_after is not None:
            headers.append((b"retry-after", str(said.retry_after).encode()))
    else:
        told = said
    body = json.dumps(told).encode()
    await _answer(send, status, JSON, body[: len(body) // 2] if garbled else body, headers)


async def _answer(send: Send, status: int, type: str, body: bytes, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    told = [(b"content-type", type.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
