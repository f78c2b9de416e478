"""Two at once, and a process that dies: the embedded engine over a table where both really happen."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.workflow import Application, ServiceDown, Status
from integrations.workflow.embedded import Decision, Embedded, NotWaiting
from integrations.workflow.instances import Instance, Memory
from tests.integrations.town import DRAFT, NOW, Clock


class Meeting(Memory):
    """The next two who read an instance both have it before either goes on."""

    barrier: asyncio.Barrier | None = None
    expected = 0

    def expect_two(self) -> None:
        self.barrier, self.expected = asyncio.Barrier(2), 2

    async def by_key(self, key: str) -> Instance | None:
        return await self._met(await super().by_key(key))

    async def by_id(self, id: str) -> Instance | None:
        return await self._met(await super().by_id(id))

    async def _met(self, instance: Instance | None) -> Instance | None:
        if self.barrier is not None and self.expected:
            self.expected -= 1
            await self.barrier.wait()
        return instance


class Killed(BaseException):
    """The process is gone."""


class Dying(Memory):
    """Dies with the next change, before or after the table has it."""

    when: str | None = None

    async def insert(self, instance: Instance) -> bool:
        self._die("before")
        done = await super().insert(instance)
        self._die("after")
        return done

    async def save(self, instance: Instance, expected: int) -> bool:
        self._die("before")
        done = await super().save(instance, expected)
        self._die("after")
        return done

    def _die(self, moment: str) -> None:
        if self.when == moment:
            self.when = None
            raise Killed


class Contended(Memory):
    """Somebody else is always faster."""

    async def save(self, instance: Instance, expected: int) -> bool:
        return False


Starter = Callable[[Memory], Embedded]


@pytest.fixture
def start(process: Path, clock: Clock) -> Starter:
    return lambda instances: Embedded(instances, {"newborn_aid": process}, clock, timedelta(milliseconds=1))


async def test_the_same_key_twice_at_once_is_one_application(start: Starter) -> None:
    instances = Meeting()
    instances.expect_two()

    first, second = await asyncio.gather(start(instances).submit(DRAFT), start(instances).submit(DRAFT))

    assert first == second
    assert len(await start(instances).open_tasks()) == 1


async def test_of_two_decisions_at_once_one_holds_and_the_other_clerk_is_told(start: Starter) -> None:
    instances = Meeting()
    await start(instances).submit(DRAFT)
    instances.expect_two()

    outcomes = await asyncio.gather(
        start(instances).decide("KEY1", Decision.APPROVE, "Yes."),
        start(instances).decide("KEY1", Decision.REFUSE, "No."),
        return_exceptions=True,
    )

    (decided,) = [outcome for outcome in outcomes if isinstance(outcome, Application)]
    (late,) = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert isinstance(late, NotWaiting)
    assert await start(instances).find("KEY1") == decided
    assert len(await start(instances).events(NOW)) == 1


async def test_a_decision_and_a_withdrawal_at_once_leave_one_of_them(start: Starter) -> None:
    instances = Meeting()
    application = await start(instances).submit(DRAFT)
    instances.expect_two()

    await asyncio.gather(
        start(instances).withdraw(application.id),
        start(instances).decide("KEY1", Decision.APPROVE, "Yes."),
        return_exceptions=True,
    )

    found = await start(instances).find("KEY1")
    assert found is not None
    assert found.ended
    told = [event.name for event in await start(instances).events(NOW)]
    assert (found.status, told) in ((Status.WITHDRAWN, []), (Status.APPROVED, ["approved"]))


async def test_an_acknowledgement_and_a_decision_at_once_lose_neither(start: Starter, clock: Clock) -> None:
    instances = Meeting()
    await start(instances).submit(DRAFT)
    clock.pass_by(timedelta(days=30))
    (late,) = await start(instances).events(NOW)
    instances.expect_two()

    await asyncio.gather(start(instances).acknowledge(late), start(instances).decide("KEY1", Decision.APPROVE, "Yes."))

    assert [event.name for event in await start(instances).events(NOW)] == ["approved"]


async def test_one_who_always_comes_second_gives_up_and_may_try_later(start: Starter) -> None:
    instances = Contended()
    await start(instances).submit(DRAFT)

    with pytest.raises(ServiceDown) as refusal:
        await start(instances).decide("KEY1", Decision.APPROVE, "Yes.")

    assert refusal.value.retry_after is not None
    assert len(await start(instances).open_tasks()) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_submission_outlives_a_kill(moment: str, start: Starter) -> None:
    instances = Dying()
    instances.when = moment
    with pytest.raises(Killed):
        await start(instances).submit(DRAFT)

    application = await start(instances).submit(DRAFT)

    assert await start(instances).find("KEY1") == application
    assert len(await start(instances).open_tasks()) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_reminder_outlives_a_kill_and_is_told_once(moment: str, start: Starter, clock: Clock) -> None:
    instances = Dying()
    await start(instances).submit(DRAFT)
    clock.pass_by(timedelta(days=30))
    instances.when = moment
    with pytest.raises(Killed):
        await start(instances).tick()

    assert [event.name for event in await start(instances).events(NOW)] == ["late"]
    assert [event.name for event in await start(instances).events(NOW)] == ["late"]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_supplied_paper_outlives_a_kill(moment: str, start: Starter) -> None:
    instances = Dying()
    application = await start(instances).submit(DRAFT)
    await start(instances).decide("KEY1", Decision.RETURN, "A paper is missing.")
    (task,) = await start(instances).tasks(application.id)
    instances.when = moment
    with pytest.raises(Killed):
        await start(instances).complete(task, {})

    assert (await start(instances).complete(task, {})).status == Status.PENDING
    assert len(await start(instances).open_tasks()) == 1


async def test_a_decision_killed_before_it_is_kept_can_be_made_again(start: Starter) -> None:
    instances = Dying()
    await start(instances).submit(DRAFT)
    instances.when = "before"
    with pytest.raises(Killed):
        await start(instances).decide("KEY1", Decision.APPROVE, "Yes.")

    assert (await start(instances).decide("KEY1", Decision.APPROVE, "Yes.")).ended
    assert len(await start(instances).events(NOW)) == 1


async def test_a_decision_killed_after_it_is_kept_stands(start: Starter) -> None:
    instances = Dying()
    await start(instances).submit(DRAFT)
    instances.when = "after"
    with pytest.raises(Killed):
        await start(instances).decide("KEY1", Decision.APPROVE, "Yes.")

    with pytest.raises(NotWaiting):
        await start(instances).decide("KEY1", Decision.REFUSE, "No.")
    assert [event.name for event in await start(instances).events(NOW)] == ["approved"]


async def test_one_who_waits_for_news_has_it_as_soon_as_it_is_there(start: Starter) -> None:
    instances = Memory()
    await start(instances).submit(DRAFT)
    waiting = asyncio.create_task(start(instances).events(timedelta(minutes=10)))
    await start(instances).decide("KEY1", Decision.APPROVE, "Yes.")

    async with asyncio.timeout(5):
        events = await waiting

    assert [event.name for event in events] == ["approved"]


async def test_one_who_waits_in_vain_is_let_go(start: Starter) -> None:
    instances = Memory()
    await start(instances).submit(DRAFT)

    async with asyncio.timeout(5):
        assert await start(instances).events(timedelta(milliseconds=3)) == ()
