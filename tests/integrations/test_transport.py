"""An office behind the information mediator: what the bus itself says is never taken for the office's word."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from integrations.transport import Mediator
from integrations.workflow import Draft, Refused, ServiceDown
from integrations.workflow.calling import Caller
from integrations.workflow.registration import Registration, Terms
from tests.fakes.loopback import listening
from tests.fakes.registration_office import FILES, SUBMIT, RegistrationOffice, serving
from tests.integrations.town import Clock

CLIENT = "ME/GOV/25/komshi"
SERVICE = "ME/GOV/7002/uprava/prijave"
DRAFT = Draft("KEY1", "newborn_aid", "citizen-1", {"legal_time": "P30D"})


class SecurityServer:
    """An X-Road security server for one service. It answers with `error` itself while there is one."""

    def __init__(self, office: RegistrationOffice) -> None:
        self.url = ""
        self.error: tuple[int, str] | None = None
        self.heard: list[Request] = []
        self._way = Starlette(routes=[Mount(f"/r1/{SERVICE}", office.app)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.heard.append(Request(scope))
        answer = self._way if self.error is None else _error(*self.error)
        await answer(scope, receive, send)


def _error(status: int, type: str) -> JSONResponse:
    body = {"type": type, "message": "Ana Marković", "detail": "9bc95b6e"}
    return JSONResponse(body, status, {"X-Road-Error": type})


@pytest.fixture
async def office() -> AsyncIterator[RegistrationOffice]:
    async with serving() as office:
        yield office


@pytest.fixture
async def bus(office: RegistrationOffice) -> AsyncIterator[SecurityServer]:
    bus = SecurityServer(office)
    async with listening(bus) as bus.url:
        yield bus


@pytest.fixture
async def mediator() -> AsyncIterator[Mediator]:
    way = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)
    async with Mediator(way, CLIENT, SERVICE) as mediator:
        yield mediator


@pytest.fixture
def registration(bus: SecurityServer, mediator: Mediator, clock: Clock) -> Registration:
    return Registration(Caller(bus.url, clock, transport=mediator), Terms(CLIENT, strict=True), clock)


async def test_an_application_goes_through_the_mediator(
    office: RegistrationOffice, bus: SecurityServer, registration: Registration
) -> None:
    application = await registration.submit(DRAFT)

    assert await registration.find("KEY1") == application
    assert len(office.files) == 1
    assert {request.headers["X-Road-Client"] for request in bus.heard} == {CLIENT}
    assert office.refused == []


async def test_every_message_has_an_id_of_its_own(bus: SecurityServer, registration: Registration) -> None:
    await registration.submit(DRAFT)

    ids = {UUID(request.headers["X-Road-Id"]) for request in bus.heard}
    assert len(ids) == len(bus.heard)


@pytest.mark.parametrize("header", ["Information-Mediator-Client", "X-GovStack-Client"])
async def test_the_client_header_has_the_name_this_bus_knows(header: str, bus: SecurityServer) -> None:
    way = Mediator(httpx.AsyncHTTPTransport(trust_env=False), CLIENT, SERVICE, header)
    async with httpx.AsyncClient(transport=way) as client:
        await client.get(f"{bus.url}/services", params={"name": "newborn_aid"})

    assert bus.heard[0].headers[header] == CLIENT
    assert "X-Road-Client" not in bus.heard[0].headers


@pytest.mark.parametrize("type", ["Server.ServerProxy.NetworkError", "Server.ClientProxy.OutdatedGlobalConf"])
async def test_while_the_bus_is_down_the_application_waits(
    type: str, office: RegistrationOffice, bus: SecurityServer, registration: Registration
) -> None:
    bus.error = (500, type)
    with pytest.raises(ServiceDown):
        await registration.submit(DRAFT)

    bus.error = None
    await registration.submit(DRAFT)

    assert len(office.files) == 1


@pytest.mark.parametrize(
    ("status", "type"), [(400, "Client.BadRequest"), (500, "Client.x"), (404, "Client.y"), (200, "?")]
)
async def test_what_the_bus_refuses_is_refused_whatever_its_status(
    status: int, type: str, office: RegistrationOffice, bus: SecurityServer, registration: Registration
) -> None:
    bus.error = (status, type)

    with pytest.raises(Refused, match="400"):
        await registration.find("KEY1")

    assert office.heard == []


async def test_an_error_of_the_office_itself_comes_through_as_it_is(
    office: RegistrationOffice, registration: Registration
) -> None:
    office.answers(SUBMIT, 500, '{"code": "E42"}')

    with pytest.raises(Refused, match="500 E42"):
        await registration.submit(DRAFT)

    assert office.asked[FILES] == 1


async def test_the_operator_reads_what_the_bus_said_and_no_word_of_a_citizen(
    bus: SecurityServer, registration: Registration
) -> None:
    bus.error = (500, "Server.ServerProxy.NetworkError")

    with capture_logs() as lines, pytest.raises(ServiceDown):
        await registration.find("KEY1")

    assert lines == [
        {
            "event": "the mediator did not pass on a call",
            "log_level": "warning",
            "error": "Server.ServerProxy.NetworkError",
            "call": bus.heard[0].headers["X-Road-Id"],
        }
    ]


async def test_a_part_of_a_name_is_written_so_that_an_address_can_hold_it(bus: SecurityServer) -> None:
    way = Mediator(httpx.AsyncHTTPTransport(trust_env=False), "ME/GOV/25/Opština Bar", SERVICE)
    async with httpx.AsyncClient(transport=way) as client:
        await client.get(f"{bus.url}/services")

    assert bus.heard[0].headers["X-Road-Client"] == "ME/GOV/25/Op%C5%A1tina%20Bar"


@pytest.mark.parametrize("client", ["", "ME/GOV/25", "ME/GOV//komshi", "ME/GOV/../komshi", "ME/GOV/25/komshi/more"])
async def test_a_client_that_no_bus_could_know_is_a_slip_in_the_settings(client: str) -> None:
    async with httpx.AsyncHTTPTransport(trust_env=False) as way:
        with pytest.raises(ValueError, match="identifier"):
            Mediator(way, client, SERVICE)
