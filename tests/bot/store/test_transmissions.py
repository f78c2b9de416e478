"""What platforms tell about messages moves a delivery forward, in whatever order and however often it is told."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.messages import Lane, ReceiptState
from bot.store import Store, transmissions
from bot.store.tables import deliveries
from bot.store.tables import transmissions as rows
from tests.bot.house import House
from tests.bot.messenger import Messenger, meet, post
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock

DELIVERED, SEEN, FAILED = ReceiptState.DELIVERED, ReceiptState.SEEN, ReceiptState.FAILED


@pytest.fixture
async def house(store: Store, clock: Clock) -> House:
    """Anna has been answered: the platform calls it anna-1."""
    house = House(store, BRAIN, clock, Messenger())
    await meet(house, "anna")
    return house


async def hear(house: House, platform_id: str, *states: ReceiptState) -> None:
    for state in states:
        await house.store.write(transmissions.hear, house.channel.name, platform_id, state, house.clock())


async def state(house: House) -> str:
    """Of what was sent last."""

    def read(connection: Connection) -> str:
        return connection.execute(select(deliveries.c.state).order_by(deliveries.c.id.desc()).limit(1)).scalar_one()

    return await house.store.read(read)


async def kept(house: House, platform_id: str) -> Any:
    def read(connection: Connection) -> Any:
        return connection.execute(select(rows).where(rows.c.platform_id == platform_id)).first()

    return await house.store.read(read)


async def test_what_was_seen_is_seen(house: House) -> None:
    await hear(house, "anna-1", DELIVERED)
    at_first = await state(house)
    await hear(house, "anna-1", SEEN)

    assert at_first == "delivered"
    assert await state(house) == "seen"


async def test_every_device_may_say_that_it_was_delivered(house: House) -> None:
    await hear(house, "anna-1", DELIVERED, DELIVERED, SEEN, DELIVERED)

    assert await state(house) == "seen"


async def test_what_the_phone_refused_has_failed(house: House) -> None:
    await hear(house, "anna-1", FAILED)

    assert await state(house) == "failed"


@pytest.mark.parametrize("order", [*permutations([FAILED, DELIVERED, SEEN])])
async def test_what_one_device_showed_was_shown_whatever_order_it_is_told_in(
    house: House, order: tuple[ReceiptState, ...]
) -> None:
    await hear(house, "anna-1", *order)

    assert await state(house) == "seen"


async def test_a_receipt_that_overtakes_its_own_sending_is_kept_for_it(house: House) -> None:
    await hear(house, "anna-2", SEEN)
    await post(house, "anna", "approved")

    await house.send_all()

    assert await state(house) == "seen"


async def test_only_the_last_part_tells_that_all_was_delivered(house: House) -> None:
    await post(house, "anna", "you need|an identity card")
    await house.send_all()

    await hear(house, "anna-2", SEEN)
    after_the_first = await state(house)
    await hear(house, "anna-3", DELIVERED)

    assert after_the_first == "sent"
    assert await state(house) == "delivered"


@pytest.mark.parametrize("order", [*permutations(["anna-2", "anna-3"])])
async def test_one_part_that_failed_fails_the_whole(house: House, order: tuple[str, str]) -> None:
    await post(house, "anna", "you need|an identity card")
    await house.send_all()
    told = {"anna-2": FAILED, "anna-3": SEEN}

    await hear(house, order[0], told[order[0]])
    await hear(house, order[1], told[order[1]])

    assert await state(house) == "failed"


async def test_what_is_heard_of_something_unknown_changes_nothing(house: House) -> None:
    await hear(house, "stranger-1", SEEN)

    assert await state(house) == "sent"


async def test_channels_do_not_share_their_ids(house: House, clock: Clock) -> None:
    await house.store.write(transmissions.hear, "other", "anna-1", SEEN, clock())

    assert await state(house) == "sent"


async def test_within_a_day_of_the_citizens_own_words_it_is_within_the_session(house: House, clock: Clock) -> None:
    clock.move(hours=23)
    await post(house, "anna", "approved", Lane.NEWS)
    await house.send_all()
    clock.move(hours=2)
    await post(house, "anna", "market on Sunday", Lane.NOTICE)
    await house.send_all()

    assert (await kept(house, "anna-2")).session is True
    assert (await kept(house, "anna-3")).session is False


async def test_strays_are_forgotten_after_a_while_and_nothing_else(house: House, clock: Clock) -> None:
    await hear(house, "stranger-1", SEEN)
    clock.move(days=14)
    await hear(house, "stranger-2", SEEN)

    assert await house.store.write(transmissions.sweep, clock() - timedelta(days=13)) == 1
    assert await kept(house, "stranger-2") is not None
    assert await kept(house, "anna-1") is not None


async def test_every_part_is_kept_once(house: House, clock: Clock) -> None:
    await post(house, "anna", "you need|an identity card|a photo")
    await house.send_all()

    def read(connection: Connection, since: datetime) -> int:
        return connection.execute(select(func.count()).where(rows.c.at >= since)).scalar_one()

    assert await house.store.read(read, clock()) == 4
