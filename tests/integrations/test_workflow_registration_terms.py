"""What offices with GovStack Registration do not agree on: how form values look, and what our header is called."""

from collections.abc import AsyncIterator

import pytest

from integrations.workflow import Draft, Refused
from integrations.workflow.calling import Caller
from integrations.workflow.registration import Registration, Terms
from tests.fakes.registration_office import FORMS, SERVICES, RegistrationOffice, serving
from tests.integrations.town import Clock

CLIENT = "ME/GOV/25/komshi"
DRAFT = Draft("KEY1", "newborn_aid", "citizen-1", {"legal_time": "P30D", "children": 2, "twins": False})


@pytest.fixture
async def office() -> AsyncIterator[RegistrationOffice]:
    async with serving() as office:
        yield office


@pytest.fixture
def caller(office: RegistrationOffice, clock: Clock) -> Caller:
    return Caller(office.url, clock)


async def test_bare_values_break_one_rule_of_the_published_file_and_no_other(
    office: RegistrationOffice, caller: Caller, clock: Clock
) -> None:
    with pytest.raises(Refused, match=r"400 VALIDATION trace-1 \$\.formData\.data"):
        await Registration(caller, Terms(CLIENT), clock).submit(DRAFT)

    assert sorted(office.refused) == [
        "$.formData.data.children type",
        "$.formData.data.legal_time type",
        "$.formData.data.twins type",
    ]


async def test_bare_values_are_what_the_products_take(office: RegistrationOffice, caller: Caller, clock: Clock) -> None:
    office.takes_scalars = True

    application = await Registration(caller, Terms(CLIENT), clock).submit(DRAFT)

    assert office.refused == []
    assert office.files[application.id]["applicationData"]["formData"]["data"] == DRAFT.answers


async def test_values_as_objects_break_no_rule(office: RegistrationOffice, caller: Caller, clock: Clock) -> None:
    await Registration(caller, Terms(CLIENT, strict=True), clock).submit(DRAFT)

    assert office.refused == []


async def test_bare_values_of_a_task_are_taken_too(office: RegistrationOffice, caller: Caller, clock: Clock) -> None:
    office.takes_scalars = True
    registration = Registration(caller, Terms(CLIENT), clock)
    application = await registration.submit(DRAFT)
    office.stands("KEY1", "SENDBACK")
    (task,) = await registration.tasks(application.id)

    await registration.complete(task, {"copies": 1})

    assert office.tasks.keys().isdisjoint({task.id})


async def test_every_call_says_who_we_are(office: RegistrationOffice, caller: Caller, clock: Clock) -> None:
    await Registration(caller, Terms(CLIENT, strict=True), clock).submit(DRAFT)

    assert {request.headers.get("Information-Mediator-Client") for request in office.heard} == {CLIENT}


@pytest.mark.parametrize("name", ["X-Road-Client", "X-GovStack-Client"])
async def test_the_header_has_the_name_that_the_office_knows(
    name: str, office: RegistrationOffice, caller: Caller, clock: Clock
) -> None:
    registration = Registration(caller, Terms(CLIENT, client_header=name, strict=True), clock)

    with pytest.raises(Refused):
        await registration.submit(DRAFT)

    assert office.heard[0].headers[name] == CLIENT
    assert office.refused == ["Missing required header parameter: Information-Mediator-Client"]


async def test_nothing_is_asked_of_a_service_before_it_is_needed(
    office: RegistrationOffice, caller: Caller, clock: Clock
) -> None:
    await Registration(caller, Terms(CLIENT), clock).find("KEY1")

    assert (office.asked[SERVICES], office.asked[FORMS]) == (0, 0)
