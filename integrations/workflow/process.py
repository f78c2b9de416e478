"""One process in SpiffWorkflow: started, moved on, written down. Knows no database and reads no clock.

What an external task has to tell is written down beside the process, in the same state, and the process goes on; the
event stays there until it is acknowledged.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Self
from zoneinfo import ZoneInfo

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task, TaskState

from integrations.workflow import Answer, Status
from integrations.workflow.definitions import SERIALIZER, Timer
from integrations.workflow.expressions import BadExpression, Variables, holds, value
from integrations.workflow.profile import APPLICANT, OUTCOMES

_HOME = ZoneInfo("Europe/Podgorica")


@dataclass(frozen=True)
class Waiting:
    """The user task that is open: whose turn it is (`group`), since when, and until when. `name` is its BPMN id."""

    task: str
    name: str
    group: str
    since: datetime
    due: datetime | None


@dataclass(frozen=True)
class Untold:
    """An event that is not acknowledged yet, under the id of the external task it comes from."""

    task: str
    name: str
    facts: Mapping[str, Answer]
    at: datetime


@dataclass(frozen=True)
class Summary:
    """What can be read from a state without waking the process. `title` is the step it is at, in English."""

    title: str
    waiting: Waiting | None
    untold: tuple[Untold, ...]


@dataclass(frozen=True)
class _Script:
    """All that a process may ask for: the time, and whether a condition holds."""

    now: datetime

    def evaluate(self, task: Task, expression: str, external_context: object = None) -> bool:
        return holds(expression, task.data)


def summary(state: str) -> Summary:
    written = json.loads(state)
    waiting, untold = written["waiting"], written["untold"]
    return Summary(
        written["title"],
        waiting and Waiting(**{**waiting, "since": _moment(waiting["since"]), "due": _moment(waiting["due"])}),
        tuple(Untold(**{**event, "at": _moment(event["at"])}) for event in untold),
    )


class Process:
    """A process at one moment. Every act moves it on until it waits for somebody, or raises BadExpression.

    After an error it is to be thrown away; only what `dump` returned lasts.
    """

    def __init__(self, workflow: BpmnWorkflow, now: datetime, untold: tuple[Untold, ...] = ()) -> None:
        workflow.script_engine = _Script(now)
        self._workflow = workflow
        self._now = now
        self.untold = untold

    @classmethod
    def start(cls, spec: BpmnProcessSpec, variables: Variables, now: datetime) -> Self:
        process = cls(BpmnWorkflow(spec), now)
        process._workflow.task_tree.data.update(variables)
        process._move()
        return process

    @classmethod
    def restore(cls, state: str, now: datetime) -> Self:
        return cls(SERIALIZER.deserialize_json(json.loads(state)["process"]), now, summary(state).untold)

    def dump(self) -> str:
        """The process as JSON text, its definition with it: a newer file does not change what has begun."""
        waiting = self.waiting
        return json.dumps(
            {
                "title": self._title(),
                "waiting": waiting and vars(waiting),
                "untold": [vars(event) for event in self.untold],
                "process": SERIALIZER.serialize_json(self._workflow),
            },
            default=datetime.isoformat,
        )

    def complete(self, task: str, variables: Variables) -> bool:
        """Whether the task was open; one that was not changes nothing."""
        found = self._open()
        if found is None or str(found.id) != task:
            return False
        found.data.update(variables)
        found.run()
        self._move()
        return True

    def remind(self) -> None:
        """The timers that are due go off."""
        self._move()

    def acknowledge(self, task: str) -> bool:
        """Whether this task had something to tell."""
        kept = tuple(event for event in self.untold if event.task != task)
        self.untold, before = kept, self.untold
        return kept != before

    def withdraw(self) -> bool:
        """Whether it was still going on. What was not told yet needs no telling any more."""
        if self.ended:
            return False
        self._workflow.cancel()
        self.untold = ()
        return True

    @property
    def ended(self) -> bool:
        return bool(self._workflow.is_completed())

    @property
    def status(self) -> Status:
        end = self._end()
        if self.ended:
            return Status.WITHDRAWN if end is None else OUTCOMES[end.task_spec.name]
        waiting = self.waiting
        return Status.SENDBACK if waiting is not None and waiting.group == APPLICANT else Status.PENDING

    @property
    def waiting(self) -> Waiting | None:
        task = self._open()
        if task is None:
            return None
        since, due = datetime.fromisoformat(task.internal_data["since"]), _moment(task.internal_data["due"])
        return Waiting(str(task.id), task.task_spec.name, _extensions(task)["group"], since, due)

    @property
    def next_timer(self) -> datetime | None:
        timers = (task for task in self._tasks(TaskState.WAITING) if _is_timer(task))
        return min((datetime.fromisoformat(task.internal_data["due"]) for task in timers), default=None)

    def _move(self) -> None:
        self._workflow.refresh_timers()
        while ready := [task for task in self._tasks(TaskState.READY) if "group" not in _extensions(task)]:
            self._tell(ready[0])
            ready[0].run()
            self._workflow.refresh_timers()
        self._stamp()

    def _tell(self, task: Task) -> None:
        if "facts" in _extensions(task):
            found = {name: value(text, task.data) for name, text in _extensions(task)["facts"].items()}
            name = str(found.pop("event"))
            known = {name: fact for name, fact in found.items() if fact is not None}
            self.untold = (*self.untold, Untold(str(task.id), name, known, self._now))

    def _stamp(self) -> None:
        task = self._open()
        if task is not None and "since" not in task.internal_data:
            due = _last_moment(task) or self.next_timer
            task.internal_data.update(since=self._now.isoformat(), due=due and due.isoformat())

    def _open(self) -> Task | None:
        return next((task for task in self._tasks(TaskState.READY) if "group" in _extensions(task)), None)

    def _end(self) -> Task | None:
        return next((task for task in self._tasks(TaskState.COMPLETED) if task.task_spec.name in OUTCOMES), None)

    def _tasks(self, state: int) -> list[Task]:
        return list(self._workflow.get_tasks(state=state))

    def _title(self) -> str:
        task = self._open() or self._end()
        return task.task_spec.bpmn_name or task.task_spec.name if task else "Withdrawn"


def _extensions(task: Task) -> Mapping[str, Any]:
    # SpiffWorkflow's own nodes, such as joins, have none.
    return getattr(task.task_spec, "extensions", {})


def _is_timer(task: Task) -> bool:
    return isinstance(getattr(task.task_spec, "event_definition", None), Timer)


def _last_moment(task: Task) -> datetime | None:
    """The end of the day the task is due, in Montenegro: a last day is counted to its end."""
    day = value(_extensions(task)["due"] or "", task.data)
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(str(day)), time(23, 59, 59), _HOME).astimezone(UTC)
    except ValueError as error:
        raise BadExpression(f"the last day of {task.task_spec.name!r} is not a date") from error


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
