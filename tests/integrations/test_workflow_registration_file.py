"""The office of the tests is one by the published file of GovStack Registration, held to it by Schemathesis."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DataObject, SearchStrategy, data
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.fakes.registration_office import (
    COMPLETE,
    FILE,
    FILES,
    FORMS,
    SERVICE_ID,
    SERVICES,
    SUBMIT,
    TASK,
    TASKS,
    RegistrationOffice,
    registration_file,
)

EXAMPLES = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
THERE = {"serviceId": SERVICE_ID, "fileId": "file-1", "taskId": "task-3"}


@pytest.fixture
def office() -> RegistrationOffice:
    """With one application, which was sent back."""
    office = RegistrationOffice()
    office.register(office.services[0], {"applicantId": "KEY1"})
    office.stands("KEY1", "SENDBACK", "A paper is missing.")
    return office


@pytest.fixture
def schema(office: RegistrationOffice) -> OpenApiSchema:
    """The published file, with the office to ask in this process."""
    schema = schemathesis.openapi.from_dict(registration_file())
    schema.app = office.app
    return schema


@pytest.mark.parametrize("operation", [SERVICES, FORMS, SUBMIT, FILES, FILE, TASKS, TASK, COMPLETE])
@given(data=data())
@EXAMPLES
def test_every_valid_request_has_an_answer_of_the_file(operation: str, schema: OpenApiSchema, data: DataObject) -> None:
    case = data.draw(_cases(schema, operation))

    case.call_and_validate()


@pytest.mark.parametrize("operation", [FORMS, SUBMIT, FILE, TASK])
@given(data=data())
@EXAMPLES
def test_every_valid_request_for_what_is_there_is_granted(
    operation: str, schema: OpenApiSchema, data: DataObject
) -> None:
    case = data.draw(_cases(schema, operation))
    case.path_parameters = {name: THERE[name] for name in case.path_parameters}

    assert case.call_and_validate().status_code == 200


def _cases(schema: OpenApiSchema, operation: str) -> SearchStrategy[Any]:
    method, path = operation.split()
    return schema[path][method].as_strategy()
