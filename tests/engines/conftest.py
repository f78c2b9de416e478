"""The same town three times: with the embedded engine, with `engine-rest` over it, and with a real Operaton."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from fastapi.responses import Response

from dialogs.catalogue import services
from integrations.workflow.calling import Caller
from integrations.workflow.embedded import Embedded
from integrations.workflow.instances import Memory
from integrations.workflow.operaton import Operaton
from tests.engines.offices import LOCK, EmbeddedOffice, Town
from tests.fakes import engine_rest, operaton_process
from tests.fakes.clock import Clock
from tests.fakes.operaton_office import RestOffice
from tests.integrations import openapi

Opener = Callable[[str], Callable[[], Operaton]]

DEFINITIONS = {name: service.process for name, service in services().items()}


@pytest.fixture(scope="session")
def operaton() -> Iterator[operaton_process.Operaton]:
    """A real Operaton for every test that does not stop it."""
    with operaton_process.serving() as operaton:
        yield operaton


@pytest.fixture(scope="session")
def judge() -> openapi.Judge | None:
    """Every exchange with an engine is judged by the published file, wherever that is at hand."""
    if not (openapi.FOLDER / openapi.ENGINE_REST).exists():
        return None
    return openapi.Judge(openapi.engine_rest(), openapi.SERVER)


@pytest.fixture
def opener(judge: openapi.Judge | None, clock: Clock) -> Opener:
    """A driver for an address, as after a restart of ours at each call."""

    def at(url: str) -> Callable[[], Operaton]:
        way = judge and judge.at(url)
        return lambda: Operaton(Caller(url, clock, transport=way), DEFINITIONS, LOCK)

    return at


@pytest.fixture
async def empty_operaton(operaton: operaton_process.Operaton) -> str:
    """The address of the real one, with no process in it."""
    await RestOffice(operaton.url).empty()
    return operaton.url


@pytest.fixture(params=["facade", "empty_operaton"], ids=["facade", "operaton"])
def address(request: pytest.FixtureRequest) -> str:
    """Where the paths of `engine-rest` begin."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(params=["embedded_town", "facade_town", "operaton_town"], ids=["embedded", "facade", "operaton"])
def town(request: pytest.FixtureRequest) -> Town:
    town: Town = request.getfixturevalue(request.param)
    return town


@pytest.fixture
def embedded_town(clock: Clock) -> Town:
    instances = Memory()

    def begin() -> Embedded:
        return Embedded(instances, DEFINITIONS, clock, timedelta(milliseconds=1))

    return Town(begin, EmbeddedOffice(begin()), "P30D", lambda: clock.move(days=30))


@pytest.fixture
async def facade(clock: Clock) -> AsyncIterator[str]:
    app = engine_rest.application(engine_rest.Engine(DEFINITIONS, clock))

    # As in the module of the real one: its timers look at the clock when news is fetched.
    @app.put(engine_rest.ROOT + "/clock/{now}")
    async def hold(now: datetime) -> Response:
        clock.now = now
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async with engine_rest.serving(app) as url:
        yield url


@pytest.fixture
def facade_town(facade: str, opener: Opener, clock: Clock) -> Town:
    return Town(opener(facade), RestOffice(facade), "P30D", lambda: clock.move(days=30))


@pytest.fixture
def operaton_town(empty_operaton: str, opener: Opener) -> Town:
    # Its clock is not held, so that locks end: its legal time is over soon.
    return Town(opener(empty_operaton), RestOffice(empty_operaton), "PT1S", lambda: None)
