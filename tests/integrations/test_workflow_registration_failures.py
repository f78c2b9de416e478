"""An office with GovStack Registration that is away, refuses, loses answers, or talks nonsense: nothing is lost by it,
nothing happens twice, and nobody is shown what belongs to somebody else.
"""

import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from integrations.workflow import Application, Draft, Refused, ServiceDown, Status
from integrations.workflow.calling import LONGEST_WORDS, Caller
from integrations.workflow.registration import Registration, Terms
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
    serving,
)
from tests.integrations.town import Clock

TERMS = Terms("ME/GOV/25/komshi", strict=True)
DRAFT = Draft("KEY1", "newborn_aid", "citizen-1", {"legal_time": "P30D"})
PAGE = "<html><body>Sign in</body></html>"
SYSTEM_ERROR = '{"traceId": "7f", "code": "E42", "message": "Ana Marković", "localizedMessage": "Ana Marković"}'


@pytest.fixture
async def office() -> AsyncIterator[RegistrationOffice]:
    """Ends the test badly where it was asked something that the file does not allow."""
    async with serving() as office:
        yield office
        assert office.refused == []


@pytest.fixture
def registration(office: RegistrationOffice, clock: Clock) -> Registration:
    return Registration(Caller(office.url, clock), TERMS, clock)


@pytest.fixture
async def submitted(registration: Registration) -> Application:
    return await registration.submit(DRAFT)


async def test_an_office_that_is_not_there_is_down(clock: Clock) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        caller = Caller(f"http://127.0.0.1:{door.getsockname()[1]}", clock)

        with pytest.raises(ServiceDown):
            await Registration(caller, TERMS, clock).submit(DRAFT)


@pytest.mark.parametrize("operation", [FILES, SERVICES, FORMS, SUBMIT])
async def test_while_a_part_of_the_office_is_away_the_application_waits(
    operation: str, office: RegistrationOffice, registration: Registration
) -> None:
    office.answers(operation, 503, PAGE, "text/html", {"Retry-After": "120"})
    with pytest.raises(ServiceDown) as away:
        await registration.submit(DRAFT)
    assert away.value.retry_after == timedelta(minutes=2)

    office.is_well_again()

    assert (await registration.submit(DRAFT)).status is Status.PENDING
    assert len(office.files) == 1


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [(504, "", ServiceDown), (500, SYSTEM_ERROR, Refused), (200, PAGE, Refused), (404, "", Refused)],
)
async def test_an_application_whose_answer_was_lost_is_not_made_twice(
    status: int, content: str, error: type[Exception], office: RegistrationOffice, registration: Registration
) -> None:
    office.answers(SUBMIT, status, content, acts=True)
    with pytest.raises(error):
        await registration.submit(DRAFT)

    office.is_well_again()

    assert (await registration.submit(DRAFT)).id == "file-1"
    assert office.asked[SUBMIT] == 1


async def test_a_refusal_keeps_the_words_of_the_office_out_of_every_log(
    office: RegistrationOffice, registration: Registration
) -> None:
    office.answers(SUBMIT, 500, SYSTEM_ERROR)

    with capture_logs() as lines, pytest.raises(Refused, match="500 E42 7f Ana Marković"):
        await registration.submit(DRAFT)

    assert lines == []


@pytest.mark.parametrize(
    "content", ["", PAGE, "null", "{}", '"file-1"', '[{"fileId": null}]', '[{"fileId": 7}]', "[1]"]
)
async def test_a_list_without_sense_is_refused_and_nothing_is_handed_in(
    content: str, office: RegistrationOffice, registration: Registration
) -> None:
    office.answers(FILES, 200, content)

    with pytest.raises(Refused, match="not understood"):
        await registration.submit(DRAFT)

    assert office.files == {}


@pytest.mark.parametrize(
    "content",
    [
        PAGE,
        "[]",
        '{"fileId": "file-1"}',
        '{"fileId": "file-2", "applicantId": "KEY1"}',
        '{"fileId": "file-1", "applicantId": "KEY1", "registered": "yesterday"}',
        '{"fileId": "file-1", "applicantId": "KEY1", "registered": "2026-03-02T10:00:00"}',
        '{"fileId": "file-1", "applicantId": "KEY1", "status": "PENDING"}',
        '{"fileId": "file-1", "applicantId": "KEY1", "ended": "perhaps"}',
    ],
)
async def test_an_application_without_sense_is_refused_and_still_there_afterwards(
    content: str, office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.answers(FILE, 200, content)
    with pytest.raises(Refused, match="not understood"):
        await registration.find("KEY1")

    office.is_well_again()

    assert await registration.find("KEY1") == submitted


@pytest.mark.parametrize("operation", [SERVICES, FORMS])
@pytest.mark.parametrize("content", [PAGE, "{}", "[{}]", '[{"id": "", "name": "newborn_aid"}]'])
async def test_services_and_forms_without_sense_are_refused(
    operation: str, content: str, office: RegistrationOffice, registration: Registration
) -> None:
    office.answers(operation, 200, content)

    with pytest.raises(Refused, match="not understood"):
        await registration.submit(DRAFT)


async def test_an_office_of_many_words_is_cut_short(office: RegistrationOffice, registration: Registration) -> None:
    office.answers(SUBMIT, 500, json.dumps({"message": "x" * 5000}))

    with pytest.raises(Refused) as refusal:
        await registration.submit(DRAFT)

    assert len(str(refusal.value)) <= LONGEST_WORDS


async def test_tasks_without_sense_are_refused(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK")
    office.answers(TASKS, 200, '[{"name": "supply"}]')

    with pytest.raises(Refused, match="not understood"):
        await registration.tasks(submitted.id)


async def test_an_office_that_may_not_be_asked_refuses(office: RegistrationOffice, registration: Registration) -> None:
    office.answers(FILES, 401)

    with pytest.raises(Refused, match="401"):
        await registration.find("KEY1")


async def test_an_office_that_filters_nothing_shows_nobody_the_application_of_another(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.filters = False

    assert await registration.find("KEY9") is None
    assert await registration.find("KEY1") == submitted


async def test_the_application_of_another_is_not_taken_for_ones_own(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.answers(FILES, 200, json.dumps([{"fileId": submitted.id}]))

    with capture_logs() as lines, pytest.raises(Refused, match="not understood"):
        await registration.find("KEY9")

    assert [line["event"] for line in lines] == ["the office gave an application of somebody else"]


@pytest.mark.parametrize("status", [{"code": "ON_HOLD"}, {"code": "WITHDRAWN"}, {}, None])
async def test_a_status_we_do_not_know_leaves_the_citizen_waiting_and_alarms_the_operator(
    status: dict[str, str] | None, office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.answers(FILE, 200, json.dumps({**office.files[submitted.id], "status": status}))

    with capture_logs() as lines:
        found = await registration.find("KEY1")

    assert found is not None
    assert (found.status, found.ended) == (Status.PENDING, False)
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("the office has a status we do not know", "error")
    ]


async def test_the_least_that_the_file_asks_for_is_enough(
    office: RegistrationOffice, registration: Registration, submitted: Application, clock: Clock
) -> None:
    least = {"fileId": "file-1", "applicantId": "KEY1", "serviceId": SERVICE_ID, "status": {"code": "APPROVED"}}
    office.answers(FILE, 200, json.dumps(least))

    found = await registration.find("KEY1")

    assert found == Application("file-1", "KEY1", "", Status.APPROVED, "", clock.now, ended=True)


async def test_an_office_that_does_not_find_by_applicant_has_the_application_all_the_same(
    office: RegistrationOffice, registration: Registration
) -> None:
    office.answers(FILES, 200, "[]")

    with capture_logs() as lines:
        application = await registration.submit(DRAFT)

    assert (application.id, application.key) == ("file-1", "KEY1")
    assert [line["event"] for line in lines] == ["the office does not find an application by its applicant"]


@pytest.mark.parametrize("status", [404, 500])
async def test_a_task_whose_answer_was_lost_was_done(
    status: int, office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK")
    (task,) = await registration.tasks(submitted.id)
    office.answers(COMPLETE, status, SYSTEM_ERROR, acts=True)

    assert (await registration.complete(task, {})).status is Status.PENDING


async def test_a_task_may_be_tried_again_after_a_time_out(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK")
    (task,) = await registration.tasks(submitted.id)
    office.answers(COMPLETE, 504, acts=True)
    with pytest.raises(ServiceDown):
        await registration.complete(task, {})

    office.is_well_again()

    assert (await registration.complete(task, {})).status is Status.PENDING


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
async def test_a_task_that_is_still_there_was_not_done(
    status: int, office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK")
    (task,) = await registration.tasks(submitted.id)
    office.answers(COMPLETE, status)

    with pytest.raises(Refused, match=str(status)):
        await registration.complete(task, {})


async def test_a_task_nobody_can_look_at_counts_as_not_done(
    office: RegistrationOffice, registration: Registration, submitted: Application
) -> None:
    office.stands("KEY1", "SENDBACK")
    (task,) = await registration.tasks(submitted.id)
    office.answers(COMPLETE, 500)
    office.answers(TASK, 500)

    with pytest.raises(Refused):
        await registration.complete(task, {})
