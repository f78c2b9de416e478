"""Whoever waits is woken, and nobody sleeps through what happened a moment ago."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.signals import CHANNEL, LONG_POLL, POLL, SharedSignals, Signals, digest
from tests.fakes.redis import Server

LONG = timedelta(minutes=5)
AT_ONCE = timedelta(0)


async def test_everyone_who_waits_is_woken() -> None:
    signals = Signals()
    waiting = [asyncio.create_task(signals.wait("news", LONG)) for _ in range(3)]
    await asyncio.sleep(0)

    signals.notify("news")

    await asyncio.gather(*waiting)


async def test_a_listener_who_was_busy_is_woken_by_what_it_missed() -> None:
    signals = Signals()
    with signals.listen("news") as bell:
        signals.notify("news")
        signals.notify("news")

        await bell.wait(LONG)


async def test_two_listeners_do_not_take_each_others_wake_ups() -> None:
    signals = Signals()
    with signals.listen("news") as first, signals.listen("news") as second:
        signals.notify("news")

        await first.wait(LONG)
        await second.wait(LONG)


async def test_another_topic_wakes_nobody() -> None:
    signals = Signals()
    waiting = asyncio.create_task(signals.wait("news", LONG))
    await asyncio.sleep(0)

    signals.notify("weather")
    await asyncio.sleep(0)

    assert not waiting.done()
    waiting.cancel()


async def test_patience_ends() -> None:
    await Signals().wait("news", AT_ONCE)


async def test_nothing_is_kept_of_who_has_left() -> None:
    signals = Signals()

    await signals.wait("news", AT_ONCE)

    assert signals._bells == {}


@pytest.fixture
def redis() -> Iterator[Server]:
    with Server.begin() as server:
        yield server


async def told_to_wait(so_long: timedelta, signals: Signals) -> None:
    """Returns as soon as whoever listens may wait so long."""
    with signals.listen("anything") as bell:
        while signals.poll != so_long:
            await bell.wait(LONG)


@asynccontextmanager
async def in_touch(redis: Server) -> AsyncIterator[SharedSignals]:
    """The signals of a process that hears the others."""
    signals = SharedSignals.open(redis.url)
    running = asyncio.create_task(signals.run())
    await told_to_wait(LONG_POLL, signals)
    try:
        yield signals
    finally:
        running.cancel()
        await asyncio.wait([running])
        await signals.close()


async def test_what_happens_in_one_process_wakes_another(redis: Server) -> None:
    async with in_touch(redis) as here, in_touch(redis) as there:
        waiting = asyncio.create_task(there.wait("news", LONG))
        await asyncio.sleep(0)

        here.notify("news")

        await waiting


async def test_in_the_same_process_nobody_waits_for_redis(redis: Server) -> None:
    signals = SharedSignals.open(redis.url)
    with signals.listen("news") as bell:
        signals.notify("news")

        await bell.wait(LONG)


async def test_what_only_this_process_is_to_know_is_not_told(redis: Server) -> None:
    async with in_touch(redis) as here, in_touch(redis) as there:
        with there.listen("mine") as mine, there.listen("news") as news:
            await mine.wait(AT_ONCE)
            here.ring("mine")
            here.notify("news")
            await news.wait(LONG)

            assert not mine._rung.is_set()


async def test_one_can_wait_long_only_while_the_others_are_heard(redis: Server) -> None:
    assert SharedSignals.open(redis.url).poll == Signals().poll == POLL
    async with in_touch(redis) as signals:
        assert signals.poll == LONG_POLL


async def test_when_redis_goes_everyone_looks_for_themselves(redis: Server) -> None:
    async with in_touch(redis) as signals:
        redis.stop()

        await told_to_wait(POLL, signals)


async def test_when_redis_is_back_the_others_are_heard_again(redis: Server) -> None:
    async with in_touch(redis) as here, in_touch(redis) as there:
        redis.stop()
        await asyncio.gather(told_to_wait(POLL, here), told_to_wait(POLL, there))
        redis.start()
        await asyncio.gather(told_to_wait(LONG_POLL, here), told_to_wait(LONG_POLL, there))
        waiting = asyncio.create_task(there.wait("news", LONG))
        await asyncio.sleep(0)

        here.notify("news")

        await waiting


async def test_no_address_leaves_the_process(redis: Server) -> None:
    async with Redis.from_url(redis.url) as client, client.pubsub(ignore_subscribe_messages=True) as wire:
        await wire.subscribe(CHANNEL)
        await wire.get_message(timeout=5)
        async with in_touch(redis) as signals:
            signals.notify("viber:01234567890A=")
            said = [await wire.get_message(timeout=5) for _ in range(2)]

    words = b" ".join(message["data"] for message in said)
    assert digest("viber:01234567890A=").encode() in words
    assert b"01234567890A=" not in words


async def test_whenever_it_is_told_to_end_it_ends(redis: Server) -> None:
    assert all([await ends(redis, steps) for steps in range(50)])


async def ends(redis: Server, steps: int) -> bool:
    """Whether it ends when it is told to after so many steps of the event loop."""
    signals = SharedSignals.open(redis.url)
    running = asyncio.create_task(signals.run())
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    ended, _ = await asyncio.wait([running], timeout=5)
    await signals.close()
    return bool(ended)
