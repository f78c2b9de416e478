"""What `engine-rest` says of a process, a task and a piece of news: every field, as Operaton 1.0 writes them."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from integrations.workflow import Answer
from integrations.workflow.instances import Instance
from integrations.workflow.process import Untold, Waiting
from integrations.workflow.profile import APPLICANT

Json = dict[str, Any]

HOME = ZoneInfo("Europe/Podgorica")
TYPES: dict[str, type] = {"String": str, "Long": int, "Integer": int, "Boolean": bool, "Null": type(None)}


class Problem(Exception):
    """What the engine does not do, in its own words."""

    def __init__(self, status: HTTPStatus, message: str, type: str = "RestException", code: int | None = 0) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"type": type, "message": message, "code": code}


def unknown(message: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, message, "InvalidRequestException", None)


def text(moment: datetime) -> str:
    """`2013-01-23T13:42:42.000+0200`"""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}{moment:%z}"


def values(body: Json) -> dict[str, Answer | None]:
    """The variables of a call, each of the type it says."""
    variables: dict[str, Json] = body.get("variables") or {}
    for name, variable in variables.items():
        if not isinstance(variable["value"], TYPES[variable["type"]]):
            message = f"Cannot convert value '{variable['value']}' of type '{variable['type']}' for {name}"
            raise Problem(HTTPStatus.BAD_REQUEST, message, "InvalidRequestException", None)
    return {name: variable["value"] for name, variable in variables.items()}


def deployment(id: str, name: str, at: datetime, is_new: bool) -> Json:
    return {
        "links": [],
        "id": id,
        "name": name,
        "source": None,
        "deploymentTime": text(at),
        "tenantId": None,
        "deployedProcessDefinitions": {} if is_new else None,
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": None,
        "deployedDecisionRequirementsDefinitions": None,
    }


def started(instance: Instance, key: str | None) -> Json:
    return {
        "links": [],
        "id": instance.id,
        "definitionId": _definition(instance),
        "businessKey": key,
        "caseInstanceId": None,
        "ended": False,
        "suspended": False,
        "tenantId": None,
        "definitionKey": instance.service,
    }


def process(instance: Instance, key: str | None, state: str, ended: datetime | None) -> Json:
    return {
        "id": instance.id,
        "businessKey": key,
        "processDefinitionId": _definition(instance),
        "processDefinitionKey": instance.service,
        "processDefinitionName": instance.service,
        "processDefinitionVersion": 1,
        "startTime": text(instance.registered),
        "endTime": ended and text(ended),
        "removalTime": None,
        "durationInMillis": None,
        "startUserId": None,
        "startActivityId": None,
        "deleteReason": None,
        "rootProcessInstanceId": instance.id,
        "superProcessInstanceId": None,
        "superCaseInstanceId": None,
        "caseInstanceId": None,
        "tenantId": None,
        "state": state,
        "restartedProcessInstanceId": None,
    }


def visit(instance: Instance, node: str, end: datetime | None) -> Json:
    return {
        "id": f"{node}:{instance.id}",
        "parentActivityInstanceId": instance.id,
        "activityId": node,
        "activityName": node,
        "activityType": None,
        "processDefinitionKey": instance.service,
        "processDefinitionId": _definition(instance),
        "processInstanceId": instance.id,
        "executionId": instance.id,
        "taskId": None,
        "calledProcessInstanceId": None,
        "calledCaseInstanceId": None,
        "assignee": None,
        "startTime": text(instance.registered),
        "endTime": end and text(end),
        "durationInMillis": None,
        "canceled": False,
        "completeScope": False,
        "tenantId": None,
        "removalTime": None,
        "rootProcessInstanceId": instance.id,
    }


def user_task(instance: Instance, waiting: Waiting) -> Json:
    # A day is the midnight it begins with. The legal time of the office is a timer there, and nobody's due date.
    is_due = waiting.due is not None and waiting.group == APPLICANT
    due = waiting.due.astimezone(HOME).replace(hour=0, minute=0, second=0) if waiting.due and is_due else None
    return {
        "id": f"{instance.id}:{waiting.task}",
        "name": waiting.name,
        "assignee": None,
        "created": text(waiting.since),
        "due": due and text(due),
        "followUp": None,
        "lastUpdated": None,
        "delegationState": None,
        "description": None,
        "executionId": instance.id,
        "owner": None,
        "parentTaskId": None,
        "priority": 50,
        "processDefinitionId": _definition(instance),
        "processInstanceId": instance.id,
        "taskDefinitionKey": waiting.name,
        "caseExecutionId": None,
        "caseInstanceId": None,
        "caseDefinitionId": None,
        "suspended": False,
        "formKey": None,
        "operatonFormRef": None,
        "tenantId": None,
        "taskState": "Created",
    }


def external_task(
    instance: Instance,
    key: str | None,
    news: Untold,
    node: str,
    said: Mapping[str, Answer | None],
    worker: str,
    until: datetime,
) -> Json:
    return {
        "activityId": node,
        "activityInstanceId": f"{node}:{instance.id}",
        "errorMessage": None,
        "errorDetails": None,
        "executionId": instance.id,
        "id": f"{instance.id}:{news.task}",
        "lockExpirationTime": text(until),
        "createTime": text(news.at),
        "processDefinitionId": _definition(instance),
        "processDefinitionKey": instance.service,
        "processDefinitionVersionTag": None,
        "processInstanceId": instance.id,
        "retries": None,
        "suspended": False,
        "workerId": worker,
        "topicName": "citizen-notification",
        "tenantId": None,
        "variables": {name: {"type": _type(fact), "value": fact, "valueInfo": {}} for name, fact in said.items()},
        "priority": 0,
        "businessKey": key,
        "extensionProperties": {},
    }


def _type(fact: Answer | None) -> str:
    return next(name for name, kind in TYPES.items() if type(fact) is kind)


def _definition(instance: Instance) -> str:
    return f"{instance.service}:1"
