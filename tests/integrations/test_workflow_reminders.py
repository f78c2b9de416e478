"""The legal time to decide, and what happens when it is over."""

from collections.abc import Callable
from datetime import timedelta

from integrations.workflow import Application, Draft, Status
from integrations.workflow.embedded import Decision, Embedded
from tests.integrations.town import DRAFT, NOW, Clock, Engine, told

LATE_FACT = (
    '<camunda:inputParameter name="event">late</camunda:inputParameter>',
    '<camunda:inputParameter name="event">late</camunda:inputParameter>'
    '<camunda:inputParameter name="room">${room}</camunda:inputParameter>',
)
GIVEN_UP = (
    '<sequenceFlow id="from_submitted"',
    '<boundaryEvent id="given_up" attachedToRef="supply"><outgoing>from_given_up</outgoing>'
    '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">P14D</timeDuration></timerEventDefinition>'
    '</boundaryEvent><endEvent id="withdrawn" name="Given up" />'
    '<sequenceFlow id="from_given_up" sourceRef="given_up" targetRef="withdrawn" />'
    '<sequenceFlow id="from_submitted"',
)


async def test_the_applicant_is_told_once_when_the_legal_time_is_over_and_the_office_can_still_decide(
    engine: Engine, submitted: Application, clock: Clock
) -> None:
    clock.pass_by(timedelta(days=30, seconds=-1))
    assert await engine().tick() == 0
    assert await told(engine) == []

    clock.pass_by(timedelta(seconds=1))
    assert await engine().tick() == 1
    assert await engine().tick() == 0
    assert await told(engine) == [("late", {})]
    assert [task.late for task in await engine().open_tasks()] == [True]

    clock.pass_by(timedelta(days=300))
    assert await told(engine) == []
    assert (await engine().find("KEY1")) == submitted
    assert (await engine().decide("KEY1", Decision.APPROVE, "At last.")).ended
    assert await told(engine) == [("approved", {"reason": "At last."})]


async def test_the_legal_time_begins_anew_when_the_applicant_has_supplied(
    engine: Engine, submitted: Application, clock: Clock
) -> None:
    clock.pass_by(timedelta(days=30))
    await engine().tick()
    await engine().decide("KEY1", Decision.RETURN, "A paper is missing.")
    clock.pass_by(timedelta(days=40))
    (task,) = await engine().tasks(submitted.id)
    await engine().complete(task, {})

    assert [name for name, _ in await told(engine)] == ["late", "returned"]
    clock.pass_by(timedelta(days=30))
    assert [name for name, _ in await told(engine)] == ["late"]


async def test_a_decision_after_the_legal_time_makes_the_reminder_needless(
    engine: Engine, submitted: Application, clock: Clock
) -> None:
    clock.pass_by(timedelta(days=31))

    await engine().decide("KEY1", Decision.APPROVE, "Yes.")

    assert [name for name, _ in await told(engine)] == ["approved"]
    assert await engine().tick() == 0


async def test_a_reminder_that_cannot_be_worded_holds_up_neither_the_others_nor_the_decision(
    redrawn_engine: Callable[..., Embedded], clock: Clock
) -> None:
    await redrawn_engine(LATE_FACT).submit(DRAFT)
    await redrawn_engine(LATE_FACT).submit(Draft("KEY2", "newborn_aid", "citizen-2", {"legal_time": "P30D", "room": 7}))
    clock.pass_by(timedelta(days=30))

    events = await redrawn_engine(LATE_FACT).events(NOW)

    assert [(event.key, event.facts) for event in events] == [("KEY2", {"room": 7})]
    assert await redrawn_engine(LATE_FACT).tick() == 0
    assert (await redrawn_engine(LATE_FACT).decide("KEY1", Decision.APPROVE, "Yes.")).ended


async def test_a_timer_that_interrupts_takes_the_task_away(
    redrawn_engine: Callable[..., Embedded], clock: Clock
) -> None:
    application = await redrawn_engine(GIVEN_UP).submit(DRAFT)
    await redrawn_engine(GIVEN_UP).decide("KEY1", Decision.RETURN, "A paper is missing.")
    (task,) = await redrawn_engine(GIVEN_UP).tasks(application.id)
    clock.pass_by(timedelta(days=14))

    assert await redrawn_engine(GIVEN_UP).tick() == 1

    ended = await redrawn_engine(GIVEN_UP).complete(task, {})
    assert (ended.status, ended.ended, ended.title) == (Status.WITHDRAWN, True, "Given up")
