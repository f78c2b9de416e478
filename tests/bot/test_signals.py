"""Whoever waits is woken, and nobody sleeps through what happened a moment ago."""

import asyncio
from datetime import timedelta

from bot.signals import Signals

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
