"""Nothing is sent faster than the platform allows, and what has to wait loses nothing by it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot.budget import Alone
from bot.messages import Lane, Pace, SendError
from bot.outbox import HOLD, Outbox
from bot.signals import Signals
from bot.store import Store
from bot.store.tables import deliveries as rows
from tests.bot.house import House
from tests.bot.messenger import Messenger, meet, post
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock

# A place every ten seconds, which nobody waits for in line.
SLOW = Pace("a bot", per_second=0.1, per_chat=1000, burst=3)
BRISK = Pace("a bot", per_second=4, per_chat=1000, burst=3)
FREE = Pace("a bot", per_second=1_000_000, per_chat=0.1, burst=2)


@pytest.fixture
async def house(store: Store, clock: Clock) -> House:
    """Anna, Boris and Clara have been answered."""
    house = House(store, BRAIN, clock, Messenger())
    await meet(house, "anna", "boris", "clara")
    return house


def outbox(house: House, pace: Pace) -> Outbox:
    """On the messenger of the house, at this pace; it keeps the time of the house."""
    messenger = house.channel
    messenger.pace = pace  # type: ignore[assignment]
    budget = Alone(clock=lambda: house.clock().timestamp())
    return Outbox(house.store, {messenger.name: messenger}, Signals(), house.clock, budget)


async def attempts(house: House) -> set[int]:
    def read(connection: Connection) -> set[int]:
        return set(connection.execute(select(rows.c.attempts)).scalars())

    return await house.store.read(read)


async def states(house: House) -> list[str]:
    def read(connection: Connection) -> list[str]:
        return list(connection.execute(select(rows.c.state).order_by(rows.c.id.desc()).limit(2)).scalars())

    return await house.store.read(read)


async def test_what_finds_no_place_is_sent_when_there_is_one(house: House, clock: Clock) -> None:
    slow = outbox(house, SLOW)
    await post(house, "anna", "approved")
    await post(house, "boris", "approved")

    await slow.send_due()
    at_once = list(house.channel.sent)
    clock.move(seconds=10)
    await slow.send_due()

    assert at_once == [("anna", "approved")]
    assert house.channel.sent == [("anna", "approved"), ("boris", "approved")]
    assert await attempts(house) == {0}


async def test_a_lane_without_a_place_is_left_alone_until_there_is_one(house: House, clock: Clock) -> None:
    slow = outbox(house, SLOW)
    await post(house, "anna", "market on Sunday", Lane.NOTICE)
    await post(house, "boris", "market on Sunday", Lane.NOTICE)
    await slow.send_due()
    await post(house, "clara", "market on Sunday", Lane.NOTICE)

    assert await slow.send_due() == 0


async def test_a_short_wait_is_waited_out_in_line(house: House) -> None:
    brisk = outbox(house, BRISK)
    await post(house, "anna", "approved")
    await post(house, "boris", "approved")
    await post(house, "clara", "approved")

    await brisk.send_due()

    assert sorted(who for who, _ in house.channel.sent) == ["anna", "boris", "clara"]
    assert await states(house) == ["sent", "sent"]


async def test_what_waits_in_line_when_the_process_dies_is_sent_by_another(house: House, clock: Clock) -> None:
    dying, other = outbox(house, Pace("a bot", 0.9, 1000, 3)), outbox(house, BRISK)
    await post(house, "anna", "approved")
    await post(house, "boris", "approved")
    running = asyncio.create_task(dying.run())
    while await states(house) != ["queued", "sent"]:
        await asyncio.sleep(0)
    clock.now += HOLD
    await other.send_due()
    running.cancel()
    await asyncio.wait([running])

    assert sorted(house.channel.sent) == [("anna", "approved"), ("boris", "approved")]


async def test_one_chat_waits_for_itself_only(house: House, clock: Clock) -> None:
    free = outbox(house, FREE)
    await post(house, "anna", "one|two|three")
    await post(house, "boris", "one")

    await free.send_due()
    at_once = sorted(house.channel.sent)
    clock.move(seconds=10)
    await free.send_due()

    assert at_once == [("anna", "one"), ("anna", "two"), ("boris", "one")]
    assert house.told("anna") == ["one", "two", "three"]


async def test_when_the_platform_says_slow_down_notices_stop_and_replies_go_on(house: House, clock: Clock) -> None:
    free = outbox(house, FREE)
    house.channel.errors = [SendError("slow down", retry=True, retry_after=timedelta(minutes=1))]
    await post(house, "anna", "you said hello")
    await free.send_due()
    await post(house, "boris", "market on Sunday", Lane.NOTICE)
    await post(house, "clara", "you said hello")

    await free.send_due()
    at_once = list(house.channel.sent)
    clock.move(minutes=2)
    await free.send_due()

    assert at_once == [("clara", "you said hello")]
    assert sorted(who for who, _ in house.channel.sent) == ["anna", "boris", "clara"]
    assert await attempts(house) == {0}
