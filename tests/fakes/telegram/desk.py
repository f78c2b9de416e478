"""Where another process plays Telegram's people and looks into its records: JSON in, JSON out.

PUT /person/{id} {"name", "language", "username", "refuses_voice"} · POST /person/{id}/{act} with the arguments of that
act (a file as base64 in "content", with "name" and "type") · GET /person/{id}/screen?after=5&wait=10 · GET /people ·
GET /calls?after=0 · GET /posts?after=0 · GET /report · POST /faults · DELETE /faults · GET and POST /clock.
"""

import base64
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.fields import Upload
from tests.fakes.telegram.keyboards import Rows
from tests.fakes.telegram.people import People
from tests.fakes.telegram.person import PAPER, PICTURE, SPEECH, Line, Person
from tests.fakes.telegram.record import Call, Post
from tests.fakes.telegram.updates import Update

Said = Mapping[str, Any]


def _upload(said: Said, usual: Upload) -> Upload:
    if "content" not in said:
        return usual
    name, type = said.get("name", usual.name), said.get("type", usual.type)
    return Upload(name, base64.b64decode(said["content"]), type)


def _photo(person: Person, said: Said) -> Update | None:
    return person.photo(_upload(said, PICTURE), said.get("caption", ""), size=said.get("size"))


def _document(person: Person, said: Said) -> Update | None:
    return person.document(_upload(said, PAPER), said.get("caption", ""), size=said.get("size"))


def _location(person: Person, said: Said) -> Update | None:
    return person.location(**{name: said[name] for name in ("latitude", "longitude") if name in said})


ACTS: Mapping[str, Callable[[Person, Said], Update | None]] = {
    "start": lambda person, said: person.start(said.get("payload")),
    "write": lambda person, said: person.write(said["text"]),
    "press": lambda person, said: person.press(said["what"], said.get("message")),
    "edit": lambda person, said: person.edit(said["message"], said["text"]),
    "photo": _photo,
    "document": _document,
    "voice": lambda person, said: person.voice(_upload(said, SPEECH), said.get("seconds", 3)),
    "location": _location,
    "contact": lambda person, said: person.contact(said.get("phone")),
    "block": lambda person, said: person.block(),
    "unblock": lambda person, said: person.unblock(),
    "delete_account": lambda person, said: person.delete_account(),
}


class Desk:
    """One for a bot. What cannot be done is 409, what cannot be understood 400, each with a sentence."""

    def __init__(self, bot: Bot, people: People) -> None:
        self._bot = bot
        self._people = people
        self.app = Starlette(
            routes=[
                Route("/people", self._everybody, methods=["GET"]),
                Route("/person/{id:int}", self._describe, methods=["PUT"]),
                Route("/person/{id:int}/screen", self._screen, methods=["GET"]),
                Route("/person/{id:int}/{act}", self._act, methods=["POST"]),
                Route("/calls", self._calls, methods=["GET"]),
                Route("/posts", self._posts, methods=["GET"]),
                Route("/report", self._report, methods=["GET"]),
                Route("/faults", self._plan, methods=["POST"]),
                Route("/faults", self._clear, methods=["DELETE"]),
                Route("/clock", self._clock, methods=["GET", "POST"]),
            ],
            exception_handlers={json.JSONDecodeError: _no_json},
        )

    async def _everybody(self, request: Request) -> Response:
        return JSONResponse([_person(person) for person in self._people])

    async def _describe(self, request: Request) -> Response:
        person = self._people.get(request.path_params["id"])
        said = await request.json()
        for name in ("name", "language", "username", "phone", "refuses_voice"):
            if name in said:
                setattr(person.account, name, said[name])
        return JSONResponse(_person(person))

    async def _act(self, request: Request) -> Response:
        act = ACTS.get(request.path_params["act"])
        if act is None:
            return JSONResponse({"error": f"nobody can {request.path_params['act']}"}, 404)
        person = self._people.get(request.path_params["id"])
        said = await request.json() if await request.body() else {}
        try:
            update = act(person, said)
        except (KeyError, TypeError) as error:
            return JSONResponse({"error": f"not understood: {error!r}"}, 400)
        except (LookupError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 409)
        told = {"update_id": update.id, **_message_id(update)} if update is not None else {"update_id": None}
        return JSONResponse(told)

    async def _screen(self, request: Request) -> Response:
        """With `wait` it answers when the bot has written something with an id above `after`, or so many seconds of
        ours have passed."""
        person = self._people.get(request.path_params["id"])
        after, wait = int(request.query_params.get("after", "0")), float(request.query_params.get("wait", "0"))

        def new() -> bool:
            return any(line.by_bot and line.id > after for line in person.screen().messages)

        with suppress(TimeoutError):
            await self._bot.record.until(new, wait)
        screen = person.screen()
        told = {
            "messages": [_line(line) for line in screen.messages if line.id > after],
            "keyboard": _rows(screen.keyboard),
            "notices": screen.notices,
            "types": screen.types,
            "menu": person.menu(),
        }
        return JSONResponse(told)

    async def _calls(self, request: Request) -> Response:
        """Those after the first `after` ones; `next` is what to ask with for what comes later."""
        record = self._bot.record
        skipped = _skipped(request, record.heard, len(record.calls))
        return JSONResponse(
            {"next": record.heard, "calls": [_call(call) for call in islice(record.calls, skipped, None)]}
        )

    async def _posts(self, request: Request) -> Response:
        record = self._bot.record
        skipped = _skipped(request, record.posted, len(record.posts))
        return JSONResponse(
            {"next": record.posted, "posts": [_post(post) for post in islice(record.posts, skipped, None)]}
        )

    async def _report(self, request: Request) -> Response:
        return JSONResponse(self._bot.report())

    async def _plan(self, request: Request) -> Response:
        """{"fault", "times", "lasting", "chat", "methods"} plans one, {"seed", "rates": {fault: share}} scatters many;
        "slowness", "lateness" and "retry_after" are seconds."""
        said, faults = await request.json(), self._bot.faults
        try:
            for name in ("slowness", "lateness", "retry_after"):
                if name in said:
                    setattr(faults, name, timedelta(seconds=said[name]))
            if "rates" in said:
                faults.scatter(said.get("seed", 0), {Fault(name): rate for name, rate in said["rates"].items()})
            if "fault" in said:
                lasting = timedelta(seconds=said["lasting"]) if "lasting" in said else None
                named = {"lasting": lasting, "chat": said.get("chat"), "methods": said.get("methods", ())}
                faults.plan(Fault(said["fault"]), said.get("times", 1), **named)
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": f"not understood: {error}"}, 400)
        return Response(status_code=204)

    async def _clear(self, request: Request) -> Response:
        self._bot.faults.clear()
        return Response(status_code=204)

    async def _clock(self, request: Request) -> Response:
        """{"move": seconds, "speed": 20} both or one of them; the answer says what it shows then."""
        clock = self._bot.clock
        said = await request.json() if await request.body() else {}
        if "speed" in said:
            clock.run_at(float(said["speed"]))
        if "move" in said:
            clock.move(timedelta(seconds=said["move"]))
        return JSONResponse({"now": clock.now().isoformat(), "speed": clock.speed})


def build(bot: Bot, people: People) -> Starlette:
    return Desk(bot, people).app


async def _no_json(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"no JSON: {error}"}, 400)


def _skipped(request: Request, all: int, kept: int) -> int:
    """How many of the kept ones are not asked for."""
    return max(0, int(request.query_params.get("after", "0")) - (all - kept))


def _message_id(update: Update) -> dict[str, int]:
    return {"message_id": update.body["message_id"]} if "message_id" in update.body else {}


def _person(person: Person) -> dict[str, Any]:
    return {**asdict(person.account), "standing": person.account.standing.value}


def _rows(rows: Rows) -> list[list[dict[str, str]]]:
    return [[button.as_json() for button in row] for row in rows]


def _line(line: Line) -> dict[str, Any]:
    told = {**vars(line), "at": line.at.isoformat(), "buttons": _rows(line.buttons)}
    return {name: value for name, value in told.items() if value is not None}


def _call(call: Call) -> dict[str, Any]:
    return {**vars(call), "at": call.at.isoformat()}


def _post(post: Post) -> dict[str, Any]:
    return {**vars(post), "at": post.at.isoformat()}
