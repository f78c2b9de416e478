"""An office with GovStack Registration for tests: the routes of the published file and no others, over real HTTP.

It refuses what the file does not allow, naming the rule, and keeps applications and tasks in memory. It can break in
many ways.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.loopback import listening
from tests.integrations.openapi import Specification, published

SERVICES = "GET /services"
FORMS = "GET /services/{serviceId}/eForms"
SUBMIT = "POST /services/{serviceId}/applications"
FILES = "GET /applications"
FILE = "GET /applications/{fileId}"
TASKS = "GET /tasks"
TASK = "GET /tasks/{taskId}"
COMPLETE = "POST /tasks/{taskId}/complete"

SERVICE_ID = "f7d33db0-2809-484e-a780-76b7ccd4ecbf"
NEW_FORM = "form-10"
REGISTERED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
APPLICANT = "applicant"
CLERK = "registrar"
ITSELF = "http://office"

Json = dict[str, Any]
Act = Callable[[Request, bytes], Response]


@dataclass(frozen=True)
class Fault:
    """What is answered instead; `acts` does first what was asked for."""

    answer: Response
    acts: bool


class RegistrationOffice:
    """Offers one service, `newborn_aid`.

    `heard` are the requests in order, `asked` how often for what, `refused` the rules of the file that were broken.
    By the book it takes form values only as objects; with `takes_scalars` it does as the products do. Without
    `filters` it lists every application whatever is asked.
    """

    def __init__(self) -> None:
        self.url = ""
        self.takes_scalars = False
        self.filters = True
        self.heard: list[Request] = []
        self.asked: Counter[str] = Counter()
        self.refused: list[str] = []
        self.services: list[Json] = [_service(SERVICE_ID, "newborn_aid", version="1")]
        self.forms = [_form("form-9", "9"), _form(NEW_FORM, "10", latest=True), _form("form-8", "8")]
        self.files: dict[str, Json] = {}
        self.tasks: dict[str, Json] = {}
        self._numbers = count(1)
        self._faults: dict[str, Fault] = {}
        self._barriers: dict[str, tuple[asyncio.Barrier, Iterator[int]]] = {}
        specification = registration_file()
        self._contract = OpenAPI.from_dict({**specification, "servers": [{"url": ITSELF}]})
        self.app = Starlette(routes=[self._route(*words) for words in _operations(specification)])

    # What a test may do to it.

    def answers(
        self,
        operation: str,
        status: int,
        content: str = "",
        media_type: str = "application/json",
        headers: dict[str, str] | None = None,
        *,
        acts: bool = False,
    ) -> None:
        """Whenever this is asked, this is the answer."""
        self._faults[operation] = Fault(Response(content, status, headers, media_type), acts)

    def is_well_again(self) -> None:
        self._faults.clear()

    def lets_two_meet(self, operation: str) -> None:
        """The next two who ask this are both answered before either goes on."""
        self._barriers[operation] = (asyncio.Barrier(2), iter(range(2)))

    def stands(self, key: str, code: str, title: str = "", *, wanted: str = "", ended: bool = False) -> None:
        """Every application under this key stands there. Sent back, its applicant has a task and the clerk none."""
        for file in self.files.values():
            if file["applicantId"] == key:
                file.update(status={"code": code, "title": title}, ended=ended)
                self._close_tasks(file["fileId"])
                self._open_task(file, *(("supply", APPLICANT, wanted) if code == "SENDBACK" else ("decide", CLERK)))

    def register(self, service: Json, submitted: Json) -> Json:
        """The application as it is filed, for the clerk to decide."""
        number = next(self._numbers)
        file = {
            "fileId": f"file-{number}",
            "applicantId": submitted["applicantId"],
            "registered": (REGISTERED + timedelta(minutes=number)).isoformat(),
            "serviceId": service["id"],
            "serviceName": service["name"],
            "status": {"code": "PENDING", "title": "Pending"},
            "ended": False,
            "applicationData": submitted,
        }
        self.files[file["fileId"]] = file
        self._open_task(file, "decide", CLERK)
        return file

    # The operations of the file.

    def _acts(self) -> dict[str, Act]:
        return {
            SERVICES: self._list_services,
            "GET /services/{serviceId}": lambda request, _: _found(self._service(request)),
            FORMS: lambda request, _: JSONResponse(self.forms if self._service(request) else []),
            "GET /eForms/{eFormId}": self._show_form,
            SUBMIT: self._take,
            "POST /documents": lambda request, _: JSONResponse({"code": 0, "url": f"{ITSELF}/documents/1"}),
            FILES: self._list_files,
            FILE: lambda request, _: _found(self.files.get(request.path_params["fileId"])),
            "PUT /applications/{fileId}": self._change,
            TASKS: self._list_tasks,
            TASK: self._show_task,
            COMPLETE: self._complete,
        }

    def _list_services(self, request: Request, body: bytes) -> Response:
        # By a part of the name, as a database's LIKE would.
        return JSONResponse([each for each in self.services if request.query_params.get("name", "") in each["name"]])

    def _show_form(self, request: Request, body: bytes) -> Response:
        forms = {form["eFormId"]: {**form, "schema": {}} for form in self.forms}
        return _found(forms.get(request.path_params["eFormId"]))

    def _take(self, request: Request, body: bytes) -> Response:
        service = self._service(request)
        return Response(status_code=404) if service is None else JSONResponse(self.register(service, json.loads(body)))

    def _list_files(self, request: Request, body: bytes) -> Response:
        wanted = request.query_params.get("applicantId") if self.filters else None
        shown = ("fileId", "applicantId", "status", "registered", "serviceId", "serviceName")
        # The newest first: whoever needs the oldest has to look.
        files = [file for file in reversed(self.files.values()) if wanted in (None, file["applicantId"])]
        return JSONResponse([{name: file[name] for name in shown} for file in files])

    def _change(self, request: Request, body: bytes) -> Response:
        file = self.files.get(request.path_params["fileId"])
        if file is not None:
            file["applicationData"] = json.loads(body)
        return _found(file)

    def _list_tasks(self, request: Request, body: bytes) -> Response:
        wanted = request.query_params.get("fileId") if self.filters else None
        return JSONResponse([task for task in self.tasks.values() if wanted in (None, task["fileId"])])

    def _show_task(self, request: Request, body: bytes) -> Response:
        task = self.tasks.get(request.path_params["taskId"])
        return _found(task and {**task, "taskName": task["name"], "formVariables": {}, "data": {}})

    def _complete(self, request: Request, body: bytes) -> Response:
        task = self.tasks.get(request.path_params["taskId"])
        if task is None:
            return Response(status_code=404)
        file = self.files[task["fileId"]]
        self.stands(file["applicantId"], "PENDING", "Pending")
        return JSONResponse({name: task[name] for name in ("taskId", "fileId", "serviceId")} | {"variables": {}})

    # How a request goes through.

    def _route(self, operation: str, method: str, path: str) -> Route:
        act = self._acts()[operation]

        async def endpoint(request: Request) -> Response:
            body = await request.body()
            self.heard.append(request)
            self.asked[operation] += 1
            broken = self._broken_rules(request, body)
            if broken:
                self.refused += broken
                return JSONResponse({"traceId": "trace-1", "code": "VALIDATION", "message": broken[0]}, 400)
            fault = self._faults.get(operation)
            answer = act(request, body) if fault is None or fault.acts else fault.answer
            await self._meet(operation)
            return answer if fault is None else fault.answer

        return Route(path, endpoint, methods=[method])

    def _broken_rules(self, request: Request, body: bytes) -> list[str]:
        sent = MockRequest(
            ITSELF,
            request.method,
            request.url.path.removeprefix(request.scope["root_path"]),
            # openapi-core refuses an empty text, which the file allows.
            args={name: value for name, value in request.query_params.items() if value},
            headers=dict(request.headers),
            data=body,
            content_type=request.headers.get("content-type", ""),
        )
        rules = [rule for error in self._contract.iter_request_errors(sent) for rule in _rules(error)]
        return [rule for rule in rules if not (self.takes_scalars and _is_on_scalars(rule))]

    async def _meet(self, operation: str) -> None:
        barrier, places = self._barriers.get(operation, (None, iter(())))
        if barrier is not None and next(places, None) is not None:
            await barrier.wait()

    def _service(self, request: Request) -> Json | None:
        return next((each for each in self.services if each["id"] == request.path_params["serviceId"]), None)

    def _open_task(self, file: Json, name: str, role: str, description: str = "") -> None:
        if file["ended"]:
            return
        task = {name: file[name] for name in ("fileId", "serviceId", "serviceName", "status")}
        task |= {"taskId": f"task-{next(self._numbers)}", "name": name, "roleId": role, "description": description}
        self.tasks[task["taskId"]] = task

    def _close_tasks(self, file: str) -> None:
        self.tasks = {id: task for id, task in self.tasks.items() if task["fileId"] != file}


@asynccontextmanager
async def serving() -> AsyncIterator[RegistrationOffice]:
    """An office on a free port of this machine; skips the test where the published file is away."""
    office = RegistrationOffice()
    async with listening(office.app) as office.url:
        yield office


def registration_file() -> Specification:
    """The published file with what is wrong in it put right; skips the test where it is away."""
    return published("registration/GovStack_Registration_BB_API.json", _name_media_types, _name_objects)


def _name_media_types(specification: Specification) -> None:
    """`*/*` makes every answer raw bytes to openapi-core, and a wrong one valid."""
    for part in _objects(specification):
        if "*/*" in part:
            part["application/json"] = part.pop("*/*")


def _name_objects(specification: Specification) -> None:
    """What has properties is an object, also where the file does not say so."""
    for schema in _objects(specification):
        if isinstance(schema.get("properties"), dict):
            schema.setdefault("type", "object")


def _objects(value: object) -> list[Json]:
    """Every object within a value, itself first."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [part for each in inner for part in _objects(each)]
    return [value, *found] if isinstance(value, dict) else found


def _operations(specification: Specification) -> Iterator[tuple[str, str, str]]:
    for path, operations in specification["paths"].items():
        for method in operations:
            yield f"{method.upper()} {path}", method.upper(), path


def _rules(error: Exception) -> list[str]:
    """The place in the body and the rule it breaks, or what else is wrong with the request."""
    if isinstance(error.__cause__, InvalidSchemaValue):
        schema_errors = cast("Iterable[Any]", error.__cause__.schema_errors)
        return [f"{each.json_path} {each.validator}" for each in schema_errors]
    return [str(error)]


def _is_on_scalars(rule: str) -> bool:
    return rule.startswith(("$.formData.data.", "$.data.")) and rule.endswith(" type")


def _found(thing: Json | None) -> Response:
    return Response(status_code=404) if thing is None else JSONResponse(thing)


def _service(id: str, name: str, version: str) -> Json:
    return {"id": id, "name": name, "type": "Public", "version": version, "isExecutable": True}


def _form(id: str, version: str, *, latest: bool = False) -> Json:
    return {"eFormId": id, "name": "A1", "version": version, "latest": latest}
