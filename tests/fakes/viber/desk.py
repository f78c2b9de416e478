"""Where another process plays Viber's people and looks into its records: JSON in, JSON out.

PUT /person/{handle} with traits, see phone.Traits · POST /person/{handle}/{act} with the arguments of that act (a file
as base64 in "content", with "name") · GET /person/{handle}/screen?after=TOKEN&wait=10 · GET /people ·
PUT /account {"may_broadcast", "balance", "refuses"} · GET /calls?after=0 · GET /report · POST /faults ·
DELETE /faults · GET and POST /clock · GET /media/… what people sent.
"""

import base64
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

from tests.fakes.viber.faults import Fault
from tests.fakes.viber.person import PLACE, Person
from tests.fakes.viber.phone import Line
from tests.fakes.viber.platform import Viber
from tests.fakes.viber.record import Call
from tests.fakes.viber.statuses import Status

Json = dict[str, Any]
Said = Mapping[str, Any]

PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(64) + b"\xff\xd9"
PAPER = b"%PDF-1.4\n%%EOF\n"
SPEECH = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A isom"


def _content(said: Said, usual: bytes) -> bytes:
    return base64.b64decode(said["content"]) if "content" in said else usual


def _picture(person: Person, said: Said) -> int:
    return person.picture(_content(said, PICTURE), said.get("caption", ""), said.get("name", "photo.jpg"))


def _location(person: Person, said: Said) -> int:
    return person.location(said.get("latitude", PLACE[0]), said.get("longitude", PLACE[1]))


def _contact(person: Person, said: Said) -> int:
    return person.contact(said.get("name", person.traits.name), said.get("number", person.traits.number))


ACTS: Mapping[str, Callable[[Person, Said], int | None]] = {
    "open": lambda person, said: person.open(said.get("context", "")),
    "subscribe": lambda person, said: person.subscribe(),
    "unsubscribe": lambda person, said: person.unsubscribe(),
    "write": lambda person, said: person.write(said["text"]),
    "press": lambda person, said: person.press(said["label"]),
    "picture": _picture,
    "file": lambda person, said: person.file(_content(said, PAPER), said.get("name", "paper.pdf")),
    "voice": lambda person, said: person.file(_content(said, SPEECH), said.get("name", "voice.m4a")),
    "location": _location,
    "contact": _contact,
    "sticker": lambda person, said: person.sticker(),
}


class Desk:
    """One for a bot. What cannot be done is 409, what cannot be understood 400, each with a sentence."""

    def __init__(self, viber: Viber) -> None:
        self._viber = viber
        self.app = Starlette(
            routes=[
                Route("/people", self._everybody, methods=["GET"]),
                Route("/person/{handle}", self._describe, methods=["PUT"]),
                Route("/person/{handle}/screen", self._screen, methods=["GET"]),
                Route("/person/{handle}/{act}", self._act, methods=["POST"]),
                Route("/account", self._account, methods=["PUT"]),
                Route("/calls", self._calls, methods=["GET"]),
                Route("/report", self._report, methods=["GET"]),
                Route("/faults", self._plan, methods=["POST"]),
                Route("/faults", self._clear, methods=["DELETE"]),
                Route("/clock", self._clock, methods=["GET", "POST"]),
                Route("/media/{path:path}", self._media, methods=["GET"]),
            ]
        )

    async def _everybody(self, request: Request) -> Response:
        return JSONResponse([_person(person) for person in self._viber.people.values()])

    async def _describe(self, request: Request) -> Response:
        try:
            person = self._viber.person(request.path_params["handle"], **await request.json())
        except LookupError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(_person(person))

    async def _act(self, request: Request) -> Response:
        act = ACTS.get(request.path_params["act"])
        if act is None:
            return JSONResponse({"error": f"nobody can {request.path_params['act']}"}, 404)
        person, said = self._viber.person(request.path_params["handle"]), await _json(request)
        try:
            token = act(person, said)
        except (KeyError, TypeError) as error:
            return JSONResponse({"error": f"not understood: {error!r}"}, 400)
        except (LookupError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 409)
        return JSONResponse({"message_token": None if token is None else str(token)})

    async def _screen(self, request: Request) -> Response:
        """With `wait` it answers when the bot has said something with a token above `after`, or so many seconds of ours
        have passed."""
        person = self._viber.person(request.path_params["handle"])
        after, wait = int(request.query_params.get("after", "0")), float(request.query_params.get("wait", "0"))

        def new() -> bool:
            return any(not line.mine and line.token > after for line in person.screen().lines)

        with suppress(TimeoutError):
            await self._viber.record.until(new, wait)
        screen = person.screen()
        lines = [_line(line) for line in screen.lines if line.token > after]
        return JSONResponse({"standing": person.standing, "messages": lines, "keyboard": list(screen.buttons)})

    async def _account(self, request: Request) -> Response:
        said, account = await request.json(), self._viber.account
        account.may_broadcast = bool(said.get("may_broadcast", account.may_broadcast))
        account.balance = said.get("balance", account.balance)
        refuses = said.get("refuses", account.refuses)
        account.refuses = Status(refuses) if refuses is not None else None
        return JSONResponse(asdict(account))

    async def _calls(self, request: Request) -> Response:
        """Those after the first `after` ones; `next` is what to ask with for what comes later."""
        record = self._viber.record
        forgotten = record.heard - len(record.calls)
        skipped = max(0, int(request.query_params.get("after", "0")) - forgotten)
        calls = [_call(call) for call in islice(record.calls, skipped, None)]
        return JSONResponse({"next": record.heard, "calls": calls})

    async def _report(self, request: Request) -> Response:
        return JSONResponse(self._viber.record.report())

    async def _plan(self, request: Request) -> Response:
        """{"fault", "times", "lasting", "person"} plans one, {"seed", "rates": {fault: share}} scatters many;
        "lasting" and "slowness" are seconds, "person" is a handle."""
        said, faults = await request.json(), self._viber.faults
        try:
            if "slowness" in said:
                faults.slowness = timedelta(seconds=said["slowness"])
            if "rates" in said:
                faults.scatter(said.get("seed", 0), {Fault(name): rate for name, rate in said["rates"].items()})
            if "fault" in said:
                lasting = timedelta(seconds=said["lasting"]) if "lasting" in said else None
                person = self._viber.person(said["person"]).id if "person" in said else None
                faults.plan(Fault(said["fault"]), said.get("times", 1), lasting=lasting, person=person)
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": f"not understood: {error}"}, 400)
        return Response(status_code=204)

    async def _clear(self, request: Request) -> Response:
        self._viber.faults.clear()
        return Response(status_code=204)

    async def _clock(self, request: Request) -> Response:
        """{"move": seconds, "speed": 20} both or one of them; the answer says what it shows then."""
        clock, said = self._viber.clock, await _json(request)
        if "speed" in said:
            clock.run_at(float(said["speed"]))
        if "move" in said:
            clock.move(timedelta(seconds=said["move"]))
        return JSONResponse({"now": clock.now().isoformat(), "speed": clock.speed})

    async def _media(self, request: Request) -> Response:
        content = self._viber.gallery.content(request.path_params["path"])
        return Response(status_code=404) if content is None else Response(content)


def build(viber: Viber) -> Starlette:
    return Desk(viber).app


async def _json(request: Request) -> Json:
    return dict(await request.json()) if await request.body() else {}


def _person(person: Person) -> Json:
    return {"handle": person.handle, "id": person.id, "standing": person.standing, **asdict(person.traits)}


def _line(line: Line) -> Json:
    """The token as text: a browser would lose its last digits."""
    shown = {"by_bot": not line.mine, "text": line.text, "kind": line.kind, "media": line.media}
    return {"token": str(line.token), "at": line.at.isoformat(), **shown}


def _call(call: Call) -> Json:
    return {**vars(call), "at": call.at.isoformat()}
