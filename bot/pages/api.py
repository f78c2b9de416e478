"""The shapes of the page's HTTP API, and the one way it says no: RFC 9457 problems in the reader's language."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from bot.messages import Entry
from bot.pages.words import LONGEST, spoken, words
from locales import html_tag, match

Responses = dict[int | str, dict[str, Any]]
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

LARGEST_BODY = 256 * 1024
"""Bytes. Enough for a text ten times too long in its longest spelling, so that its writer gets it back to shorten."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: a form would then send `Origin: null`, and the origin could not be checked.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class NewMessage(BaseModel):
    """What a citizen wrote or pressed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"client_msg_id": "0b0e9a52-6f0d-4c1e-8f5e-0d6f8c1f6f55", "text": "How do I apply?"}]
        }
    )

    client_msg_id: Annotated[
        UUID,
        Field(description="Made by the client before the first try. The same id again is the same message again."),
    ]
    text: Annotated[str, Field(description=f"The words, at most {LONGEST:,} characters; empty with a choice.")] = ""
    choice: Annotated[
        str | None,
        Field(max_length=200, description="The id of a pressed choice; its label is then the text, if none is given."),
    ] = None
    language: Annotated[
        str | None,
        Field(max_length=35, description="A hint at the citizen's language, used while nothing better is known."),
    ] = None


class Stored(BaseModel):
    """A message is kept and will be answered."""

    sequence: Annotated[int, Field(description="Its place in the conversation, growing.", examples=[12])]


class ChoiceView(BaseModel):
    """An answer on offer. Its number in the list, written as text, works as well as its id."""

    id: str
    label: str


class EntryView(BaseModel):
    """One line of the conversation."""

    sequence: Annotated[int, Field(description="Its place in the conversation, growing; also the id of its event.")]
    sender: Literal["citizen", "assistant"]
    text: Annotated[str, Field(description="Plain text; line breaks count, nothing else is markup.")]
    spoken: Annotated[str, Field(description="The same for a screen reader, with its sender and numbered choices.")]
    at: datetime
    language: Annotated[str | None, Field(description="Of an assistant's text: our tag, as `GET /api/words` takes it.")]
    html_tag: Annotated[str | None, Field(description="Of an assistant's text: the tag for a `lang` attribute.")]
    choices: list[ChoiceView]
    asks_private: Annotated[
        bool, Field(description="The answer is sensitive: keep it nowhere, and mask it once it is given.")
    ]
    answered: Annotated[bool, Field(description="A later answer has made the choices stale.")]
    payment: Annotated[str | None, Field(description="Where the payment order of this text can be printed or scanned.")]


class Entries(BaseModel):
    """Lines of the conversation, oldest first; at most the newest 200."""

    entries: list[EntryView]


class Words(BaseModel):
    """The words of the citizen's page in one language."""

    language: str
    html_tag: str
    words: dict[str, str]


class ProblemView(BaseModel):
    """Why a request was not taken (RFC 9457). `detail` is in plain words for the citizen, in their language."""

    title: str
    status: int
    detail: str
    code: Annotated[str, Field(description="The same for a program, stable.")]


class Problem(Exception):
    """The request cannot be taken; `code` is the key of the words that say why."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = headers


def view(entry: Entry, language: str) -> EntryView:
    """An entry as the API shows it. `language` is the page's, for what a citizen's own entry is called."""
    return EntryView(
        sequence=entry.sequence,
        sender="citizen" if entry.heard else "assistant",
        text=entry.text,
        spoken=spoken(entry, entry.language or language),
        at=entry.at,
        language=entry.language,
        html_tag=html_tag(entry.language) if entry.language else None,
        choices=[ChoiceView(id=choice.id, label=choice.label) for choice in entry.choices],
        asks_private=entry.asks_private,
        answered=entry.answered,
        payment=payment_address(entry) if entry.payment else None,
    )


def payment_address(entry: Entry) -> str:
    """Where the page of its payment order is, for the visitor it was said to."""
    return f"/payment/{entry.sequence}"


def problems(*statuses: int) -> Responses:
    """The refusals of an operation, for its OpenAPI document."""
    meanings = {
        400: "The body is not what it says it is.",
        401: "No conversation: there is no session cookie yet.",
        403: "Sent by a page of another website.",
        404: "There is no such thing in this conversation.",
        413: "The body is too large.",
        415: "The body is not JSON.",
        422: "A field is missing or wrong, the message is empty or too long.",
        429: "Too fast: `Retry-After` tells the seconds to wait.",
    }
    schema = ProblemView.model_json_schema()
    content = {"application/problem+json": {"schema": schema}}
    return {status: {"description": meanings[status], "content": content} for status in statuses}


class GuardedRoute(APIRoute):
    """A route that refuses what comes from elsewhere, words its refusals, and answers with the security headers."""

    def get_route_handler(self) -> Handler:
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            response = await _refusing(request, handler)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded


async def _refusing(request: Request, handler: Handler) -> Response:
    try:
        guard(request)
        return await handler(request)
    except Problem as problem:
        return _refusal(request, problem)
    except RequestValidationError as error:
        unreadable = any(fault["type"] == "json_invalid" for fault in error.errors())
        return _refusal(request, Problem(400 if unreadable else 422, "unreadable"))
    except HTTPException as error:
        return _refusal(request, Problem(error.status_code, "unreadable"))


def guard(request: Request) -> None:
    """Raises Problem for a change asked for by another website's page, and for a body that is or may be too large."""
    if request.method in {"GET", "HEAD"}:
        return
    headers = request.headers
    if "origin" in headers and _host(headers["origin"]) != headers.get("host"):
        raise Problem(403, "foreign")
    if "transfer-encoding" in headers or int(headers.get("content-length", 0)) > LARGEST_BODY:
        raise Problem(413, "too_large")


def _host(origin: str) -> str | None:
    """The host with its port; None for what is no address at all."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _refusal(request: Request, problem: Problem) -> JSONResponse:
    detail = words(match(request.headers.get("accept-language", "")))[problem.code]
    body = ProblemView(title=problem.code.replace("_", " "), status=problem.status, detail=detail, code=problem.code)
    return JSONResponse(body.model_dump(), problem.status, problem.headers, "application/problem+json")
