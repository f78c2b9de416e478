"""The table of instances in memory keeps the contract that a database keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from integrations.workflow import Status
from integrations.workflow.instances import Instance, Instances, Memory

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = Instance("1", "KEY1", "newborn_aid", Status.PENDING, False, NOON, "{}")


async def test_a_key_is_taken_once(instances: Instances) -> None:
    assert await instances.insert(FIRST)

    assert not await instances.insert(replace(FIRST, id="2", state="[]"))

    assert await instances.by_key("KEY1") == FIRST
    assert await instances.by_id("2") is None


async def test_a_save_from_an_old_version_changes_nothing(instances: Instances) -> None:
    await instances.insert(FIRST)
    second = replace(FIRST, version=2, status=Status.SENDBACK)
    assert await instances.save(second, 1)

    assert not await instances.save(replace(FIRST, version=2, status=Status.APPROVED), 1)
    assert not await instances.save(replace(FIRST, id="9", version=2), 1)

    assert await instances.by_id("1") == second


async def test_those_whose_timer_has_come_are_found_the_earliest_first(instances: Instances) -> None:
    await _insert(instances, next_timer=[None, NOON, NOON - HOUR, NOON + HOUR])

    assert [row.id for row in await instances.due(NOON, 10)] == ["2", "1"]
    assert [row.id for row in await instances.due(NOON, 1)] == ["2"]


async def test_those_with_something_to_tell_are_found_the_oldest_first(instances: Instances) -> None:
    await _insert(instances, untold_since=[None, NOON, NOON - HOUR])

    assert [row.id for row in await instances.waiting_to_tell(10)] == ["2", "1"]
    assert [row.id for row in await instances.waiting_to_tell(1)] == ["2"]


async def test_those_a_group_has_before_it_are_found_the_first_registered_first(instances: Memory) -> None:
    await _insert(
        instances,
        waits_for=["office", None, "applicant", "office"],
        registered=[NOON, NOON, NOON, NOON - HOUR],
    )

    assert [row.id for row in await instances.open_for("office")] == ["3", "0"]


async def _insert(instances: Instances, **columns: list[object]) -> None:
    """One instance a row, numbered from 0."""
    for number, values in enumerate(zip(*columns.values(), strict=True)):
        row = dict(zip(columns, values, strict=True))
        await instances.insert(replace(FIRST, id=str(number), key=f"KEY{number}", **row))
