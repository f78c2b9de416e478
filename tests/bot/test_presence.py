"""Processes know how many they are, and agree on who does what only one may do."""

from datetime import timedelta

from bot.presence import DEAD_AFTER, Presence
from bot.store import Store
from tests.fakes.clock import Clock
from tests.fakes.key import KEY

A_MINUTE = timedelta(minutes=1)


async def test_processes_that_are_alive_are_counted(store: Store, clock: Clock) -> None:
    first, second = Presence(store, clock), Presence(store, clock)

    await first.beat()
    await second.beat()
    await first.beat()

    assert (first.count, second.count) == (2, 2)


async def test_a_process_that_is_silent_is_counted_no_more(store: Store, clock: Clock) -> None:
    first, second = Presence(store, clock), Presence(store, clock)
    await first.beat()
    await second.beat()

    clock.move(seconds=DEAD_AFTER.total_seconds() + 1)
    await first.beat()

    assert first.count == 1


async def test_a_task_is_done_by_one_process(store: Store, clock: Clock) -> None:
    first, second = Presence(store, clock), Presence(store, clock)

    took = await first.is_mine("poll", A_MINUTE), await second.is_mine("poll", A_MINUTE)

    assert took == (True, False)


async def test_whoever_does_a_task_may_go_on_with_it(store: Store, clock: Clock) -> None:
    first = Presence(store, clock)
    await first.is_mine("poll", A_MINUTE)

    clock.move(seconds=50)

    assert await first.is_mine("poll", A_MINUTE)


async def test_the_task_of_a_dead_process_is_taken_over(store: Store, clock: Clock) -> None:
    first, second = Presence(store, clock), Presence(store, clock)
    await first.is_mine("poll", A_MINUTE)

    clock.move(minutes=1)

    assert await second.is_mine("poll", A_MINUTE)
    assert not await first.is_mine("poll", A_MINUTE)


async def test_the_task_of_a_process_that_stops_is_free_at_once(store: Store, clock: Clock) -> None:
    first, second = Presence(store, clock), Presence(store, clock)
    await first.is_mine("poll", A_MINUTE)

    await first.leave()

    assert await second.is_mine("poll", A_MINUTE)


async def test_while_the_database_is_away_as_many_are_taken_to_be_alive(clock: Clock) -> None:
    nowhere = Store.open("postgresql://127.0.0.1:1/komshi", KEY)
    alone = Presence(nowhere, clock)
    alone.count = 3

    await alone.beat()
    await nowhere.close()

    assert alone.count == 3
