"""`engine-rest` over the embedded engine, on a real port: what Operaton answers to the calls that a test makes.

As there, a business key may be taken twice, a process stays where it tells something until that is acknowledged, and
what is locked comes again when its lock is over.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from lxml import etree

from integrations.workflow import Draft, Event, Refused, Task
from integrations.workflow.embedded import Decision, Embedded
from integrations.workflow.instances import Instance, Memory
from integrations.workflow.process import Summary, Untold, Waiting, summary
from integrations.workflow.profile import APPLICANT, BPMN, OUTCOMES, facts
from tests.fakes import engine_answers as answers
from tests.fakes.engine_answers import Json, Problem, unknown, values
from tests.fakes.loopback import listening

POLL = 0.005
ROOT = "/engine-rest"
ENDS = {status: end for end, status in OUTCOMES.items()}


@dataclass
class Row:
    """A process as the outside knows it: nobody there sees the key it has in the embedded engine."""

    inner_key: str
    business_key: str | None
    ended: datetime | None = None
    is_deleted: bool = False


@dataclass(frozen=True)
class Telling:
    """A node that tells an event, with `names` of facts, and the node after it."""

    node: str
    names: tuple[str, ...]
    next: str


@dataclass(frozen=True)
class Lock:
    worker: str
    until: float


class Engine:
    """Every process of one engine. Its clock is for the processes; locks and waits take the time they take."""

    def __init__(self, definitions: Mapping[str, Path], clock: Callable[[], datetime]) -> None:
        self.deployed: dict[str, bytes] = {}
        self._clock = clock
        self._instances = Memory()
        self._embedded = Embedded(self._instances, definitions, clock, timedelta(milliseconds=1))
        self._tells = {event: telling for path in definitions.values() for event, telling in _telling(path)}
        self._rows: dict[str, Row] = {}
        self._locks: dict[str, Lock] = {}

    def deploy(self, name: str, file: str, content: bytes) -> Json:
        is_new = self.deployed.get(file) != content
        self.deployed[file] = content
        return answers.deployment(uuid4().hex, name, self._clock(), is_new)

    async def start(self, service: str, body: Json) -> Json:
        if f"{service}.bpmn" not in self.deployed:
            raise unknown(f"No matching process definition with key: {service} and no tenant-id")
        row = Row(uuid4().hex, body.get("businessKey"))
        variables = {name: value for name, value in values(body).items() if value is not None}
        try:
            application = await self._embedded.submit(Draft(row.inner_key, service, "", variables))
        except Refused as refused:
            message = f"Cannot instantiate process definition {service}: {refused}"
            raise Problem(HTTPStatus.INTERNAL_SERVER_ERROR, message) from refused
        self._rows[application.id] = row
        instance, _ = await self._state(application.id)
        return answers.started(instance, row.business_key)

    async def history(self, key: str | None) -> list[Json]:
        ids = [id for id, row in self._rows.items() if key is None or row.business_key == key]
        return [await self._process(id) for id in ids]

    async def process(self, id: str) -> Json:
        self._row(id, f"Historic process instance with id {id} does not exist")
        return await self._process(id)

    async def visits(self, id: str) -> list[Json]:
        instance, state = await self._state(id)
        telling = [] if self._rows[id].is_deleted else [self._tells[news.name].node for news in state.untold]
        here = [answers.visit(instance, node, None) for node in telling]
        end = self._clock() if instance.ended else None
        return here + [answers.visit(instance, node, end) for node in self._reached(id, instance, state)]

    async def tasks(self, wanted: Mapping[str, str]) -> list[Json]:
        """Those with all of these: `processInstanceId`, `candidateGroup` and so on, in the engine's words."""
        found = []
        for id, row in self._rows.items():
            instance, waiting = await self._waiting(id)
            if waiting is None:
                continue
            task = answers.user_task(instance, waiting)
            known = {**task, "candidateGroup": waiting.group, "processInstanceBusinessKey": row.business_key}
            if wanted.items() <= known.items():
                found.append(task)
        return found

    async def task(self, id: str) -> Json:
        found = [task for task in await self.tasks({}) if task["id"] == id]
        if not found:
            raise unknown(f"No matching task with id {id}")
        return found[0]

    async def complete(self, id: str, body: Json) -> None:
        variables = values(body)
        try:
            task = await self.task(id)
        except Problem as problem:
            message = f"Cannot complete task {id}: Cannot find task with id {id}: task is null"
            raise Problem(HTTPStatus.INTERNAL_SERVER_ERROR, message) from problem
        instance, waiting = await self._waiting(task["processInstanceId"])
        assert waiting is not None
        if waiting.group == APPLICANT:
            known = {name: value for name, value in variables.items() if value is not None}
            await self._embedded.complete(Task(id, instance.id, waiting.name, None), known)
            return
        until = date.fromisoformat(str(variables["until"])) if variables["until"] else None
        decision = Decision(str(variables["decision"]))
        await self._embedded.decide(instance.key, decision, str(variables["reason"] or ""), until)

    async def delete(self, id: str) -> None:
        row = self._row(id, f"No process instance found for id '{id}': processInstance is null")
        if row.ended is not None:
            raise unknown(f"No process instance found for id '{id}': processInstance is null")
        row.ended, row.is_deleted = self._clock(), True
        await self._embedded.withdraw(id)

    async def fetch_and_lock(self, body: Json) -> list[Json]:
        loop = asyncio.get_running_loop()
        end = loop.time() + (body.get("asyncResponseTimeout") or 0) / 1000
        while not (locked := await self._lock(body, loop.time())) and loop.time() < end:
            await asyncio.sleep(POLL)
        return locked

    async def finish(self, id: str, body: Json) -> None:
        if id not in [f"{instance.id}:{news.task}" for instance, news in await self._untold()]:
            raise Problem(HTTPStatus.NOT_FOUND, f"External task with id {id} does not exist")
        lock = self._locks.get(id)
        if lock is None or lock.worker != body["workerId"]:
            message = f"External Task {id} cannot be completed by worker '{body['workerId']}'."
            raise Problem(HTTPStatus.BAD_REQUEST, message)
        await self._embedded.acknowledge(Event(id, "", ""))
        instance, state = await self._state(id.partition(":")[0])
        if instance.ended and not state.untold:
            self._rows[instance.id].ended = self._clock()

    async def _lock(self, body: Json, now: float) -> list[Json]:
        (topic,) = body["topics"]
        services = topic.get("processDefinitionKeyIn")
        free = [
            (instance, news)
            for instance, news in await self._untold()
            if not self._is_locked(f"{instance.id}:{news.task}", now) and (not services or instance.service in services)
        ]
        lock = timedelta(milliseconds=topic["lockDuration"])
        return [
            self._locked(instance, news, body["workerId"], lock, now) for instance, news in free[: body["maxTasks"]]
        ]

    def _locked(self, instance: Instance, news: Untold, worker: str, lock: timedelta, now: float) -> Json:
        self._locks[f"{instance.id}:{news.task}"] = Lock(worker, now + lock.total_seconds())
        telling, key = self._tells[news.name], self._rows[instance.id].business_key
        said = {**dict.fromkeys(telling.names), "event": news.name, **news.facts}
        return answers.external_task(instance, key, news, telling.node, said, worker, self._clock() + lock)

    def _is_locked(self, id: str, now: float) -> bool:
        return id in self._locks and now < self._locks[id].until

    async def _untold(self) -> list[tuple[Instance, Untold]]:
        """What is to be told, oldest first."""
        await self._embedded.tick()
        states = [await self._state(id) for id, row in self._rows.items() if not row.is_deleted]
        untold = [(instance, news) for instance, state in states for news in state.untold]
        return sorted(untold, key=lambda pair: pair[1].at)

    async def _process(self, id: str) -> Json:
        row = self._rows[id]
        instance, _ = await self._state(id)
        ended = "EXTERNALLY_TERMINATED" if row.is_deleted else "COMPLETED"
        return answers.process(instance, row.business_key, ended if row.ended else "ACTIVE", row.ended)

    async def _waiting(self, id: str) -> tuple[Instance, Waiting | None]:
        """The task that is open, as far as the process has come to it."""
        instance, state = await self._state(id)
        return instance, state.waiting if self._reached(id, instance, state) else None

    def _reached(self, id: str, instance: Instance, state: Summary) -> list[str]:
        """The node the process has come to; none while something is to be told on the way there."""
        node = state.waiting.name if state.waiting else ENDS.get(instance.status, "")
        is_held = node in [self._tells[news.name].next for news in state.untold]
        return [] if is_held or self._rows[id].is_deleted else [node]

    async def _state(self, id: str) -> tuple[Instance, Summary]:
        instance = await self._instances.by_id(id)
        if instance is None:
            raise unknown(f"there is no process {id}")
        return instance, summary(instance.state)

    def _row(self, id: str, message: str) -> Row:
        if id not in self._rows:
            raise unknown(message)
        return self._rows[id]


def _telling(path: Path) -> Iterator[tuple[str, Telling]]:
    """Every event of a process, with the node that tells it."""
    tree = etree.parse(path)
    ways = {flow.get("sourceRef", ""): flow.get("targetRef", "") for flow in tree.iter(BPMN + "sequenceFlow")}
    for node in tree.iter(BPMN + "serviceTask"):
        told, id = facts(node), node.get("id", "")
        yield told["event"], Telling(id, tuple(told), ways[id])


def application(engine: Engine) -> FastAPI:
    """The calls, each passed on to the engine."""
    app = FastAPI()
    done = Response(status_code=HTTPStatus.NO_CONTENT)

    @app.exception_handler(Problem)
    async def tell(request: Request, problem: Exception) -> JSONResponse:
        assert isinstance(problem, Problem)
        return JSONResponse(problem.body, problem.status)

    @app.get(ROOT + "/version")
    async def version() -> Json:
        return {"version": "1.0.3"}

    @app.post(ROOT + "/deployment/create")
    async def deploy(request: Request) -> Json:
        async with request.form() as form:
            file = form["data"]
            assert not isinstance(file, str)
            return engine.deploy(str(form["deployment-name"]), str(file.filename), await file.read())

    @app.post(ROOT + "/process-definition/key/{service}/start")
    async def start(service: str, body: Json) -> Json:
        return await engine.start(service, body)

    @app.get(ROOT + "/history/process-instance")
    async def history(request: Request) -> list[Json]:
        return await engine.history(request.query_params.get("processInstanceBusinessKey"))

    @app.get(ROOT + "/history/process-instance/{id}")
    async def process(id: str) -> Json:
        return await engine.process(id)

    @app.get(ROOT + "/history/activity-instance")
    async def visits(request: Request) -> list[Json]:
        return await engine.visits(request.query_params["processInstanceId"])

    @app.delete(ROOT + "/process-instance/{id}")
    async def delete(id: str) -> Response:
        await engine.delete(id)
        return done

    _add_tasks(app, engine)
    return app


def _add_tasks(app: FastAPI, engine: Engine) -> None:
    done = Response(status_code=HTTPStatus.NO_CONTENT)
    filters = ("processInstanceId", "processInstanceBusinessKey", "taskDefinitionKey", "candidateGroup")

    @app.get(ROOT + "/task")
    async def tasks(request: Request) -> list[Json]:
        return await engine.tasks({name: value for name, value in request.query_params.items() if name in filters})

    @app.get(ROOT + "/task/{id}")
    async def task(id: str) -> Json:
        return await engine.task(id)

    @app.post(ROOT + "/task/{id}/complete")
    async def complete(id: str, body: Json) -> Response:
        await engine.complete(id, body)
        return done

    @app.post(ROOT + "/external-task/fetchAndLock")
    async def fetch_and_lock(body: Json) -> list[Json]:
        return await engine.fetch_and_lock(body)

    @app.post(ROOT + "/external-task/{id}/complete")
    async def finish(id: str, body: Json) -> Response:
        await engine.finish(id, body)
        return done


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Where the paths of `engine-rest` begin, on a free port of this machine."""
    async with listening(app) as address:
        yield f"{address}{ROOT}"
