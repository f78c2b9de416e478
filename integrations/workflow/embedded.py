"""The workflow engine in process, for a town without one of its own: the citizen's side and the office's side.

Every change loads an instance, acts on it, and saves it under its version; whoever comes second loads again. So a
process killed anywhere has either done the whole act or none of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

import structlog

from integrations.workflow import (
    Answer,
    Application,
    ApplicationUnknown,
    Draft,
    Event,
    Refused,
    ServiceDown,
    Task,
    WorkflowError,
)
from integrations.workflow.definitions import load
from integrations.workflow.expressions import BadExpression, Variables, is_name
from integrations.workflow.instances import Instance, Instances
from integrations.workflow.process import Process, summary
from integrations.workflow.profile import APPLICANT, OFFICE

_log = structlog.get_logger(__name__)
_TRIES = 8
_AT_ONCE = 100
# Camunda 7 keeps text in a column of this width.
_LONGEST = 4000


class Decision(StrEnum):
    """What an office can decide, in the words of the process definitions."""

    APPROVE = "approve"
    REFUSE = "refuse"
    RETURN = "return"


class NotWaiting(WorkflowError):
    """The application does not wait for the office: it is decided, withdrawn, or with the applicant."""


@dataclass(frozen=True)
class OpenTask:
    """An application that waits for the office. `due` is when the legal time to decide ends; `late`: it has ended."""

    key: str
    service: str
    since: datetime
    due: datetime | None
    late: bool


class Embedded:
    """The Workflow of SpiffWorkflow, with the office's `open_tasks` and `decide`."""

    tells = True

    def __init__(
        self,
        instances: Instances,
        definitions: Mapping[str, Path],
        clock: Callable[[], datetime],
        poll: timedelta,
    ) -> None:
        """`definitions` are BPMN files by process id, the name of the service; `poll` is longer than nothing.

        Raises NotPortable where a definition leaves the portable profile.
        """
        self._instances = instances
        self._specs = {id: load(path, id) for id, path in definitions.items()}
        self._clock = clock
        self._poll = poll

    async def submit(self, draft: Draft) -> Application:
        """See Workflow. `answers` hold the variables the process asks for from the start, such as its legal time."""
        known = await self._instances.by_key(draft.key)
        if known is not None:
            return _application(known)
        spec = self._specs.get(draft.service)
        if spec is None:
            raise Refused(f"there is no process {draft.service!r}")
        with _refusing():
            process = Process.start(spec, _variables(draft.answers), self._clock())
        blank = Instance(uuid4().hex, draft.key, draft.service, process.status, False, self._clock(), "", version=0)
        if await self._instances.insert(instance := _written(blank, process)):
            return _application(instance)
        return _application(_present(await self._instances.by_key(draft.key)))

    async def find(self, key: str) -> Application | None:
        instance = await self._instances.by_key(key)
        return None if instance is None else _application(instance)

    async def tasks(self, id: str) -> tuple[Task, ...]:
        instance = _present(await self._instances.by_id(id))
        waiting = summary(instance.state).waiting
        if waiting is None or waiting.group != APPLICANT:
            return ()
        return (Task(f"{id}:{waiting.task}", id, waiting.name, waiting.due),)

    async def complete(self, task: Task, answers: Mapping[str, Answer]) -> Application:
        variables = _variables(answers)
        instance = await self._change(
            lambda: self._instances.by_id(task.application),
            lambda process: _turn(process) == APPLICANT and process.complete(_inner(task.id), variables),
        )
        return _application(instance)

    async def events(self, wait: timedelta) -> tuple[Event, ...]:
        left = wait
        while True:
            await self.tick()
            found = await self._untold()
            if found or left <= timedelta(0):
                return found
            await asyncio.sleep(min(self._poll, left).total_seconds())
            left -= self._poll

    async def acknowledge(self, event: Event) -> None:
        # The application may have been erased since: then there is nothing left to come again.
        with suppress(ApplicationUnknown):
            await self._change(
                lambda: self._instances.by_id(_outer(event.id)),
                lambda process: process.acknowledge(_inner(event.id)),
            )

    async def withdraw(self, id: str) -> None:
        await self._change(lambda: self._instances.by_id(id), Process.withdraw)

    async def open_tasks(self) -> tuple[OpenTask, ...]:
        """What waits for the office, the application registered first at the head."""
        now = self._clock()
        return tuple(
            OpenTask(instance.key, instance.service, task.since, task.due, task.due is not None and task.due <= now)
            for instance in await self._instances.open_for(OFFICE)
            if (task := summary(instance.state).waiting) is not None
        )

    async def decide(self, key: str, decision: Decision, reason: str, until: date | None = None) -> Application:
        """The application as decided; raises NotWaiting, and ApplicationUnknown.

        `reason` and `until`, the last day for what the applicant has to do, are told to the applicant.
        """
        last_day = None if until is None else until.isoformat()
        variables = _variables({"decision": decision.value, "reason": reason or None, "until": last_day})
        instance = await self._change(
            lambda: self._instances.by_key(key),
            lambda process: _decide(process, variables),
        )
        return _application(instance)

    async def tick(self) -> int:
        """How many applications had a timer go off. One that fails is logged and left alone for an hour."""
        now = self._clock()
        instances = await self._instances.due(now, _AT_ONCE)
        return sum([await self._remind(instance, now) for instance in instances])

    async def _remind(self, instance: Instance, now: datetime) -> bool:
        try:
            process = Process.restore(instance.state, now)
            process.remind()
            changed = _written(instance, process)
        except Exception as error:
            _log.error("timer_failed", instance=instance.id, service=instance.service, error=repr(error))
            changed = replace(instance, version=instance.version + 1, next_timer=now + timedelta(hours=1))
            await self._instances.save(changed, instance.version)
            return False
        return await self._instances.save(changed, instance.version)

    async def _untold(self) -> tuple[Event, ...]:
        instances = await self._instances.waiting_to_tell(_AT_ONCE)
        untold = [(event, instance) for instance in instances for event in summary(instance.state).untold]
        return tuple(
            Event(f"{instance.id}:{event.task}", instance.key, event.name, event.facts)
            for event, instance in sorted(untold, key=lambda pair: pair[0].at)
        )

    async def _change(self, find: Callable[[], Awaitable[Instance | None]], act: Callable[[Process], bool]) -> Instance:
        """The instance after the act, or as it is where the act had nothing to do."""
        for _ in range(_TRIES):
            instance = _present(await find())
            process = Process.restore(instance.state, self._clock())
            with _refusing():
                if not act(process):
                    return instance
            changed = _written(instance, process)
            if await self._instances.save(changed, instance.version):
                return changed
        raise ServiceDown(self._poll)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except BadExpression as error:
        raise Refused(str(error)) from error


def _decide(process: Process, variables: Variables) -> bool:
    waiting = process.waiting
    if waiting is None or waiting.group != OFFICE:
        raise NotWaiting
    return process.complete(waiting.task, variables)


def _turn(process: Process) -> str | None:
    return None if process.waiting is None else process.waiting.group


def _variables(answers: Variables) -> Variables:
    for name, answer in answers.items():
        if not is_name(name):
            raise Refused(f"{name!r} cannot be the name of a variable")
        if isinstance(answer, str) and len(answer) > _LONGEST:
            raise Refused(f"{name!r} is longer than {_LONGEST} characters")
    return answers


def _written(instance: Instance, process: Process) -> Instance:
    return replace(
        instance,
        status=process.status,
        ended=process.ended,
        state=process.dump(),
        version=instance.version + 1,
        waits_for=_turn(process),
        next_timer=process.next_timer,
        untold_since=min((event.at for event in process.untold), default=None),
    )


def _present(instance: Instance | None) -> Instance:
    if instance is None:
        raise ApplicationUnknown
    return instance


def _application(instance: Instance) -> Application:
    title = summary(instance.state).title
    return Application(
        instance.id, instance.key, instance.service, instance.status, title, instance.registered, instance.ended
    )


def _outer(id: str) -> str:
    return id.partition(":")[0]


def _inner(id: str) -> str:
    return id.partition(":")[2]
