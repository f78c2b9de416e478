"""Which workflow system the applications go to: opened by the settings, and nothing else knows which one it is."""

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import httpx

from bot.settings import Settings
from bot.signals import POLL
from bot.store import Store
from bot.store.instances import StoredInstances
from integrations.transport import Mediator
from integrations.workflow import Workflow
from integrations.workflow.calling import Bearer, Caller, Header
from integrations.workflow.embedded import Embedded
from integrations.workflow.operaton import Operaton
from integrations.workflow.registration import Registration, Terms

Clock = Callable[[], datetime]


def open_workflow(settings: Settings, store: Store, processes: Mapping[str, Path], clock: Clock) -> Workflow:
    """The system of these settings; nothing is asked of it yet. `processes` are the BPMN files by service."""
    kind, url = settings.workflow
    match kind:
        case "operaton":
            return Operaton(_caller(settings, url, clock), processes)
        case "registration":
            return Registration(_caller(settings, url, clock), _terms(settings), clock)
        case _:
            return Embedded(StoredInstances(store), processes, clock, POLL)


def _terms(settings: Settings) -> Terms:
    return Terms(
        client=settings.workflow_client,
        client_header=settings.workflow_client_header,
        strict=settings.workflow_strict,
        applicant=settings.workflow_applicant,
        names=settings.workflow_names,
    )


def _caller(settings: Settings, url: str, clock: Clock) -> Caller:
    return Caller(url, clock, auth=_auth(settings, clock), transport=_transport(settings))


def _auth(settings: Settings, clock: Clock) -> httpx.Auth | None:
    said = settings.workflow_auth.get_secret_value().split() if settings.workflow_auth else []
    match said:
        case ["basic", user, password]:
            return httpx.BasicAuth(user, password)
        case ["header", name, value]:
            return Header(name, value)
        case ["bearer", token_url, client, secret]:
            return Bearer(token_url, client, secret, clock)
    return None


def _transport(settings: Settings) -> httpx.AsyncBaseTransport | None:
    """Through the information mediator where a service of it is named; with our certificate where there is one."""
    if not settings.workflow_service and settings.workflow_certificate is None:
        return None
    context = ssl.create_default_context()
    if settings.workflow_certificate is not None:
        context.load_cert_chain(settings.workflow_certificate)
    direct = httpx.AsyncHTTPTransport(verify=context, trust_env=False)
    if not settings.workflow_service:
        return direct
    client, header = settings.workflow_client, settings.workflow_client_header
    return Mediator(direct, client, settings.workflow_service, header)
