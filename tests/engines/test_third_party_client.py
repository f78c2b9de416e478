"""A client that nobody here wrote gets from our façade what it gets from a real Operaton."""

import asyncio
from collections.abc import Callable

import pycamunda
import pycamunda.externaltask
import pycamunda.processdef
import pycamunda.task
import pytest
from pycamunda.externaltask import ExternalTask
from pycamunda.task import Task

from integrations.workflow.operaton import Operaton
from tests.engines.offices import draft

Opener = Callable[[str], Callable[[], Operaton]]

WORKER = "somebody"


class Client:
    """pycamunda, which waits for every answer, beside a server in the same process."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def start(self, process: str, key: str, legal_time: str) -> str:
        """The id of the process."""
        start = pycamunda.processdef.StartInstance(self._url, key=process, business_key=key)
        start.add_variable("legal_time", legal_time, "String")
        return str((await asyncio.to_thread(start)).id_)

    async def tasks(self, process: str) -> tuple[Task, ...]:
        query = pycamunda.task.GetList(self._url, process_instance_id=process)
        return tuple(await asyncio.to_thread(query))

    async def complete(self, task: str, decision: str, reason: str) -> None:
        completion = pycamunda.task.Complete(self._url, task)
        completion.add_variable("decision", decision, "String")
        completion.add_variable("reason", reason, "String")
        completion.add_variable("until", None, "Null")
        await asyncio.to_thread(completion)

    async def fetch(self, worker: str = WORKER) -> tuple[ExternalTask, ...]:
        fetch = pycamunda.externaltask.FetchAndLock(self._url, worker, max_tasks=10)
        fetch.add_topic("citizen-notification", lock_duration=60_000)
        return await asyncio.to_thread(fetch)

    async def finish(self, external_task: str, worker: str = WORKER) -> None:
        await asyncio.to_thread(pycamunda.externaltask.Complete(self._url, external_task, worker))


@pytest.fixture
async def client(address: str, opener: Opener) -> Client:
    """A client of an engine that has our processes."""
    await opener(address)().deploy()
    return Client(address)


async def test_it_takes_an_application_from_its_start_to_the_news_of_its_approval(client: Client) -> None:
    key = draft().key
    process = await client.start("newborn_aid", key, "P30D")
    (task,) = await client.tasks(process)
    assert (task.task_definition_key, task.process_instance_id, task.due) == ("decide", process, None)

    await client.complete(task.id_, "approve", "Yes.")

    assert await client.tasks(process) == ()
    (news,) = await client.fetch()
    assert (news.business_key, news.process_instance_id, news.worker_id) == (key, process, WORKER)
    said = {name: news.variables[name].value for name in ("event", "reason", "until")}
    assert said == {"event": "approved", "reason": "Yes.", "until": None}
    assert await client.fetch("somebody else") == ()
    await client.finish(news.id_)
    assert await client.fetch() == ()


async def test_it_may_start_two_processes_under_one_key(client: Client) -> None:
    key = draft().key

    assert await client.start("newborn_aid", key, "P30D") != await client.start("newborn_aid", key, "P30D")


async def test_it_is_told_what_is_not_there_and_what_is_not_allowed(client: Client) -> None:
    process = await client.start("newborn_aid", draft().key, "P30D")
    (task,) = await client.tasks(process)
    await client.complete(task.id_, "refuse", "No.")
    (news,) = await client.fetch()

    with pytest.raises(pycamunda.BadRequest, match="cannot be completed by worker"):
        await client.finish(news.id_, "somebody else")
    with pytest.raises(pycamunda.NotFound, match="does not exist"):
        await client.finish("nothing")
    with pytest.raises(pycamunda.NoSuccess, match="Cannot find task"):
        await client.complete(task.id_, "approve", "Yes.")
    with pytest.raises(pycamunda.NotFound, match="No matching process definition"):
        await client.start("moon_landing", draft().key, "P30D")
    with pytest.raises(pycamunda.NoSuccess, match="Cannot instantiate"):
        await client.start("newborn_aid", draft().key, "soon")
