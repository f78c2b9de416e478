"""Calls to an office's system over HTTP: who we are there, how long we wait, and which failures pass by themselves.

A call is made once. What may go through later is ServiceDown, and whoever holds the order calls again; each act of a
driver says beside it why that is safe.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from integrations.workflow import Refused, ServiceDown

TIMEOUT = timedelta(seconds=10)
CONNECT_TIMEOUT = timedelta(seconds=5)
# A slip in a header must not put an order off for years.
LONGEST_PAUSE = timedelta(hours=1)
LARGEST_ANSWER = 5_000_000
LONGEST_WORDS = 300
# A token is replaced a little before it ends, so that none ends on its way.
EARLY = timedelta(seconds=30)
TEMPORARY = frozenset({429, 502, 503, 504})

T = TypeVar("T")
Clock = Callable[[], datetime]

_SECONDS = re.compile(r"\d{1,9}", re.ASCII)


class Header(httpx.Auth):
    """A key in a header of its own."""

    def __init__(self, name: str, key: str) -> None:
        self._name = name
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._name] = self._key
        yield request


class Token(BaseModel):
    """What we read of a token answer, RFC 6749, 5.1; `expires_in` in seconds."""

    access_token: str = Field(min_length=1, pattern=r"^[\x21-\x7e]+$")
    expires_in: int = Field(default=60, ge=0, le=10**9)


class Bearer(httpx.Auth):
    """A token by OAuth 2 client credentials (RFC 6749, 4.4), kept until shortly before it ends.

    One that the office takes no more is replaced once. Raises ServiceDown and Refused, as a call does.
    """

    def __init__(self, token_url: str, client: str, secret: str, clock: Clock, scope: str = "") -> None:
        self._token_url = token_url
        self._credentials = httpx.BasicAuth(client, secret)
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._clock = clock
        self._token = ""
        self._until = datetime.min.replace(tzinfo=UTC)
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        while True:
            async with self._lock:
                is_new = self._clock() >= self._until
                if is_new:
                    response = yield self._token_request(request)
                    await self._keep(response)
            request.headers["Authorization"] = f"Bearer {self._token}"
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED or is_new:
                return
            self._until = self._clock()

    def _token_request(self, request: httpx.Request) -> httpx.Request:
        # The time-outs of the call it is for are its own.
        asking = httpx.Request("POST", self._token_url, data=self._form, extensions=request.extensions)
        return next(self._credentials.auth_flow(asking))

    async def _keep(self, response: httpx.Response) -> None:
        await response.aread()
        if response.status_code in TEMPORARY:
            raise ServiceDown(retry_after(response, self._clock()))
        if response.status_code != httpx.codes.OK:
            raise Refused(f"no token: {response.status_code}")
        token = understood(TypeAdapter(Token), response)
        self._token = token.access_token
        self._until = self._clock() + timedelta(seconds=token.expires_in) - EARLY


class Caller:
    """Calls one office at `url`. `auth` is None, httpx.BasicAuth, Header or Bearer; `headers` go with every call.

    `transport` is for an office that wants more, such as a certificate of ours (mutual TLS).
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        auth: httpx.Auth | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: timedelta = TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._clock = clock
        self._timeout = timeout
        # A connection for every call: none is left to close or to go stale. No proxy and no password from the
        # environment: what a citizen wants of the office goes to this address and nowhere else.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.AsyncClient(
            auth=auth, headers=headers, limits=limits, transport=transport, trust_env=False
        )

    async def call(
        self,
        method: str,
        *path: str,
        query: Mapping[str, str | int] | None = None,
        body: object = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        wait: timedelta = timedelta(0),
    ) -> httpx.Response:
        """The office's answer, whatever its status, but for TEMPORARY ones; its content has been read.

        `path` are the steps of the path, each quoted here. `body` goes as JSON; `form` and `files` (name, content,
        media type) as a form. It takes at most the time-out, and `wait` more where the office is asked to wait for
        something to happen.
        Raises ServiceDown where nobody answers in time or the answer is a TEMPORARY one, and Refused for an answer
        that cannot be read.
        """
        request = self._client.build_request(
            method,
            self._address(path),
            params=query,
            json=body,
            data=form,
            files=files,
            headers=headers,
            timeout=self._patience(wait),
        )
        try:
            async with asyncio.timeout((self._timeout + wait).total_seconds()):
                response = await self._read(request)
        except (httpx.TransportError, TimeoutError) as error:
            raise ServiceDown from error
        except httpx.DecodingError as error:
            raise not_understood() from error
        if response.status_code in TEMPORARY:
            raise ServiceDown(retry_after(response, self._clock()))
        return response

    def _address(self, path: tuple[str, ...]) -> str:
        if not {"", ".", ".."}.isdisjoint(path):
            raise Refused("an id that cannot stand in an address")
        return "/".join([self._url, *(quote(step, safe="") for step in path)])

    def _patience(self, wait: timedelta) -> httpx.Timeout:
        connect = min(self._timeout, CONNECT_TIMEOUT).total_seconds()
        return httpx.Timeout((self._timeout + wait).total_seconds(), connect=connect)

    async def _read(self, request: httpx.Request) -> httpx.Response:
        """The answer with its content; one that is too long is not read to its end."""
        response = await self._client.send(request, stream=True)
        try:
            content = bytearray()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > LARGEST_ANSWER:
                    raise not_understood()
        finally:
            await response.aclose()
        kept = {name: value for name, value in response.headers.items() if name in ("content-type", "retry-after")}
        return httpx.Response(response.status_code, headers=kept, content=bytes(content), request=request)


def understood(shape: TypeAdapter[T], response: httpx.Response) -> T:
    """The answer read as this shape; raises Refused where it is something else."""
    try:
        return shape.validate_json(response.content)
    except ValidationError:
        # The error would quote the answer.
        raise not_understood() from None


def not_understood() -> Refused:
    """What the office answered made no sense: whoever looks after it reads this, and the order is tried again."""
    return Refused("the answer is not understood")


def retry_after(response: httpx.Response, now: datetime) -> timedelta | None:
    """How long the office asks us to stay away (RFC 9110, 10.2.3), at most LONGEST_PAUSE; None where it does not."""
    said = response.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(said):
        return min(timedelta(seconds=int(said)), LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    # RFC 9110, 5.6.7: a date is in GMT, whether it says so or not.
    pause = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    return min(pause, LONGEST_PAUSE) if pause > timedelta(0) else None
