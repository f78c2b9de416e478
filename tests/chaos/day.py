"""The day itself: everybody writes while one thing after the other fails; in the evening all is well again."""

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection, func, select

from bot.store.tables import deliveries, messages
from tests.chaos.citizens import Citizen
from tests.chaos.reckoning import Report, reckon
from tests.chaos.town import Member, Town, opened
from tests.fakes.telegram import Fault

CITIZENS = 40
RATES = {
    Fault.STORM: 0.01,
    Fault.ERROR_JSON: 0.01,
    Fault.ERROR_HTML: 0.01,
    Fault.BAD_GATEWAY_JSON: 0.01,
    Fault.BAD_GATEWAY_HTML: 0.01,
    Fault.SLOW: 0.01,
    Fault.RESET_BEFORE: 0.015,
    Fault.RESET_AFTER: 0.015,
    Fault.GARBLED: 0.01,
    Fault.DUPLICATE: 0.08,
    Fault.SWAPPED: 0.05,
    Fault.LATE: 0.03,
    Fault.MALFORMED: 0.03,
}
SLOWNESS = timedelta(seconds=2)
SLOW_CALLS = 8
"""Under way when a process is killed, so that one of them is its own."""
REPEATED = 50
"""Updates that come again in the evening."""
EVENING = 120
"""Seconds until everything has to be done; what a dead process held is free after 60."""
LOOK = 0.25


async def live(seed: int, folder: Path) -> Report:
    """The same people, words, moments and faults for the same seed, as far as processes let it be the same."""
    chance = Random(seed)  # noqa: S311 - chance, no secret
    async with opened(folder, chance) as town:
        citizens = [Citizen(town.telegram.person(f"Citizen {number}")) for number in range(CITIZENS)]
        town.telegram.faults.slowness = SLOWNESS
        town.telegram.faults.scatter(seed, RATES)
        async with asyncio.TaskGroup() as day:
            for citizen in citizens:
                day.create_task(citizen.live(chance))
            day.create_task(disasters(town, chance))
        town.telegram.faults.clear()
        await quiet(town)
        late = await town.front.repeat(REPEATED)
        await quiet(town)
        return await reckon(town, citizens, seed, (REPEATED, late))


async def disasters(town: Town, chance: Random) -> None:
    """One after the other, in an order and at moments of chance, but the killings first: what a dead process held is
    free only after a minute."""
    killings, losses = [kill_a_worker, kill_a_server], [lose_redis, lose_postgres, storm]
    chance.shuffle(killings)
    chance.shuffle(losses)
    async with asyncio.TaskGroup() as revivals:
        for fail in (*killings, *losses):
            await asyncio.sleep(chance.uniform(1, 3))
            killed = await fail(town, chance)
            if killed is not None:
                revivals.create_task(killed.revive())


async def kill_a_worker(town: Town, chance: Random) -> Member:
    return await _kill(town, chance.choice(town.workers))


async def kill_a_server(town: Town, chance: Random) -> Member:
    return await _kill(town, chance.choice(town.servers))


async def _kill(town: Town, member: Member) -> Member:
    """In the middle of what it sends."""
    town.telegram.faults.plan(Fault.SLOW, SLOW_CALLS, methods=["sendMessage"])
    await asyncio.sleep(SLOWNESS.total_seconds() / 2)
    await member.kill()
    return member


async def lose_redis(town: Town, chance: Random) -> None:
    town.redis.stop()
    await asyncio.sleep(chance.uniform(2, 5))
    await asyncio.to_thread(town.redis.start)


async def lose_postgres(town: Town, chance: Random) -> None:
    await asyncio.to_thread(town.postgres.stop)
    await asyncio.sleep(chance.uniform(2, 5))
    await asyncio.to_thread(town.postgres.restart)


async def storm(town: Town, chance: Random) -> None:
    """Telegram wants to hear nothing from the bot for a while."""
    town.telegram.faults.plan(Fault.STORM)


async def quiet(town: Town) -> None:
    """Returns when Telegram has confirmed everything and nothing is open here. Raises TimeoutError after EVENING."""
    async with asyncio.timeout(EVENING):
        await town.telegram.record.until(lambda: not town.telegram.bot.inbox.waiting(), EVENING)
        while await town.store.read(_open):
            await asyncio.sleep(LOOK)


def _open(connection: Connection) -> int:
    """Messages without an answer, and replies that are not at their end."""
    waiting = select(func.count()).where(messages.c.state == "waiting")
    going = select(func.count()).where(deliveries.c.state.in_(("queued", "sending")))
    return sum(connection.execute(count).scalar_one() for count in (waiting, going))
