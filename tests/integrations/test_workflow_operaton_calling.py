"""Calls to an office's system: who we say we are, how long we wait, and what a failure means."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

from integrations.workflow import Refused, ServiceDown
from integrations.workflow.calling import EARLY, LARGEST_ANSWER, LONGEST_PAUSE, Bearer, Caller, Header
from tests.fakes.engine_rest import serving
from tests.integrations.town import Clock

SHORT = timedelta(milliseconds=100)
LIFE = timedelta(minutes=5)


class Office:
    """Answers every call with `status`, and gives out tokens. It remembers who said they were whom."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.headers: dict[str, str] = {}
        self.content = b"{}"
        self.calls: list[Request] = []
        self.token_requests: list[tuple[str, bytes]] = []
        self.token_answer = Response('{"access_token": "token-0", "expires_in": 300}')
        self.refused_tokens: set[str] = set()
        self.end = asyncio.Event()

    def application(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/engine-rest/token", self.give_token, methods=["POST"])
        app.add_api_route("/engine-rest/hangs", self.hang)
        app.add_api_route("/engine-rest/drips", self.drip)
        app.add_api_route("/{path:path}", self.answer, methods=["GET", "POST"])
        return app

    async def give_token(self, request: Request) -> Response:
        self.token_requests.append((request.headers["authorization"], await request.body()))
        return self.token_answer

    async def answer(self, request: Request) -> Response:
        self.calls.append(request)
        status = 401 if request.headers.get("authorization") in self.refused_tokens else self.status
        return Response(self.content, status, self.headers)

    async def hang(self) -> Response:
        await self.end.wait()
        return Response()

    async def drip(self) -> StreamingResponse:
        return StreamingResponse(self._drops())

    async def _drops(self) -> AsyncIterator[bytes]:
        while not self.end.is_set():
            yield b" "
            await asyncio.sleep(SHORT.total_seconds() / 4)

    def gives(self, token: str) -> None:
        self.token_answer = Response(f'{{"access_token": "{token}", "expires_in": {LIFE.total_seconds():.0f}}}')

    def said(self, header: str) -> list[str | None]:
        return [call.headers.get(header) for call in self.calls]


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    office = Office()
    async with serving(office.application()) as office.url:
        yield office
        office.end.set()


@pytest.fixture
def caller(office: Office, clock: Clock) -> Callable[..., Caller]:
    return lambda auth=None, **settings: Caller(office.url, clock, auth, **settings)


@pytest.fixture
def bearer(office: Office, clock: Clock) -> Bearer:
    return Bearer(f"{office.url}/token", "komshi", "secret", clock, "applications")


async def test_nothing_is_said_where_nobody_asks_who_we_are(office: Office, caller: Callable[..., Caller]) -> None:
    await caller().call("GET", "version")

    assert office.said("authorization") == [None]


async def test_a_name_and_a_password_are_said(office: Office, caller: Callable[..., Caller]) -> None:
    await caller(httpx.BasicAuth("komshi", "secret")).call("GET", "version")

    assert office.said("authorization") == ["Basic " + base64.b64encode(b"komshi:secret").decode()]


async def test_a_key_goes_in_a_header_of_its_own(office: Office, caller: Callable[..., Caller]) -> None:
    await caller(Header("X-Api-Key", "secret"), headers={"X-Road-Client": "ME/GOV/1/komshi"}).call("GET", "version")

    assert office.said("x-api-key") == ["secret"]
    assert office.said("x-road-client") == ["ME/GOV/1/komshi"]


async def test_a_token_is_asked_for_once_and_again_shortly_before_it_ends(
    office: Office, caller: Callable[..., Caller], bearer: Bearer, clock: Clock
) -> None:
    office.gives("token-1")
    await asyncio.gather(*(caller(bearer).call("GET", "version") for _ in range(3)))
    clock.pass_by(LIFE - EARLY - timedelta(seconds=1))
    await caller(bearer).call("GET", "version")
    assert office.said("authorization") == ["Bearer token-1"] * 4
    assert office.token_requests == [
        (
            "Basic " + base64.b64encode(b"komshi:secret").decode(),
            b"grant_type=client_credentials&scope=applications",
        )
    ]

    clock.pass_by(timedelta(seconds=1))
    office.gives("token-2")
    await caller(bearer).call("GET", "version")

    assert office.said("authorization")[4:] == ["Bearer token-2"]


async def test_a_token_that_is_taken_no_more_is_replaced_once(
    office: Office, caller: Callable[..., Caller], bearer: Bearer
) -> None:
    office.gives("token-1")
    await caller(bearer).call("GET", "version")
    office.gives("token-2")
    office.refused_tokens = {"Bearer token-1"}

    response = await caller(bearer).call("POST", "task", body={"a": 1})

    assert response.status_code == 200
    assert office.said("authorization") == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


async def test_an_office_that_takes_no_token_is_not_asked_for_ever(
    office: Office, caller: Callable[..., Caller], bearer: Bearer
) -> None:
    office.refused_tokens = {"Bearer token-0"}

    assert (await caller(bearer).call("GET", "version")).status_code == 401
    assert len(office.token_requests) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, '{"error": "invalid_client"}'),
        (401, "secret"),
        (200, "<html>"),
        (200, "{}"),
        (200, '{"access_token": ""}'),
        (200, '{"access_token": "a\\nb"}'),
        (200, '{"access_token": "a", "expires_in": -1}'),
    ],
)
async def test_without_a_token_nothing_is_called(
    office: Office, caller: Callable[..., Caller], bearer: Bearer, status: int, body: str
) -> None:
    office.token_answer = Response(body, status)

    with pytest.raises(Refused) as refusal:
        await caller(bearer).call("GET", "version")

    assert "secret" not in str(refusal.value)
    assert office.calls == []


async def test_a_token_may_be_had_later(office: Office, caller: Callable[..., Caller], bearer: Bearer) -> None:
    office.token_answer = Response(status_code=503, headers={"retry-after": "7"})

    with pytest.raises(ServiceDown) as down:
        await caller(bearer).call("GET", "version")

    assert down.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("path", ["hangs", "drips"])
async def test_nobody_waits_for_an_office_that_does_not_come_to_an_end(
    caller: Callable[..., Caller], path: str
) -> None:
    with pytest.raises(ServiceDown):
        await caller(timeout=SHORT).call("GET", path)


async def test_an_office_with_its_door_shut_is_down(clock: Clock) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        caller = Caller(f"http://127.0.0.1:{door.getsockname()[1]}", clock)

        with pytest.raises(ServiceDown):
            await caller.call("GET", "version")


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("999999999", LONGEST_PAUSE),
        ("9" * 5000, None),
        ("Sun, 01 Mar 2026 09:00:30 GMT", timedelta(seconds=30)),
        ("Sun, 01 Mar 2026 09:00:30 -0000", timedelta(seconds=30)),
        ("Sun, 01 Mar 2026 08:59:59 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_PAUSE),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
async def test_a_pause_is_as_long_as_the_office_says_but_not_for_ever(
    office: Office, caller: Callable[..., Caller], clock: Clock, said: str, pause: timedelta | None
) -> None:
    clock.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    office.status, office.headers = 503, {"retry-after": said}

    with pytest.raises(ServiceDown) as down:
        await caller().call("GET", "version")

    assert down.value.retry_after == pause


async def test_an_answer_without_end_is_not_read_to_its_end(office: Office, caller: Callable[..., Caller]) -> None:
    office.content = b"x" * (LARGEST_ANSWER + 1)

    with pytest.raises(Refused, match="not understood"):
        await caller().call("GET", "version")


async def test_an_answer_that_is_not_packed_as_it_says_is_not_understood(
    office: Office, caller: Callable[..., Caller]
) -> None:
    office.headers, office.content = {"content-encoding": "gzip"}, b"not packed"

    with pytest.raises(Refused, match="not understood"):
        await caller().call("GET", "version")


async def test_an_id_is_one_step_of_an_address_whatever_is_in_it(office: Office, caller: Callable[..., Caller]) -> None:
    await caller().call("GET", "task", "a/b?c=d#e f")

    assert office.calls[0].scope["raw_path"] == b"/engine-rest/task/a%2Fb%3Fc%3Dd%23e%20f"


@pytest.mark.parametrize("id", ["", ".", ".."])
async def test_an_id_that_would_lead_elsewhere_is_refused(
    office: Office, caller: Callable[..., Caller], id: str
) -> None:
    with pytest.raises(Refused):
        await caller().call("GET", "task", id, "complete")

    assert office.calls == []


async def test_no_proxy_of_the_machine_hears_what_is_said_to_the_office(
    office: Office, caller: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert (await caller().call("GET", "version")).status_code == 200


async def test_nobody_is_followed_to_another_address(office: Office, caller: Callable[..., Caller]) -> None:
    office.status, office.headers = 302, {"location": "/elsewhere"}

    assert (await caller().call("GET", "version")).status_code == 302
    assert len(office.calls) == 1
