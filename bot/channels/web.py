"""The web channel: the citizen's page, with or without JavaScript, and the HTTP API it talks through."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Depends, Form, Header, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from bot.messages import Address, Doorstep, Pace, Receipt, ReceiptState
from bot.pages import assets, page, payment, visitors
from bot.pages.api import Entries, GuardedRoute, NewMessage, Problem, Responses, Stored, Words, problems, view
from bot.pages.reception import Reception, message
from bot.pages.visitors import Visitor
from bot.pages.words import words
from dialogs.session import Reply
from locales import html_tag, match


def _resident(request: Request) -> Visitor:
    visitor = visitors.known(request)
    if visitor is None:
        raise Problem(401, "no_talk")
    return visitor


def _json_only(request: Request) -> None:
    # A form can be posted across sites without asking; JSON cannot.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "not_json")


Resident = Annotated[Visitor, Depends(_resident)]
Place = Annotated[int, Path(ge=1, le=2**53)]
After = Annotated[int, Query(ge=0, le=2**53, description="Only what has a greater sequence.")]
Asked = Annotated[str, Header(alias="Accept-Language", description="The language of refusals.")]


class Posted(BaseModel):
    """The page's form. `check` asks for an answer that was not there yet."""

    client_msg_id: str = ""
    text: str = ""
    choice: str | None = None
    check: str | None = None

    @property
    def event(self) -> str:
        """The same press twice is one event; another press after going back in the browser is another."""
        try:
            form = UUID(self.client_msg_id)
        except ValueError:
            form = uuid4()
        return str(uuid5(form, self.choice or self.text))


class Web:
    """A citizen's browser as a channel: what is said lies in the store, and open pages come and fetch it."""

    name = "web"
    private = True
    repeatable = True
    pace: Pace | None = None

    def __init__(self, doorstep: Doorstep) -> None:
        self._reception = Reception(doorstep)
        self.router = _router(self)

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        """Sent at once: the reply is in the store, where open pages and later visits find it."""
        return Receipt(ReceiptState.SENT)

    def hang_up(self) -> None:
        """Ends every open stream, so that a server that is stopping does not wait for its readers."""
        self._reception.close()

    async def post_message(self, request: Request, response: Response, new: NewMessage) -> Stored:
        """Takes a message, under a place in the conversation: 201, or 200 if the same one was taken before.

        The first message of a new client begins its conversation, and the answer brings the session cookie. What the
        assistant says to it comes with `GET /api/events`, or is read with `GET /api/messages`.
        """
        visitor = visitors.known(request) or visitors.newcomer()
        written = message(visitor, str(new.client_msg_id), new.text, choice=new.choice, language=new.language)
        accepted = await self._reception.take(visitor, written, _host(request))
        visitors.remember(request, response, visitor)
        response.status_code = 200 if accepted.again else 201
        return Stored(sequence=accepted.sequence)

    async def read_messages(self, visitor: Resident, after: After = 0, asked: Asked = "") -> Entries:
        """The conversation as its citizen may see it, oldest first, at most the newest 200 entries."""
        language = match(asked)
        return Entries(entries=[view(entry, language) for entry in await self._reception.said(visitor, after)])

    async def stream_events(
        self,
        visitor: Resident,
        after: After = 0,
        last_event_id: Annotated[str | None, Header(description="Goes before `after`.")] = None,
        asked: Asked = "",
    ) -> AsyncGenerator[ServerSentEvent, None]:
        """Server-sent events: `message`, with an entry as JSON and its sequence as id, for every entry as it comes.

        A reader who comes back with `Last-Event-ID` or `after` misses nothing. When it cannot be continued from there,
        `reset` is sent and the stream ends: read the whole conversation again. A comment every 15 s keeps it open.
        """
        seen = _sequence(last_event_id, after)
        if seen is None or await self._reception.is_lost(visitor, seen):
            yield ServerSentEvent(event="reset", data={})
            return
        language = match(asked)
        async with aclosing(self._reception.news(visitor, seen)) as news:
            async for entry in news:
                yield ServerSentEvent(event="message", id=str(entry.sequence), data=view(entry, language))

    async def end_session(self, request: Request, response: Response) -> None:
        """Ends the session on this device by dropping its cookie. What was sent to the municipality stays there."""
        visitors.forget(request, response)

    async def read_words(self, language: Annotated[str, Query(max_length=35)]) -> Words:
        """The words of the page in one language, for a page that changes it without being loaded again."""
        tag = match(language)
        return Words(language=tag, html_tag=html_tag(tag), words=words(tag))

    async def show(self, request: Request, lang: str = "", asked: Asked = "") -> Response:
        """The page with the whole conversation. Who comes for the first time is greeted in the language asked for."""
        language = match(lang or asked)
        visitor = visitors.known(request)
        if visitor is None and visitors.is_person(request) and self._reception.has_room(_host(request)):
            visitor = visitors.newcomer()
        if visitor is None:
            return HTMLResponse(page.talk_page(None, language))
        response = HTMLResponse(page.talk_page(await self._reception.greet(visitor, language), language))
        visitors.remember(request, response, visitor)
        return response

    async def submit(self, request: Request, form: Annotated[Posted, Form()], asked: Asked = "") -> Response:
        """The page's form without JavaScript: waits a little for the answer, then shows the page again."""
        visitor, language = visitors.known(request) or visitors.newcomer(), match(asked)
        written = message(visitor, form.event, form.text, choice=form.choice, language=language)
        said = await self._reception.said(visitor)
        response: Response = RedirectResponse("/#end", 303)
        try:
            seen = max((entry.sequence for entry in said if entry.heard), default=0)
            if form.check is None:
                seen = (await self._reception.take(visitor, written, _host(request))).sequence
            await self._reception.answer(visitor, seen)
        except Problem as problem:
            refused = page.Refused(problem.code, form.text)
            response = HTMLResponse(page.talk_page(said, language, refused), problem.status, problem.headers)
        visitors.remember(request, response, visitor)
        return response

    async def show_payment(self, visitor: Resident, sequence: Place) -> Response:
        """The payment order of this place of the visitor's conversation, to be printed or scanned."""
        entries = await self._reception.said(visitor, sequence - 1)
        if not entries or entries[0].sequence != sequence or entries[0].payment is None:
            raise Problem(404, "no_payment")
        return HTMLResponse(payment.payment_page(entries[0].payment, str(entries[0].language)))

    async def forget(self, request: Request, asked: Asked = "") -> Response:
        """The button that leaves no trace on this device."""
        visitor = visitors.known(request)
        said = await self._reception.said(visitor) if visitor else ()
        response = RedirectResponse(f"/forgotten?lang={page.language_of(said, match(asked))}", 303)
        visitors.forget(request, response)
        return response

    async def forgotten(self, lang: str = "", asked: Asked = "") -> Response:
        return HTMLResponse(page.forgotten_page(match(lang or asked)))


def open_channel(doorstep: Doorstep, environment: Mapping[str, str]) -> Web:
    """The web channel; it needs no settings and is always there."""
    return Web(doorstep)


def _router(web: Web) -> APIRouter:
    router = APIRouter(route_class=GuardedRoute)
    api = APIRouter(prefix="/api", tags=["conversation"], route_class=GuardedRoute)
    again: Responses = {200: {"model": Stored, "description": "The same message was taken before."}}
    api.add_api_route(
        "/messages",
        web.post_message,
        methods=["POST"],
        status_code=201,
        dependencies=[Depends(_json_only)],
        responses=again | problems(400, 403, 413, 415, 422, 429),
    )
    api.add_api_route("/messages", web.read_messages, responses=problems(401, 422))
    api.add_api_route("/events", web.stream_events, response_class=EventSourceResponse, responses=problems(401, 422))
    api.add_api_route("/session", web.end_session, methods=["DELETE"], status_code=204, responses=problems(403))
    api.add_api_route("/words", web.read_words, responses=problems(422))
    router.include_router(api)
    router.add_api_route("/", web.show, methods=["GET", "HEAD"], include_in_schema=False)
    router.add_api_route("/", web.submit, methods=["POST"], include_in_schema=False)
    router.add_api_route("/payment/{sequence}", web.show_payment, include_in_schema=False)
    router.add_api_route("/forget", web.forget, methods=["POST"], include_in_schema=False)
    router.add_api_route("/forgotten", web.forgotten, include_in_schema=False)
    router.add_api_route("/static/{version}/{name}", assets.serve, include_in_schema=False)
    return router


def _sequence(last_event_id: str | None, after: int) -> int | None:
    """What the reader has seen; None for an id that is none of ours."""
    if last_event_id is None:
        return after
    return int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 16 else None


def _host(request: Request) -> str:
    return request.client.host if request.client else ""
