"""A Bot API that writes down every call and answers as it was told: for refusals, one by one, in their own words."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.bot.channels.porch import TOKEN
from tests.fakes.platform_server import cut, serving

PATIENCE = 0.2
"""Seconds that a question for updates waits when there are none."""
LONGEST = 10
CUT = Response(status_code=499)
"""The answer that never comes: the connection is reset when the call has been read."""


@dataclass(frozen=True)
class Call:
    method: str
    fields: dict[str, Any]


@dataclass
class BotApi:
    """`answers` are given once each, by method; afterwards every call succeeds. `updates` wait until confirmed."""

    calls: list[Call] = field(default_factory=list)
    answers: dict[str, list[Response]] = field(default_factory=lambda: defaultdict(list))
    updates: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    webhook: str = ""
    url: str = ""
    called_once_more: asyncio.Condition = field(default_factory=asyncio.Condition)

    def refuse(self, method: str, status: int, description: str, **parameters: int) -> None:
        """The next call of this method is refused."""
        body = {"ok": False, "error_code": status, "description": description}
        more = {"parameters": parameters} if parameters else {}
        self.answers[method].append(JSONResponse({**body, **more}, status))

    def called(self, method: str) -> list[dict[str, Any]]:
        return [call.fields for call in self.calls if call.method == method]

    async def until(self, method: str) -> None:
        """Returns when it has been called. TimeoutError where it never is."""
        async with asyncio.timeout(LONGEST), self.called_once_more:
            await self.called_once_more.wait_for(lambda: self.called(method))

    async def answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        async with request.form() as form:
            fields = {name: value if isinstance(value, str) else await value.read() for name, value in form.items()}
        self.calls.append(Call(method, fields))
        async with self.called_once_more:
            self.called_once_more.notify_all()
        if self.answers[method]:
            return self.answers[method].pop(0)
        return JSONResponse({"ok": True, "result": await self._result(method, fields)})

    async def hand_over(self, request: Request) -> Response:
        return Response(self.files[request.path_params["path"]])

    async def _result(self, method: str, fields: dict[str, Any]) -> Any:
        match method:
            case "getUpdates":
                return await self._new(int(fields.get("offset", 0)))
            case "getFile":
                return {"file_id": fields["file_id"], "file_unique_id": "u", "file_path": fields["file_id"]}
            case "getWebhookInfo":
                return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": 0}
            case "setWebhook" | "deleteWebhook":
                self.webhook = fields.get("url", "")
                return True
            case "getMyCommands":
                return []
            case "sendMessage" | "sendPhoto":
                chat = {"id": int(fields["chat_id"]), "type": "private"}
                return {"message_id": len(self.calls), "date": 1772442000, "chat": chat}
        return True

    async def _new(self, offset: int) -> list[dict[str, Any]]:
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        if not self.updates:
            await asyncio.sleep(PATIENCE)
        return self.updates


@asynccontextmanager
async def answering(api: BotApi) -> AsyncIterator[BotApi]:
    """The Bot API at its `url`."""
    routes = [
        Route(f"/bot{TOKEN}/{{method}}", api.answer, methods=["POST"]),
        Route(f"/file/bot{TOKEN}/{{path:path}}", api.hand_over),
    ]
    app = Starlette(routes=routes)

    async def cutting(scope: Any, receive: Any, send: Any) -> None:
        async def send_or_cut(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == CUT.status_code:
                await cut(scope, receive)
                return
            await send(message)

        await app(scope, receive, send_or_cut)

    async with serving(cutting) as api.url:
        yield api


def decoded(fields: dict[str, Any], name: str) -> Any:
    """A field that holds JSON; None where it is not there."""
    return json.loads(fields[name]) if name in fields else None
