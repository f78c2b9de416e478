"""An application at an office with GovStack Registration: every exchange is valid by the published file."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from integrations.workflow import Application, ApplicationUnknown, Draft, Event, Refused, Status, Task
from integrations.workflow.calling import Caller
from integrations.workflow.registration import Registration, Terms
from tests.fakes.registration_office import (
    APPLICANT,
    COMPLETE,
    FILES,
    FORMS,
    NEW_FORM,
    REGISTERED,
    SERVICE_ID,
    SERVICES,
    SUBMIT,
    RegistrationOffice,
    registration_file,
    serving,
)
from tests.integrations.openapi import Judge
from tests.integrations.town import NOW, Clock

DRAFT = Draft("KEY1", "newborn_aid", "citizen-1", {"legal_time": "P30D", "children": 2, "twins": False})
TERMS = Terms("ME/GOV/25/komshi", strict=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def office() -> AsyncIterator[RegistrationOffice]:
    """Ends the test badly where it was asked something that the file does not allow."""
    async with serving() as office:
        yield office
        assert office.refused == []


@pytest.fixture
def judge(office: RegistrationOffice) -> Judge:
    return Judge(registration_file(), office.url)


@pytest.fixture
def caller(office: RegistrationOffice, judge: Judge, clock: Clock) -> Caller:
    return Caller(office.url, clock, transport=judge)


@pytest.fixture
def registration(caller: Caller, clock: Clock) -> Registration:
    return Registration(caller, TERMS, clock)


@pytest.fixture
async def submitted(registration: Registration) -> Application:
    return await registration.submit(DRAFT)


async def test_the_office_has_what_was_handed_in(office: RegistrationOffice, submitted: Application) -> None:
    registered = REGISTERED + MINUTE
    assert submitted == Application("file-1", "KEY1", "newborn_aid", Status.PENDING, "Pending", registered, ended=False)
    (file,) = office.files.values()
    assert file["applicationData"] == {
        "applicantId": "KEY1",
        "formData": {
            "eFormId": NEW_FORM,
            "data": {"legal_time": {"value": "P30D"}, "children": {"value": 2}, "twins": {"value": False}},
        },
    }


async def test_nothing_of_the_citizen_is_at_the_office(office: RegistrationOffice, submitted: Application) -> None:
    assert DRAFT.applicant not in repr(office.files)
    assert all(DRAFT.applicant not in str(request.url) for request in office.heard)


async def test_the_same_key_twice_is_one_application(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    again = await registration.submit(DRAFT)

    assert again == submitted
    assert office.asked[SUBMIT] == 1


async def test_the_same_key_after_a_restart_is_one_application(
    office: RegistrationOffice, caller: Caller, clock: Clock, submitted: Application
) -> None:
    again = await Registration(caller, TERMS, clock).submit(DRAFT)

    assert again == submitted
    assert office.asked[SUBMIT] == 1


async def test_the_same_key_twice_at_once_is_one_application(
    office: RegistrationOffice, registration: Registration
) -> None:
    first, second = await asyncio.gather(registration.submit(DRAFT), registration.submit(DRAFT))

    assert first == second
    assert len(office.files) == 1


async def test_two_processes_at_once_agree_on_one_application_and_the_operator_reads_of_the_other(
    office: RegistrationOffice, caller: Caller, clock: Clock
) -> None:
    office.lets_two_meet(FILES)
    one, other = Registration(caller, TERMS, clock), Registration(caller, TERMS, clock)

    with capture_logs() as lines:
        await asyncio.gather(one.submit(DRAFT), other.submit(DRAFT))
        agreed = await one.find("KEY1"), await other.find("KEY1")

    assert [found and found.id for found in agreed] == ["file-1", "file-1"]
    assert len(office.files) == 2
    assert {(line["event"], line["first"]) for line in lines} == {
        ("the office has an application more than once", "file-1")
    }


async def test_of_two_applications_the_one_registered_first_counts(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    older = office.register(office.services[0], {"applicantId": "KEY1"})
    older["registered"] = REGISTERED.isoformat()

    found = await registration.find("KEY1")

    assert found is not None
    assert found.id == older["fileId"] != submitted.id


async def test_two_applications_of_one_citizen_are_two(registration: Registration, submitted: Application) -> None:
    second = await registration.submit(replace(DRAFT, key="KEY2"))

    assert second.id != submitted.id
    assert await registration.find("KEY1") == submitted
    assert await registration.find("KEY2") == second


async def test_the_service_and_its_form_are_looked_up_once(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    await registration.submit(replace(DRAFT, key="KEY2"))

    assert (office.asked[SERVICES], office.asked[FORMS]) == (1, 1)


async def test_an_office_that_calls_the_service_by_another_name_is_understood(
    office: RegistrationOffice, caller: Caller, clock: Clock
) -> None:
    office.services[0]["name"] = "Naknada za novorođeno dijete"
    terms = replace(TERMS, names={"newborn_aid": "Naknada za novorođeno dijete"})

    await Registration(caller, terms, clock).submit(DRAFT)

    found = await Registration(caller, terms, clock).find("KEY1")
    assert found is not None
    assert found.service == "newborn_aid"


async def test_the_newest_version_of_a_service_that_is_open_is_taken(
    office: RegistrationOffice, registration: Registration
) -> None:
    (service,) = office.services
    newest = "6f1f4a43-1b61-4a5c-8b0f-2f9d1f0c1a10"
    office.services = [
        {**service, "version": "1.9"},
        {**service, "version": "1.10", "id": newest},
        {**service, "version": "2", "isExecutable": False, "id": "6f1f4a43-1b61-4a5c-8b0f-2f9d1f0c1a11"},
        {**service, "version": "3", "name": "newborn_aid_archive", "id": "6f1f4a43-1b61-4a5c-8b0f-2f9d1f0c1a12"},
    ]

    application = await registration.submit(DRAFT)

    assert office.files[application.id]["serviceId"] == newest


async def test_a_service_the_office_does_not_have_is_refused(
    office: RegistrationOffice, registration: Registration
) -> None:
    with pytest.raises(Refused, match="tax"):
        await registration.submit(replace(DRAFT, service="tax"))

    assert office.files == {}


async def test_a_service_that_got_a_new_id_is_looked_up_again(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.services[0]["id"] = "6f1f4a43-1b61-4a5c-8b0f-2f9d1f0c1a10"
    with pytest.raises(Refused):
        await registration.submit(replace(DRAFT, key="KEY2"))

    assert (await registration.submit(replace(DRAFT, key="KEY2"))).status is Status.PENDING
    assert office.files[submitted.id]["serviceId"] == SERVICE_ID


async def test_a_service_without_a_form_takes_applications(
    office: RegistrationOffice, registration: Registration
) -> None:
    office.forms = []

    application = await registration.submit(DRAFT)

    assert "eFormId" not in office.files[application.id]["applicationData"]["formData"]


async def test_an_application_sent_back_is_supplied_and_approved(
    office: RegistrationOffice, judge: Judge, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK", "Vraćeno", wanted="Nedostaje izvod iz matične knjige.")
    returned = await registration.find("KEY1")
    (task,) = await registration.tasks(submitted.id)

    supplied = await registration.complete(task, {"copies": 1})
    office.stands("KEY1", "APPROVED", "Odobreno", ended=True)
    decided = await registration.find("KEY1")

    assert returned is not None
    assert (returned.status, returned.title) == (Status.SENDBACK, "Vraćeno")
    assert returned.words == "Nedostaje izvod iz matične knjige."
    assert (task.application, task.name) == (submitted.id, "supply")
    assert (supplied.status, supplied.words) == (Status.PENDING, None)
    assert decided is not None
    assert (decided.status, decided.title, decided.ended) == (Status.APPROVED, "Odobreno", True)
    assert judge.exchanges == len(office.heard) > 0


async def test_a_rejected_application_has_ended_with_the_words_of_the_office(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "REJECTED", "Rok je istekao", ended=True)

    found = await registration.find("KEY1")

    assert found == replace(
        submitted, status=Status.REJECTED, title="Rok je istekao", ended=True, words="Rok je istekao"
    )


async def test_an_office_that_describes_no_task_is_quoted_by_its_status(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK", unicodedata.normalize("NFD", "Vraćeno na dopunu"))

    found = await registration.find("KEY1")

    assert found is not None
    assert found.words == "Vraćeno na dopunu"


async def test_while_the_clerk_is_at_work_the_applicant_has_nothing_to_do(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    assert len(office.tasks) == 1
    assert await registration.tasks(submitted.id) == ()


async def test_only_what_was_sent_back_is_for_the_applicant_to_do(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    (task,) = office.tasks.values()
    task["roleId"] = APPLICANT

    assert await registration.tasks(submitted.id) == ()


async def test_the_tasks_of_others_are_not_the_citizens(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    await registration.submit(replace(DRAFT, key="KEY2"))
    office.stands("KEY2", "SENDBACK")
    office.stands("KEY1", "SENDBACK")
    office.filters = False

    (task,) = await registration.tasks(submitted.id)

    assert office.tasks[task.id]["fileId"] == submitted.id


async def test_the_role_of_the_applicant_goes_by_the_name_the_office_gives_it(
    office: RegistrationOffice, caller: Caller, clock: Clock, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK")
    (task,) = office.tasks.values()
    task["roleId"] = "role-7"

    assert await Registration(caller, TERMS, clock).tasks(submitted.id) == ()
    assert len(await Registration(caller, replace(TERMS, applicant="role-7"), clock).tasks(submitted.id)) == 1


async def test_a_task_done_twice_is_done_once(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK")
    (task,) = await registration.tasks(submitted.id)

    first = await registration.complete(task, {})
    second = await registration.complete(task, {})

    assert first == second == submitted
    assert office.asked[COMPLETE] == 2


async def test_a_key_or_an_id_that_was_never_given_is_unknown(registration: Registration) -> None:
    assert await registration.find("KEY9") is None
    with pytest.raises(ApplicationUnknown):
        await registration.tasks("nobody")
    with pytest.raises(ApplicationUnknown):
        await registration.withdraw("nobody")
    with pytest.raises(ApplicationUnknown):
        await registration.complete(Task("task-9", "nobody", "supply", None), {})


async def test_a_withdrawal_is_refused_and_the_application_goes_on(
    registration: Registration, submitted: Application
) -> None:
    with pytest.raises(Refused, match="cannot be withdrawn"):
        await registration.withdraw(submitted.id)

    assert await registration.find("KEY1") == submitted


async def test_an_application_that_has_ended_needs_no_withdrawal(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "APPROVED", ended=True)

    await registration.withdraw(submitted.id)

    found = await registration.find("KEY1")
    assert found is not None
    assert found.status is Status.APPROVED


async def test_no_news_comes_by_itself(office: RegistrationOffice, registration: Registration) -> None:
    assert not registration.tells
    assert await registration.events(NOW) == ()
    await registration.acknowledge(Event("1", "KEY1", "approved"))

    assert office.heard == []
