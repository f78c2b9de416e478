"""The web channel's OpenAPI document, held to its word by Schemathesis."""

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from schemathesis import checks

from bot.channels.web import open_channel
from tests.bot.channels.doorstep import Doorstep

app = FastAPI(title="komshi")
app.include_router(open_channel(Doorstep(), {}).router)
schema = schemathesis.openapi.from_asgi("/openapi.json", app)

# Starlette names in `Allow` only the first of two operations under one path. That a message without words and without
# a choice is refused is said in words and not in the schema.
EXCLUDED = [checks.allow_header_conformance, checks.positive_data_acceptance]


# A stream of events has no end that a single call could check; its tests are in test_web.py.
@schema.exclude(path="/api/events").parametrize()
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_api_does_what_its_document_says(case: schemathesis.Case) -> None:
    case.call_and_validate(excluded_checks=EXCLUDED)


def test_the_document_shows_no_pages() -> None:
    assert set(app.openapi()["paths"]) == {"/api/messages", "/api/events", "/api/session", "/api/words"}


def test_every_operation_is_explained() -> None:
    operations = [operation for path in app.openapi()["paths"].values() for operation in path.values()]

    assert [operation["operationId"] for operation in operations if not operation.get("description")] == []
