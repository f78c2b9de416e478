"""What comes between us and an engine: somebody who answers in its place, or an answer that is lost on its way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import Response

from tests.fakes.engine_rest import ROOT

Next = Callable[[Request], Awaitable[Response]]


@dataclass
class Meddler:
    """Stands before an engine. A call is written `POST /task/1/complete`; a pattern may have stars in it.

    `calls` are those it saw, in order.
    """

    calls: list[str] = field(default_factory=list)
    _answers: dict[str, Response] = field(default_factory=dict)
    _lost: set[str] = field(default_factory=set)

    def stand_before(self, app: FastAPI) -> None:
        app.middleware("http")(self._meddle)

    def answer(self, pattern: str, status: int, body: str = "", **headers: str) -> None:
        """From now on the engine does not hear such a call, and this is the answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[pattern] = Response(body, status, {"content-type": "application/json", **named})

    def lose(self, pattern: str) -> None:
        """The engine does what such a call asks, but whoever called hears only that it took too long."""
        self._lost.add(pattern)

    def stop(self) -> None:
        self._answers.clear()
        self._lost.clear()

    def seen(self, pattern: str) -> int:
        """How many such calls there were."""
        return len([call for call in self.calls if fnmatch(call, pattern)])

    async def _meddle(self, request: Request, pass_on: Next) -> Response:
        call = f"{request.method} {request.url.path.removeprefix(ROOT)}"
        self.calls.append(call)
        for pattern, answer in self._answers.items():
            if fnmatch(call, pattern):
                return answer
        response = await pass_on(request)
        if any(fnmatch(call, pattern) for pattern in self._lost):
            return Response(status_code=HTTPStatus.GATEWAY_TIMEOUT)
        return response
