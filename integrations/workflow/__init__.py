"""A citizen's application at an office: the contract every workflow system is spoken to through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

Answer = str | int | bool


class Status(StrEnum):
    """Where an application stands, in the words of GovStack Registration."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    SENDBACK = "SENDBACK"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True)
class Draft:
    """What is handed in. `key` is made once, before the first call; `answers` are short and never personal."""

    key: str
    service: str
    applicant: str
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Application:
    """`words` are the office's own to the applicant, about where it stands."""

    id: str
    key: str
    service: str
    status: Status
    title: str
    registered: datetime
    ended: bool
    words: str | None = None


@dataclass(frozen=True)
class Task:
    """Something the applicant is asked to do."""

    id: str
    application: str
    name: str
    due: datetime | None


@dataclass(frozen=True)
class Event:
    """What the office wants told to the applicant. `id` stays the same until acknowledged."""

    id: str
    key: str
    name: str
    facts: Mapping[str, Answer] = field(default_factory=dict)


class Workflow(Protocol):
    tells: bool
    """Its news comes by `events`; otherwise whoever waits for a decision asks for it by `find`."""

    async def submit(self, draft: Draft) -> Application:
        """The application as the office has it; the same key twice is one application."""
        ...

    async def find(self, key: str) -> Application | None:
        """The application under this key, ended ones too."""
        ...

    async def tasks(self, id: str) -> tuple[Task, ...]:
        """What the applicant has to do; empty while the office is at work."""
        ...

    async def complete(self, task: Task, answers: Mapping[str, Answer]) -> Application:
        """The application after the task; a task already done is not an error."""
        ...

    async def events(self, wait: timedelta) -> tuple[Event, ...]:
        """What is to be told, oldest first; waits at most `wait` for the first one."""
        ...

    async def acknowledge(self, event: Event) -> None:
        """The event is told and will not come again; twice is not an error."""
        ...

    async def withdraw(self, id: str) -> None:
        """The application ends at the citizen's wish; one that has ended already stays as it is.

        Raises Refused where the office's system knows no withdrawal.
        """
        ...


class WorkflowError(Exception):
    """The office's system did not do what was asked."""


class ServiceDown(WorkflowError):
    """The office's system did not answer; the same call may go through later."""

    def __init__(self, retry_after: timedelta | None = None) -> None:
        super().__init__()
        self.retry_after = retry_after


class Refused(WorkflowError):
    """The office's system refused the call, and would refuse it again."""


class ApplicationUnknown(WorkflowError):
    """The office's system has no such application."""
