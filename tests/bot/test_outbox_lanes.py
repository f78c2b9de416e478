"""What is more urgent goes first, and nobody is told two things at once."""

import asyncio
from datetime import timedelta

import pytest

from bot.messages import Lane, SendError
from bot.outbox import MOST_AT_ONCE, Outbox
from bot.signals import DELIVERIES, Signals
from bot.store import Store
from tests.bot.house import House
from tests.bot.messenger import Messenger, crowd, meet, post
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock


@pytest.fixture
def messenger() -> Messenger:
    return Messenger()


@pytest.fixture
async def house(store: Store, clock: Clock, messenger: Messenger) -> House:
    """Anna, Boris, Clara and Dora have been answered."""
    house = House(store, BRAIN, clock, messenger)
    await meet(house, "anna", "boris", "clara", "dora")
    return house


async def test_replies_go_before_news_before_emergencies_before_notices(house: House) -> None:
    await post(house, "anna", "market on Sunday", Lane.NOTICE)
    await post(house, "boris", "no water", Lane.EMERGENCY)
    await post(house, "clara", "approved", Lane.NEWS)
    await post(house, "dora", "you said hello", Lane.REPLY)

    await house.send_all()

    assert [who for who, _ in house.channel.sent] == ["dora", "clara", "boris", "anna"]


async def test_a_reply_overtakes_a_notice_to_the_same_citizen(house: House) -> None:
    await post(house, "anna", "market on Sunday", Lane.NOTICE)
    await post(house, "anna", "you said hello")

    await house.send_all()

    assert house.told("anna") == ["you said hello", "market on Sunday"]


async def test_a_notice_does_not_overtake_a_reply_that_has_to_wait(house: House, clock: Clock) -> None:
    house.channel.errors = [SendError("busy", retry=True)]
    await post(house, "anna", "you said hello")
    await post(house, "anna", "market on Sunday", Lane.NOTICE)

    await house.send_all()
    at_once = house.told("anna")
    clock.move(minutes=1)
    await house.send_all()

    assert at_once == []
    assert house.told("anna") == ["you said hello", "market on Sunday"]


async def test_while_one_is_being_sent_the_same_citizen_is_sent_nothing_else(
    house: House, messenger: Messenger
) -> None:
    await post(house, "anna", "market on Sunday", Lane.NOTICE)
    messenger.hold()
    sending = asyncio.create_task(house.outbox.send_due())
    await messenger.is_busy.wait()
    await post(house, "anna", "you said hello")

    meanwhile = await house.outbox.send_due()
    messenger.is_open.set()
    await sending
    await house.send_all()

    assert meanwhile == 0
    assert house.told("anna") == ["market on Sunday", "you said hello"]


async def test_two_processes_never_send_one_citizen_two_things_at_once(house: House, clock: Clock) -> None:
    await post(house, "anna", "market on Sunday", Lane.NOTICE)
    await post(house, "anna", "you said hello")
    second = Outbox(house.store, {house.channel.name: house.channel}, Signals(), clock)

    claimed = await asyncio.gather(house.outbox.send_due(), second.send_due())

    assert claimed in ([1, 0], [0, 1], [1, 1])
    assert house.told("anna")[0] == "you said hello"


async def test_replies_find_room_when_a_slow_platform_is_full_of_notices(house: House, messenger: Messenger) -> None:
    await crowd(house, MOST_AT_ONCE, "market on Sunday", Lane.NOTICE)
    messenger.hold()
    sending = asyncio.create_task(house.outbox.send_due())
    await messenger.is_busy.wait()
    await post(house, "anna", "you said hello")

    answering = asyncio.create_task(house.outbox.send_due())
    messenger.is_open.set()

    assert await answering == 1
    await sending


async def test_when_there_was_more_than_it_took_it_looks_again_at_once(house: House, clock: Clock) -> None:
    signals = Signals()
    outbox = Outbox(house.store, {house.channel.name: house.channel}, signals, clock)
    await crowd(house, MOST_AT_ONCE + 1, "you said hello", Lane.REPLY)

    with signals.listen(DELIVERIES) as bell:
        taken = await outbox.send_due()
        async with asyncio.timeout(5):
            await bell.wait(timedelta(minutes=5))

    assert taken == MOST_AT_ONCE
    assert await outbox.send_due() == 1
