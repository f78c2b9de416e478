"""The clock the platforms live by."""

import asyncio
from datetime import timedelta

import pytest

from tests.fakes.platform_clock import MORNING, Clock

HOUR = timedelta(hours=1)


async def forever() -> None:
    await asyncio.Event().wait()


async def answer() -> int:
    return 42


async def test_a_clock_that_stands_still_wakes_a_sleeper_when_it_is_moved() -> None:
    clock = Clock(speed=0)
    sleeper = asyncio.create_task(clock.sleep(HOUR))

    clock.move(HOUR / 2)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.move(HOUR / 2)
    await sleeper

    assert clock.now() == MORNING + HOUR


async def test_a_fast_clock_needs_no_hour_for_an_hour() -> None:
    clock = Clock(speed=1_000_000)

    await clock.sleep(HOUR)

    assert clock.now() >= MORNING + HOUR


async def test_a_clock_may_be_made_faster_while_somebody_sleeps() -> None:
    clock = Clock(speed=0)
    sleeper = asyncio.create_task(clock.sleep(HOUR))

    clock.run_at(1_000_000)

    await sleeper


async def test_work_that_takes_too_long_by_this_clock_is_ended() -> None:
    clock = Clock(speed=1_000_000)

    with pytest.raises(TimeoutError):
        await clock.within(HOUR, forever())
    assert await Clock(speed=0).within(HOUR, answer()) == 42
