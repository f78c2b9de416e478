"""The real Operaton goes down at any moment, and comes back with every application where it was."""

from collections.abc import Callable, Iterator

import pytest

from integrations.workflow import ServiceDown, Status
from integrations.workflow.embedded import Decision
from integrations.workflow.operaton import Operaton as Driver
from tests.engines.offices import NOW, SOON, draft
from tests.fakes import operaton_process
from tests.fakes.operaton_office import RestOffice
from tests.fakes.operaton_process import Operaton

Opener = Callable[[str], Callable[[], Driver]]


@pytest.fixture
def engine() -> Iterator[Operaton]:
    """One of its own, to be stopped."""
    with operaton_process.serving() as engine:
        yield engine


async def test_an_application_outlives_an_engine_that_is_killed(engine: Operaton, opener: Opener) -> None:
    driver, office, sent = opener(engine.url)(), RestOffice(engine.url), draft()
    submitted = await driver.submit(sent)
    await office.decide(sent.key, Decision.RETURN, "A paper is missing.")
    (fetched,) = await driver.events(NOW)

    engine.kill()
    with pytest.raises(ServiceDown):
        await driver.find(sent.key)
    with pytest.raises(ServiceDown):
        await driver.submit(draft())
    with pytest.raises(ServiceDown):
        await driver.acknowledge(fetched)
    engine.start()

    assert await driver.submit(sent) == await driver.find(sent.key)
    (news,) = await driver.events(SOON)
    assert (news.id, news.name, news.facts) == (fetched.id, "returned", {"reason": "A paper is missing."})
    await driver.acknowledge(news)
    (task,) = await driver.tasks(submitted.id)
    assert (await driver.complete(task, {})).status == Status.PENDING
    await office.decide(sent.key, Decision.APPROVE, "Yes.")
    (news,) = await driver.events(SOON)
    await driver.acknowledge(news)
    decided = await driver.find(sent.key)
    assert decided is not None
    assert (decided.id, decided.status) == (submitted.id, Status.APPROVED)
