"""What we say to an engine, and what we take from it, is valid by the file that Operaton publishes."""

import pytest
from openapi_core.exceptions import OpenAPIError

from integrations.workflow import Status
from integrations.workflow.calling import Caller
from integrations.workflow.embedded import Decision
from integrations.workflow.operaton import Operaton
from tests.engines.conftest import DEFINITIONS
from tests.engines.meddling import Meddler
from tests.engines.offices import LOCK, NOW, draft
from tests.fakes import engine_rest
from tests.fakes.clock import Clock
from tests.fakes.engine_rest import Engine
from tests.fakes.operaton_office import RestOffice
from tests.integrations import openapi


@pytest.fixture
def present_judge(judge: openapi.Judge | None) -> openapi.Judge:
    """Skips the test where the published file is away."""
    return judge or openapi.Judge(openapi.engine_rest(), openapi.SERVER)


async def test_every_exchange_of_a_whole_story_is_valid(
    address: str, present_judge: openapi.Judge, clock: Clock
) -> None:
    judge, office, sent, other = present_judge.at(address), RestOffice(address), draft(), draft()
    operaton = Operaton(Caller(address, clock, transport=judge), DEFINITIONS, LOCK)
    application = await operaton.submit(sent)
    await operaton.withdraw((await operaton.submit(other)).id)
    await office.decide(sent.key, Decision.RETURN, "A paper is missing.")
    (returned,) = await operaton.events(NOW)
    await operaton.acknowledge(returned)
    (task,) = await operaton.tasks(application.id)
    await operaton.complete(task, {"papers": 1, "is_whole": True})
    await operaton.complete(task, {})
    await office.decide(sent.key, Decision.REFUSE, "No.")
    (refused,) = await operaton.events(NOW)
    await operaton.acknowledge(refused)
    await operaton.acknowledge(refused)

    decided = await operaton.find(sent.key)

    assert decided is not None
    assert decided.status == Status.REJECTED
    assert judge.exchanges > 20


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("external-task/fetchAndLock", {"maxTasks": 1, "topics": []}),
        ("external-task/fetchAndLock", {"workerId": "komshi", "maxTasks": "many"}),
        ("process-definition/key/newborn_aid/start", {"bussinessKey": "KEY1"}),
        ("process-definition/key/newborn_aid/begin", {}),
    ],
)
async def test_a_slip_in_what_we_say_is_noticed(
    facade: str, present_judge: openapi.Judge, clock: Clock, path: str, body: dict[str, object]
) -> None:
    caller = Caller(facade, clock, transport=present_judge.at(facade))

    with pytest.raises(OpenAPIError):
        await caller.call("POST", *path.split("/"), body=body)


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, '[{"state": "DONE"}]'), (200, '[{"startTime": "2026-03-01"}]'), (200, "{}"), (409, "{}")],
)
async def test_a_slip_in_what_our_facade_says_is_noticed(
    present_judge: openapi.Judge, clock: Clock, status: int, body: str
) -> None:
    meddler = Meddler()
    meddler.answer("GET /history/process-instance", status, body)
    app = engine_rest.application(Engine(DEFINITIONS, clock))
    meddler.stand_before(app)
    async with engine_rest.serving(app) as url:
        caller = Caller(url, clock, transport=present_judge.at(url))

        with pytest.raises(OpenAPIError):
            await caller.call("GET", "history", "process-instance")
