"""A budget that many processes share in Redis, and what becomes of it when Redis goes."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.budget import RETRY, TIMEOUT, Shared
from bot.messages import Lane, Pace
from tests.bot.test_budget_alone import Seconds
from tests.fakes.redis import Server

SLOW = Pace("a bot", per_second=0.25, per_chat=1000, burst=3)
FAST = Pace("a bot", per_second=200, per_chat=1000, burst=3)
PROCESSES = 4


@pytest.fixture
def redis() -> Iterator[Server]:
    with Server.begin() as server:
        yield server


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def processes(redis: Server, seconds: Seconds) -> AsyncIterator[list[Shared]]:
    """The budgets of processes that share one."""
    async with AsyncExitStack() as stack:
        budgets = [Shared.open(redis.url, lambda: PROCESSES, seconds) for _ in range(PROCESSES)]
        for budget in budgets:
            stack.push_async_callback(budget.close)
        yield budgets


async def place(budget: Shared) -> float:
    """When the next message may be sent."""
    leave = await budget.ask(FAST, "anna", Lane.REPLY)
    assert leave.granted
    return time.monotonic() + leave.wait.total_seconds()


async def test_what_one_process_took_is_not_there_for_the_others(processes: list[Shared]) -> None:
    first, second, *_ = processes
    await first.ask(SLOW, "anna", Lane.REPLY)

    assert not (await second.ask(SLOW, "boris", Lane.REPLY)).granted


async def test_a_pause_holds_for_all_processes(processes: list[Shared]) -> None:
    first, second, *_ = processes
    await first.pause(FAST, "anna", timedelta(minutes=1))

    assert not (await second.ask(FAST, "anna", Lane.REPLY)).granted
    assert not (await second.ask(FAST, "boris", Lane.NOTICE)).granted


async def test_places_of_four_processes_are_as_far_apart_as_the_rate_says(processes: list[Shared]) -> None:
    places = [await place(budget) for _ in range(90) for budget in processes]

    span = max(places) - min(places)
    assert (len(places) - 1) / span == pytest.approx(FAST.per_second, rel=0.02)


async def test_without_redis_a_process_goes_on_with_its_share(processes: list[Shared], redis: Server) -> None:
    redis.stop()
    pace = Pace("a bot", per_second=PROCESSES / 1.5, per_chat=1000, burst=3)

    leaves = [await processes[0].ask(pace, str(chat), Lane.REPLY) for chat in range(3)]

    assert [leave.granted for leave in leaves] == [True, True, False]
    assert leaves[1].wait == timedelta(seconds=1.5)


async def test_a_pause_outlives_redis(processes: list[Shared], redis: Server) -> None:
    await processes[0].pause(FAST, "anna", timedelta(minutes=1))
    redis.stop()

    assert not (await processes[0].ask(FAST, "anna", Lane.REPLY)).granted


async def test_a_redis_that_does_not_answer_is_not_waited_for_long(processes: list[Shared], redis: Server) -> None:
    redis.freeze()
    async with asyncio.timeout(2 * TIMEOUT):
        first = await processes[0].ask(FAST, "anna", Lane.REPLY)
        rest = [await processes[0].ask(FAST, "anna", Lane.REPLY) for _ in range(2)]
    redis.thaw()

    assert first.granted
    assert all(leave.granted for leave in rest)


async def test_when_redis_is_back_it_is_shared_again(processes: list[Shared], redis: Server, seconds: Seconds) -> None:
    first, second, *_ = processes
    redis.stop()
    await first.ask(SLOW, "anna", Lane.REPLY)
    await second.ask(SLOW, "anna", Lane.REPLY)
    redis.start()
    seconds.now += RETRY

    one = await first.ask(SLOW, "anna", Lane.REPLY)
    other = await second.ask(SLOW, "anna", Lane.REPLY)

    assert (one.granted, other.granted) == (True, False)


async def test_redis_knows_neither_the_bot_nor_the_chat_and_forgets_both(
    processes: list[Shared], redis: Server
) -> None:
    await processes[0].ask(Pace("12345", 30, 1, 3), "382671234567", Lane.REPLY)
    await processes[0].pause(Pace("12345", 30, 1, 3), "382671234567", timedelta(minutes=1))
    async with Redis.from_url(redis.url) as client:
        names = await client.keys("*")
        known = b" ".join([*names, *[repr(await client.hgetall(name)).encode() for name in names]])
        left = [await client.pttl(name) for name in names]

    assert b"12345" not in known
    assert b"382671234567" not in known
    assert all(0 < milliseconds < 70_000 for milliseconds in left)
