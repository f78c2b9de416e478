"""The calls of `engine-rest` that we make, as Operaton, CIB seven and Camunda 7 answer them alike.

Whatever is not as it should be is raised: ServiceDown for what may pass by itself, Refused with the engine's own words
for the rest. Which call may be made again, and why, stands beside each.
"""

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from integrations.workflow import Answer, ApplicationUnknown, Refused, ServiceDown, WorkflowError
from integrations.workflow.calling import LONGEST_WORDS, Caller, not_understood, understood

# One name for all of us: whoever acknowledges need not be the process that was told.
WORKER: Final = "komshi"
MOST_AT_ONCE: Final = 50
# Camunda 7 keeps text in a column of this width.
_LONGEST_TEXT = 4000
_LARGEST_NUMBER = 2**63 - 1
_OPTIMISTIC_LOCK = 1


class _Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Instance(_Shape):
    """A process from its start until the engine forgets it; `state` is a word such as ACTIVE or COMPLETED."""

    id: str
    business_key: str | None
    process_definition_key: str
    start_time: AwareDatetime
    end_time: AwareDatetime | None
    state: str


class Activity(_Shape):
    """A visit to a node of the process; `end_time` is None while the process is there."""

    activity_id: str
    end_time: AwareDatetime | None
    canceled: bool


class UserTask(_Shape):
    """`due` is a moment with the offset of the engine's own time."""

    id: str
    task_definition_key: str
    process_instance_id: str
    due: AwareDatetime | None


class Variable(_Shape):
    value: JsonValue = None


class ExternalTask(_Shape):
    """Something to be told, locked for us. `variables` are its own inputs, not those of the process."""

    id: str
    business_key: str | None = None
    create_time: AwareDatetime | None = None
    variables: Mapping[str, Variable]

    def facts(self) -> dict[str, Answer]:
        """The short values among the inputs, text in NFC."""
        values = {name: variable.value for name, variable in self.variables.items()}
        return {name: _composed(value) for name, value in values.items() if isinstance(value, str | int)}


class _Made(_Shape):
    id: str


class _Problem(_Shape):
    message: str | None = None
    code: float | None = None


_INSTANCE = TypeAdapter(Instance)
_INSTANCES = TypeAdapter(list[Instance])
_ACTIVITIES = TypeAdapter(list[Activity])
_USER_TASKS = TypeAdapter(list[UserTask])
_EXTERNAL_TASKS = TypeAdapter(list[ExternalTask])
_MADE = TypeAdapter(_Made)


class EngineRest:
    """One engine. `caller` calls the address its paths begin at, which often ends in `/engine-rest`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def deploy(self, name: str, definition: bytes) -> None:
        """Again at any time: the engine keeps no second copy of a file it has under this name."""
        form = {"deployment-name": name, "enable-duplicate-filtering": "true", "deploy-changed-only": "true"}
        files = {"data": (f"{name}.bpmn", definition, "application/xml")}
        response = await self._caller.call("POST", "deployment", "create", form=form, files=files)
        _expect(response, httpx.codes.OK, "deploy")
        understood(_MADE, response)

    async def start(self, process: str, key: str, variables: Mapping[str, Answer]) -> str:
        """The id of a new process. Never again without a look at `instances`: the engine takes a key twice."""
        body = {"businessKey": key, "variables": typed(variables)}
        response = await self._caller.call("POST", "process-definition", "key", process, "start", body=body)
        _expect(response, httpx.codes.OK, "start")
        return understood(_MADE, response).id

    async def instances(self, key: str) -> list[Instance]:
        """Every process under this key, ended ones too. Again at any time."""
        query = {"processInstanceBusinessKey": key}
        response = await self._caller.call("GET", "history", "process-instance", query=query)
        _expect(response, httpx.codes.OK, "find")
        # An engine passes over what it does not know in a question, and would answer with everybody's.
        return [instance for instance in understood(_INSTANCES, response) if instance.business_key == key]

    async def instance(self, id: str) -> Instance:
        """Ended or not; raises ApplicationUnknown. Again at any time."""
        response = await self._caller.call("GET", "history", "process-instance", id)
        if response.status_code == httpx.codes.NOT_FOUND:
            raise ApplicationUnknown
        _expect(response, httpx.codes.OK, "find")
        return understood(_INSTANCE, response)

    async def activities(self, id: str) -> list[Activity]:
        """Every visit of this process to a node. Again at any time."""
        query = {"processInstanceId": id}
        response = await self._caller.call("GET", "history", "activity-instance", query=query)
        _expect(response, httpx.codes.OK, "find")
        return understood(_ACTIVITIES, response)

    async def user_tasks(self, id: str, group: str) -> list[UserTask]:
        """What this group has to do in this process, taken up by somebody or not. Again at any time."""
        query = {"processInstanceId": id, "candidateGroup": group, "includeAssignedTasks": "true"}
        response = await self._caller.call("GET", "task", query=query)
        _expect(response, httpx.codes.OK, "tasks")
        return [task for task in understood(_USER_TASKS, response) if task.process_instance_id == id]

    async def complete(self, task: str, variables: Mapping[str, Answer]) -> None:
        """Again at any time: the engine fails with 500 on a task that is gone, and gone is what it should be."""
        response = await self._caller.call("POST", "task", task, "complete", body={"variables": typed(variables)})
        if response.is_error:
            looked = await self._caller.call("GET", "task", task)
            if looked.status_code == httpx.codes.NOT_FOUND:
                return
        _expect(response, httpx.codes.NO_CONTENT, "complete")

    async def delete(self, id: str) -> None:
        """Again at any time: the engine fails on one that ends meanwhile, and ended is what it should be."""
        response = await self._caller.call("DELETE", "process-instance", id)
        if response.is_error and (await self.instance(id)).end_time is not None:
            return
        _expect(response, httpx.codes.NO_CONTENT, "delete")

    async def fetch_and_lock(
        self, topic: str, processes: list[str], lock: timedelta, wait: timedelta
    ) -> list[ExternalTask]:
        """What is to be done on this topic, oldest first, waiting at most `wait` for the first.

        Again at any time: what was locked and did not arrive comes again when its `lock` is over.
        """
        what = {
            "topicName": topic,
            "lockDuration": _milliseconds(lock),
            "localVariables": True,
            "processDefinitionKeyIn": processes,
        }
        body = {
            "workerId": WORKER,
            "maxTasks": MOST_AT_ONCE,
            "usePriority": False,
            "sorting": [{"sortBy": "createTime", "sortOrder": "asc"}],
            "asyncResponseTimeout": _milliseconds(wait),
            "topics": [what],
        }
        response = await self._caller.call("POST", "external-task", "fetchAndLock", body=body, wait=wait)
        _expect(response, httpx.codes.OK, "fetch")
        return understood(_EXTERNAL_TASKS, response)

    async def finish(self, external_task: str) -> None:
        """Again at any time: one that is gone is done.

        One that another worker has locked is down for now: it comes to one of us again, to be finished then.
        """
        body = {"workerId": WORKER}
        response = await self._caller.call("POST", "external-task", external_task, "complete", body=body)
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise ServiceDown
        if response.status_code != httpx.codes.NOT_FOUND:
            _expect(response, httpx.codes.NO_CONTENT, "finish")


def typed(answers: Mapping[str, Answer | None]) -> dict[str, dict[str, Answer | str | None]]:
    """Values with the names of their types in the engine; raises Refused for one it would not keep."""
    return {name: {"type": _type(name, answer), "value": answer} for name, answer in answers.items()}


def _type(name: str, answer: Answer | None) -> str:
    match answer:
        case None:
            return "Null"
        case bool():
            return "Boolean"
        case int() if abs(answer) <= _LARGEST_NUMBER:
            return "Long"
        case str() if len(answer) <= _LONGEST_TEXT:
            return "String"
    raise Refused(f"{name!r} is too long")


def _composed(value: Answer) -> Answer:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _milliseconds(time: timedelta) -> int:
    return int(time / timedelta(milliseconds=1))


def _expect(response: httpx.Response, status: int, act: str) -> None:
    if response.is_error:
        raise _refusal(response, act)
    if response.status_code != status:
        raise not_understood()


def _refusal(response: httpx.Response, act: str) -> WorkflowError:
    try:
        problem = _Problem.model_validate_json(response.content)
    except ValidationError:
        problem = _Problem()
    # Two changed one process at once, and the other was first: the same call goes through now.
    if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR and problem.code == _OPTIMISTIC_LOCK:
        return ServiceDown()
    return Refused(f"{act}: {response.status_code} {(problem.message or '')[:LONGEST_WORDS]}".strip())
