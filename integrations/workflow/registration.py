"""An office with the Registration building block of GovStack, API 0.1.1: services, e-forms, applications, tasks.

The API has no key for an application, no news, and no withdrawal. What stands in for the first is at `submit`; the
second is left to whoever asks again by `find`; the third is refused.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated
from unicodedata import normalize

import httpx
import structlog
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from integrations.workflow import Answer, Application, ApplicationUnknown, Draft, Event, Refused, Status, Task
from integrations.workflow.calling import LONGEST_WORDS, Caller, not_understood, understood

_log = structlog.get_logger(__name__)

APPLICANT = "applicant"
CLIENT_HEADER = "Information-Mediator-Client"
_WORDS = (Status.PENDING, Status.APPROVED, Status.SENDBACK, Status.REJECTED)
_NEVER = datetime.max.replace(tzinfo=UTC)

Id = Annotated[str, Field(min_length=1)]
Words = Annotated[str, AfterValidator(partial(normalize, "NFC"))]


@dataclass(frozen=True)
class Terms:
    """How one office is spoken to.

    `client` is who we are there, INSTANCE/CLASS/MEMBER/SUBSYSTEM, in a header whose name offices do not agree on.
    `strict` sends each form value as {"value": …}: the published file admits nothing else, the products in use take
    bare values. `applicant` is the role, by id or by name, whose tasks are the citizen's. `names` are the office's
    names of our services, where they differ.
    """

    client: str
    client_header: str = CLIENT_HEADER
    strict: bool = False
    applicant: str = APPLICANT
    names: Mapping[str, str] = field(default_factory=dict)


# What we read of the answers. The file requires next to nothing, so whatever we can do without may be missing.


class _Service(BaseModel):
    id: Id
    name: str
    version: str = ""
    isExecutable: bool | None = None


class _EForm(BaseModel):
    eFormId: Id
    version: str | None = None
    latest: bool | None = None


class _Standing(BaseModel):
    code: str | None = None
    title: Words | None = None


class _Entry(BaseModel):
    """An application in a list."""

    fileId: Id
    applicantId: str | None = None
    registered: AwareDatetime | None = None


class _File(BaseModel):
    """An application by itself."""

    fileId: Id
    applicantId: str
    serviceName: str | None = None
    registered: AwareDatetime | None = None
    status: _Standing | None = None
    ended: bool | None = None


class _OpenTask(BaseModel):
    taskId: Id
    name: str | None = None
    description: Words | None = None
    fileId: str | None = None
    roleId: str | None = None
    # Not in the file for a task, but in it for an application.
    roleName: str | None = None


class _SystemError(BaseModel):
    code: str | None = None
    message: str | None = None
    traceId: str | None = None


_SERVICES = TypeAdapter(list[_Service])
_FORMS = TypeAdapter(list[_EForm])
_ENTRIES = TypeAdapter(list[_Entry])
_FILE = TypeAdapter(_File)
_TASKS = TypeAdapter(list[_OpenTask])
_SYSTEM_ERROR = TypeAdapter(_SystemError)


@dataclass(frozen=True)
class _Desk:
    """Where applications for a service go: its id at the office, and its newest e-form if it has one."""

    service: str
    form: str | None


class Registration:
    """The Workflow of an office with GovStack Registration. Every call takes the time-out of `office` at most.

    `clock` tells when an application was registered where the office does not say.
    """

    # No news comes by `events`: whoever waits for a decision asks for it by `find`.
    tells = False

    def __init__(self, office: Caller, terms: Terms, clock: Callable[[], datetime]) -> None:
        self._office = office
        self._terms = terms
        self._clock = clock
        self._stems = {name: stem for stem, name in terms.names.items()}
        self._desks: dict[str, _Desk] = {}
        self._submitting = asyncio.Lock()

    async def submit(self, draft: Draft) -> Application:
        """See Workflow.

        `draft.key` goes as `applicantId`: a pseudonym for this application alone, and the only field by which the API
        lets one be looked up. So it stands in for the key that the API does not have.

        Retry: at any time, because it is looked for before it is handed in, the first time too. Two processes that
        hand it in at the same moment can still make two of it. Both then have the one that was registered first, and
        so has `find`; the other is logged for the office to close.
        """
        async with self._submitting:
            known = await self.find(draft.key)
            return await self._hand_in(draft) if known is None else known

    async def find(self, key: str) -> Application | None:
        """See Workflow. `words` are those of the applicant's task, or else the title of the status.

        Retry: at any time, it only reads.
        """
        response = await self._call("GET", "applications", query={"applicantId": key})
        # An office that filters nothing must not hand us the application of somebody else.
        entries = [entry for entry in understood(_ENTRIES, _good(response)) if entry.applicantId in (None, key)]
        if not entries:
            return None
        first = min(entries, key=lambda entry: (entry.registered or _NEVER, entry.fileId))
        if len(entries) > 1:
            _log.error("the office has an application more than once", first=first.fileId, of=len(entries))
        file = await self._file(first.fileId)
        if file.applicantId != key:
            _log.error("the office gave an application of somebody else", application=first.fileId)
            raise not_understood()
        return await self._with_words(self._application(file))

    async def tasks(self, id: str) -> tuple[Task, ...]:
        """See Workflow. The API knows no last day for a task. Retry: at any time, it only reads."""
        if self._application(await self._file(id)).status is not Status.SENDBACK:
            return ()
        return tuple(Task(task.taskId, id, task.name or task.taskId, None) for task in await self._open_tasks(id))

    async def complete(self, task: Task, answers: Mapping[str, Answer]) -> Application:
        """See Workflow. Retry: at any time, because a task that is gone was done, by an earlier try or elsewhere."""
        body = {"data": self._values(answers)}
        response = await self._call("POST", "tasks", task.id, "complete", body=body)
        if response.status_code not in (httpx.codes.NOT_FOUND, httpx.codes.INTERNAL_SERVER_ERROR):
            _good(response)
        elif not await self._is_gone(task.id):
            raise _refusal(response)
        return self._application(await self._file(task.application))

    async def events(self, wait: timedelta) -> tuple[Event, ...]:
        """Nothing, when the wait is over: the API tells nothing by itself."""
        await asyncio.sleep(wait.total_seconds())
        return ()

    async def acknowledge(self, event: Event) -> None:
        """Nothing is left to do: no event comes from here."""

    async def withdraw(self, id: str) -> None:
        """Raises Refused unless it has ended: the API has no withdrawal, the applicant has to tell the office."""
        if not self._application(await self._file(id)).ended:
            raise Refused("an application cannot be withdrawn through the API of this office")

    async def _hand_in(self, draft: Draft) -> Application:
        desk = await self._desk(draft.service)
        form = {"data": self._values(draft.answers)} | ({"eFormId": desk.form} if desk.form else {})
        body = {"applicantId": draft.key, "formData": form}
        response = await self._call("POST", "services", desk.service, "applications", body=body)
        if response.status_code == httpx.codes.NOT_FOUND:
            # It may have a new id: the next try looks it up.
            del self._desks[draft.service]
        taken = understood(_FILE, _good(response))
        found = await self.find(draft.key)
        if found is None:
            _log.error("the office does not find an application by its applicant", application=taken.fileId)
            found = self._application(taken.model_copy(update={"applicantId": draft.key}))
        return found

    async def _desk(self, stem: str) -> _Desk:
        """Looked up once and kept, until the office no longer knows the service by this id."""
        if stem not in self._desks:
            service = await self._service(self._terms.names.get(stem, stem))
            self._desks[stem] = _Desk(service, await self._form(service))
        return self._desks[stem]

    async def _service(self, name: str) -> str:
        response = await self._call("GET", "services", query={"name": name})
        services = understood(_SERVICES, _good(response))
        # The file does not say how the name is compared.
        named = [service for service in services if service.name == name and service.isExecutable is not False]
        if not named:
            raise Refused(f"the office has no service {name!r}")
        return max(named, key=lambda service: _numbers(service.version)).id

    async def _form(self, service: str) -> str | None:
        response = await self._call("GET", "services", service, "eForms")
        forms = understood(_FORMS, _good(response))
        newest = max(forms, key=lambda form: (bool(form.latest), _numbers(form.version or "")), default=None)
        return None if newest is None else newest.eFormId

    async def _file(self, id: str) -> _File:
        response = await self._call("GET", "applications", id)
        if response.status_code == httpx.codes.NOT_FOUND:
            raise ApplicationUnknown
        file = understood(_FILE, _good(response))
        if file.fileId != id:
            raise not_understood()
        return file

    async def _open_tasks(self, id: str) -> list[_OpenTask]:
        """Those for the applicant."""
        response = await self._call("GET", "tasks", query={"fileId": id})
        tasks = understood(_TASKS, _good(response))
        mine = [task for task in tasks if self._terms.applicant in (task.roleId, task.roleName)]
        return [task for task in mine if task.fileId in (None, id)]

    async def _with_words(self, application: Application) -> Application:
        """What the applicant has to do says more than that something is to be done."""
        if application.status is not Status.SENDBACK:
            return application
        said = [task.description for task in await self._open_tasks(application.id) if task.description]
        return replace(application, words="\n".join(said) or application.words)

    async def _is_gone(self, task: str) -> bool:
        response = await self._call("GET", "tasks", task)
        return response.status_code == httpx.codes.NOT_FOUND

    async def _call(
        self, method: str, *path: str, query: Mapping[str, str] | None = None, body: object = None
    ) -> httpx.Response:
        client = {self._terms.client_header: self._terms.client}
        return await self._office.call(method, *path, query=query, body=body, headers=client)

    def _values(self, answers: Mapping[str, Answer]) -> dict[str, object]:
        return {name: {"value": answer} if self._terms.strict else answer for name, answer in answers.items()}

    def _application(self, file: _File) -> Application:
        standing = file.status or _Standing()
        status = _status(file.fileId, standing.code)
        name, title = file.serviceName or "", standing.title or ""
        return Application(
            id=file.fileId,
            key=file.applicantId,
            service=self._stems.get(name, name),
            status=status,
            title=title,
            registered=file.registered or self._clock(),
            ended=status in (Status.APPROVED, Status.REJECTED) if file.ended is None else file.ended,
            words=None if status is Status.PENDING else title or None,
        )


def _status(id: str, code: str | None) -> Status:
    """A word we do not know leaves the citizen waiting, and the operator reads of it."""
    if code not in _WORDS:
        _log.error("the office has a status we do not know", application=id)
        return Status.PENDING
    return Status(code)


def _numbers(version: str) -> tuple[int, ...]:
    """For comparing: 1.10 is newer than 1.9."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _good(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise _refusal(response)
    return response


def _refusal(response: httpx.Response) -> Refused:
    """In the office's words, if it has any. They are for the operator and go into no log."""
    try:
        said = _SYSTEM_ERROR.validate_json(response.content)
    except ValidationError:
        said = _SystemError()
    words = [str(response.status_code), said.code, said.traceId, said.message]
    return Refused(" ".join(word for word in words if word)[:LONGEST_WORDS])
