"""Published specifications as judges: every exchange that passes through one is valid by the file, or the test fails.

They are other people's files and lie outside the project, in KOMSHI_SPECS, or else in `shared/specs` beside the
checkout. Where they are away, the tests that need them are skipped by name, under CI too: no package brings them.
"""

import json
import os
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

Specification = dict[str, Any]
FixUp = Callable[[Specification], None]

ENGINE_REST = "operaton/operaton-rest-api.subset.json"
SENT = ("StartProcessInstanceDto", "CompleteTaskDto", "FetchExternalTasksDto", "FetchExternalTaskTopicDto")
# Stands for the server in every contract.
SERVER = "http://office"
FOLDER = Path(os.environ.get("KOMSHI_SPECS") or Path(__file__).parents[3] / "shared" / "specs")


def published(name: str, *fix_ups: FixUp) -> Specification:
    """The file of this name under the folder, with what is wrong in it put right; skips the test where it is away."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not here, so nothing was judged by it: name the folder in KOMSHI_SPECS.")
    # A tab is allowed in JSON and not in YAML; YAML turns dates without quotes into dates, which nobody can judge.
    text = path.read_text("utf-8")
    is_json = path.suffix == ".json"
    specification: Specification = json.loads(text if is_json else json.dumps(yaml.safe_load(text), default=str))
    for fix_up in fix_ups:
        fix_up(specification)
    return specification


def engine_rest() -> Specification:
    """The file of Operaton as its server keeps it, with no field in what we send but those it names."""
    return published(
        ENGINE_REST,
        without_security,
        with_times_of_the_engine,
        with_nothing_said,
        with_failures_of_the_engine,
        with_forms_in_text("MultiFormDeploymentDto"),
        closed(*SENT),
    )


def without_security(specification: Specification) -> None:
    """For a server that asks nobody who they are."""
    specification.pop("security", None)


def with_times_of_the_engine(specification: Specification) -> None:
    """Camunda's kin write an offset without a colon: ISO 8601 allows it, the `date-time` of RFC 3339 does not."""
    for part in _parts(specification):
        if part.get("format") == "date-time":
            del part["format"]
            part["pattern"] = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$"


def with_nothing_said(specification: Specification) -> None:
    """Camunda's kin say null where they have no choice to name, no code and no form, and their file forgets it."""
    specification["components"]["schemas"]["ExceptionDto"]["properties"]["code"]["nullable"] = True
    for part in _parts(specification):
        if part.get("nullable") and "enum" in part:
            part["enum"].append(None)
        part.get("properties", {}).pop("operatonFormRef", None)


def with_failures_of_the_engine(specification: Specification) -> None:
    """Camunda's kin fail in two ways that their file forgets: no such process to start, and two who delete one."""
    starts = specification["paths"]["/process-definition/key/{key}/start"]["post"]["responses"]
    starts["404"] = starts["400"]
    deletions = specification["paths"]["/process-instance/{id}"]["delete"]["responses"]
    deletions["500"] = deletions["404"]


def with_forms_in_text(*schemas: str) -> FixUp:
    """A form sends text: yes and no come as words, and openapi-core reads none of them back."""

    def reword(specification: Specification) -> None:
        for schema in schemas:
            for field in specification["components"]["schemas"][schema]["properties"].values():
                if field.get("type") == "boolean":
                    field.update(type="string", enum=["true", "false"], default="false")

    return reword


def _parts(value: object) -> Iterator[dict[str, Any]]:
    """Every object within a value, itself first."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from _parts(part)


def closed(*schemas: str) -> FixUp:
    """These schemas allow no field that they do not name: a slip in one of ours would else be valid."""

    def close(specification: Specification) -> None:
        for schema in schemas:
            specification["components"]["schemas"][schema]["additionalProperties"] = False

    return close


class Judge(httpx.AsyncBaseTransport):
    """A way to a server that raises OpenAPIError where a request to it or an answer from it breaks its contract.

    `url` is where the paths of the specification begin; `exchanges` counts what was found to be in order.
    """

    def __init__(self, specification: Specification, url: str) -> None:
        self._contract = OpenAPI.from_dict({**specification, "servers": [{"url": SERVER}]})
        self._base = httpx.URL(url.rstrip("/") + "/").raw_path
        self._way = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)
        self.exchanges = 0

    def at(self, url: str) -> Self:
        """The same judge before another server: to read a long specification takes a while."""
        judge = copy(self)
        judge._base = httpx.URL(url.rstrip("/") + "/").raw_path
        judge.exchanges = 0
        return judge

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.partition(b"?")[0]
        assert path.startswith(self._base)
        sent = MockRequest(
            SERVER,
            request.method.lower(),
            "/" + path.removeprefix(self._base).decode(),
            args=dict(request.url.params),
            headers=dict(request.headers),
            data=await request.aread(),
            content_type=request.headers.get("content-type", ""),
        )
        self._contract.validate_request(sent)
        response = await self._way.handle_async_request(request)
        said = MockResponse(
            await response.aread(),
            response.status_code,
            headers=dict(response.headers),
            content_type=response.headers.get("content-type", ""),
        )
        self._contract.validate_response(sent, said)
        self.exchanges += 1
        return response
