"""The office's side of an engine with `engine-rest`, and a whole office of a story on such an engine."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx

from integrations.workflow import Application
from integrations.workflow.calling import Caller
from integrations.workflow.embedded import Decision, OpenTask
from integrations.workflow.operaton import Operaton

Json = dict[str, Any]
Clock = Callable[[], datetime]
# A connection for every call: none is left to close.
LIMITS = httpx.Limits(max_keepalive_connections=0)


class EngineClock(httpx.AsyncBaseTransport):
    """A way to an engine that sets its clock before the first call, and again before a call wherever ours has moved.

    Every timer that is due by then goes off before the call arrives. No engine of an office has a path for that: the
    tests add it to theirs.
    """

    def __init__(self, url: str, clock: Clock, way: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = f"{url}/clock"
        self._clock = clock
        self._way = way or httpx.AsyncHTTPTransport(limits=LIMITS, trust_env=False)
        self._client = httpx.AsyncClient(limits=LIMITS, trust_env=False)
        self._set: datetime | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        now = self._clock()
        if now != self._set:
            answer = await self._client.put(f"{self._url}/{now.isoformat()}")
            answer.raise_for_status()
            self._set = now
        return await self._way.handle_async_request(request)


class RestOffice:
    """A clerk at the engine's own REST API, as a task list or another program would call it."""

    def __init__(self, url: str, way: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url
        self._client = httpx.AsyncClient(limits=LIMITS, transport=way, trust_env=False)

    async def decide(self, key: str, decision: Decision, reason: str, until: date | None = None) -> None:
        said = {"decision": decision.value, "reason": reason or None, "until": until and until.isoformat()}
        variables = {name: {"value": value, "type": "String" if value else "Null"} for name, value in said.items()}
        (task,) = await self._undecided(processInstanceBusinessKey=key)
        completed = await self._client.post(f"{self._url}/task/{task['id']}/complete", json={"variables": variables})
        completed.raise_for_status()

    async def waiting(self, key: str) -> int:
        return len(await self._undecided(processInstanceBusinessKey=key))

    async def open_tasks(self) -> tuple[OpenTask, ...]:
        """What waits for a decision, the application registered first at the head.

        No task list shows the legal time, which is a timer in the engine: none of these is `due` or `late`.
        """
        tasks = await self._undecided()
        pairs = [(await self._process(task), datetime.fromisoformat(task["created"])) for task in tasks]
        return tuple(
            OpenTask(process["businessKey"], process["processDefinitionKey"], since, due=None, late=False)
            for process, since in sorted(pairs, key=lambda pair: datetime.fromisoformat(pair[0]["startTime"]))
        )

    async def empty(self) -> None:
        """Nothing is left of what was before, nothing is remembered, and the engine's time passes by itself."""
        for path in ("process-instance", "history/process-instance"):
            for process in await self._get(path):
                await self._delete(f"{path}/{process['id']}")
        await self._delete("clock")

    async def _undecided(self, **wanted: str) -> list[Json]:
        tasks: list[Json] = await self._get("task", taskDefinitionKey="decide", **wanted)
        return tasks

    async def _process(self, task: Json) -> Json:
        process: Json = await self._get(f"history/process-instance/{task['processInstanceId']}")
        return process

    async def _get(self, path: str, **wanted: str) -> Any:
        found = await self._client.get(f"{self._url}/{path}", params=wanted)
        return found.raise_for_status().json()

    async def _delete(self, path: str) -> None:
        deleted = await self._client.delete(f"{self._url}/{path}")
        deleted.raise_for_status()


class OperatonOffice(Operaton):
    """A town that runs Operaton: the citizen's side by our driver, the office's side by the REST API of the engine."""

    def __init__(self, url: str, definitions: Mapping[str, Path], clock: Clock, way: httpx.AsyncBaseTransport) -> None:
        super().__init__(Caller(url, clock, transport=way), definitions)
        self._clerk = RestOffice(url, way)

    async def open_tasks(self) -> tuple[OpenTask, ...]:
        return await self._clerk.open_tasks()

    async def decide(self, key: str, decision: Decision, reason: str, until: date | None) -> Application:
        await self._clerk.decide(key, decision, reason, until)
        decided = await self.find(key)
        assert decided is not None
        return decided
