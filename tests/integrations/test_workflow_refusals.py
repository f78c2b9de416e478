"""What the embedded engine refuses, and that nothing is lost or stuck by it."""

from collections.abc import Callable

import pytest

from integrations.workflow import Application, ApplicationUnknown, Draft, Event, Refused, Status, Task
from integrations.workflow.embedded import Decision, Embedded, NotWaiting
from integrations.workflow.instances import Memory
from integrations.workflow.process import summary
from tests.integrations.town import DRAFT, NOW, Engine, told

URGENT = ("${decision == 'refuse'}", "${decision == 'refuse' and urgent}")


async def test_an_applicant_cannot_do_the_task_of_the_office(
    engine: Engine, submitted: Application, instances: Memory
) -> None:
    stored = await instances.by_id(submitted.id)
    assert stored is not None
    waiting = summary(stored.state).waiting
    assert waiting is not None

    same = await engine().complete(Task(f"{submitted.id}:{waiting.task}", submitted.id, "decide", None), {})

    assert same == submitted


async def test_deciding_twice_happens_once(engine: Engine, submitted: Application) -> None:
    await engine().decide("KEY1", Decision.APPROVE, "Yes.")

    with pytest.raises(NotWaiting):
        await engine().decide("KEY1", Decision.REFUSE, "No.")

    assert await told(engine) == [("approved", {"reason": "Yes."})]


async def test_the_office_cannot_decide_while_it_is_the_applicants_turn(engine: Engine, submitted: Application) -> None:
    await engine().decide("KEY1", Decision.RETURN, "A paper is missing.")

    with pytest.raises(NotWaiting):
        await engine().decide("KEY1", Decision.APPROVE, "Yes.")


async def test_nothing_is_known_of_a_key_or_an_id_that_was_never_given(engine: Engine) -> None:
    assert await engine().find("KEY9") is None
    for call in (
        engine().decide("KEY9", Decision.APPROVE, ""),
        engine().tasks("nobody"),
        engine().withdraw("nobody"),
        engine().complete(Task("nobody:1", "nobody", "supply", None), {}),
    ):
        with pytest.raises(ApplicationUnknown):
            await call


async def test_an_event_of_an_application_that_is_gone_needs_no_acknowledgement(engine: Engine) -> None:
    await engine().acknowledge(Event("nobody:1", "KEY9", "late"))

    assert await engine().events(NOW) == ()


async def test_a_service_without_a_process_is_refused(engine: Engine) -> None:
    with pytest.raises(Refused, match="tax"):
        await engine().submit(Draft("KEY1", "tax", "citizen-1"))

    assert await engine().find("KEY1") is None


@pytest.mark.parametrize("answers", [{"jmbg no": "x"}, {"__class__": "x"}, {"note": "x" * 4001}, {"and": 1}])
async def test_an_answer_no_engine_could_keep_is_refused(answers: dict[str, str], engine: Engine) -> None:
    with pytest.raises(Refused):
        await engine().submit(Draft("KEY1", "newborn_aid", "citizen-1", {"legal_time": "P30D", **answers}))

    assert await engine().find("KEY1") is None


@pytest.mark.parametrize("legal_time", [None, "soon", "P1M", 30])
async def test_without_a_legal_time_the_application_is_refused_and_may_be_sent_again(
    legal_time: str | int | None, engine: Engine
) -> None:
    answers = {} if legal_time is None else {"legal_time": legal_time}
    with pytest.raises(Refused):
        await engine().submit(Draft("KEY1", "newborn_aid", "citizen-1", answers))

    assert (await engine().submit(DRAFT)).status == Status.PENDING


async def test_a_decision_that_cannot_be_weighed_leaves_the_application_with_the_office(
    redrawn_engine: Callable[..., Embedded],
) -> None:
    await redrawn_engine(URGENT).submit(DRAFT)

    with pytest.raises(Refused, match="urgent"):
        await redrawn_engine(URGENT).decide("KEY1", Decision.REFUSE, "No.")

    assert len(await redrawn_engine(URGENT).open_tasks()) == 1
    assert await redrawn_engine(URGENT).events(NOW) == ()
    assert (await redrawn_engine(URGENT).decide("KEY1", Decision.APPROVE, "Yes.")).status == Status.APPROVED


async def test_a_decision_the_process_does_not_know_goes_back_to_the_office(
    redrawn_engine: Callable[..., Embedded],
) -> None:
    changed = ("${decision == 'refuse'}", "${decision == 'reject'}")
    await redrawn_engine(changed).submit(DRAFT)

    kept = await redrawn_engine(changed).decide("KEY1", Decision.REFUSE, "No.")

    assert (kept.status, kept.ended) == (Status.PENDING, False)
    assert len(await redrawn_engine(changed).open_tasks()) == 1


async def test_an_application_goes_on_as_it_began_when_the_definition_changes(
    engine: Engine, submitted: Application, redrawn_engine: Callable[..., Embedded]
) -> None:
    changed = ("${decision == 'approve'}", "${decision == 'grant'}")

    decided = await redrawn_engine(changed).decide("KEY1", Decision.APPROVE, "Yes.")

    assert decided.status == Status.APPROVED


async def test_nothing_of_the_applicant_is_in_the_engine(
    engine: Engine, submitted: Application, instances: Memory
) -> None:
    stored = await instances.by_id(submitted.id)

    assert stored is not None
    assert DRAFT.applicant not in repr(stored)
