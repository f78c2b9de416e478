"""An office for tests: it can be away, refuse, or be slow to hear, and remembers what it was asked to do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from integrations.workflow import (
    Answer,
    Application,
    ApplicationUnknown,
    Draft,
    Event,
    Refused,
    ServiceDown,
    Status,
    Task,
)

REGISTERED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Office:
    """A Workflow in memory. `away` is raised by every call while it is set; `facts` are what it was handed."""

    tells = True

    def __init__(self) -> None:
        self.away: Exception | None = None
        self.applications: dict[str, Application] = {}
        self.facts: list[Mapping[str, Answer]] = []
        self.calls: list[str] = []
        self.untold: list[Event] = []
        self.refuses_to_complete = False
        self._asked = "task"
        self._numbers = count(1)

    def is_down(self, retry_after: timedelta | None = None) -> None:
        self.away = ServiceDown(retry_after)

    def refuses(self) -> None:
        self.away = Refused()

    def asks_something_else(self) -> None:
        self._asked = "other"

    def is_back(self) -> None:
        self.away = None

    def says(self, name: str, **facts: Answer) -> Event:
        """An event about the only application."""
        (application,) = self.applications.values()
        event = Event(f"{name}-{next(self._numbers)}", application.key, name, facts)
        self.untold.append(event)
        return event

    def stands(self, status: Status, *, ended: bool = False, of: Status | None = None) -> None:
        """Every application stands there, or every one that stood at `of`."""
        for application in self.applications.values():
            if of in (None, application.status):
                self.applications[application.key] = replace(application, status=status, ended=ended)

    async def submit(self, draft: Draft) -> Application:
        self._answer("submit")
        if draft.key not in self.applications:
            self.facts.append(draft.answers)
        fresh = Application(f"id-{draft.key}", draft.key, draft.service, Status.PENDING, "", REGISTERED, ended=False)
        return self.applications.setdefault(draft.key, fresh)

    async def find(self, key: str) -> Application | None:
        self._answer("find")
        return self.applications.get(key)

    async def tasks(self, id: str) -> tuple[Task, ...]:
        self._answer("tasks")
        application = self._by_id(id)
        return (Task(f"{self._asked}-{id}", id, "supply", None),) if application.status is Status.SENDBACK else ()

    async def complete(self, task: Task, answers: Mapping[str, Answer]) -> Application:
        self._answer("complete")
        if self.refuses_to_complete:
            raise Refused
        done = replace(self._by_id(task.application), status=Status.PENDING)
        self.applications[done.key] = done
        return done

    async def events(self, wait: timedelta) -> tuple[Event, ...]:
        self._answer("events")
        return tuple(self.untold)

    async def acknowledge(self, event: Event) -> None:
        self._answer("acknowledge")
        self.untold = [other for other in self.untold if other.id != event.id]

    async def withdraw(self, id: str) -> None:
        self._answer("withdraw")
        application = self._by_id(id)
        if not application.ended:
            self.applications[application.key] = replace(application, status=Status.WITHDRAWN, ended=True)

    def _answer(self, call: str) -> None:
        self.calls.append(call)
        if self.away is not None:
            raise self.away

    def _by_id(self, id: str) -> Application:
        for application in self.applications.values():
            if application.id == id:
                return application
        raise ApplicationUnknown
