"""A long reply goes out in parts: in order, each once, and after a failure only the rest."""

import pytest
from sqlalchemy import Connection, select

from bot.messages import Lane, ReceiptState, SendError
from bot.outbox import LEASE
from bot.store import Store, deliveries
from bot.store.deliveries import Outcome, Room
from bot.store.tables import deliveries as rows
from tests.bot.house import House
from tests.bot.messenger import Messenger, meet, post
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock


@pytest.fixture(params=[False, True], ids=["seen twice", "seen once"])
async def house(request: pytest.FixtureRequest, store: Store, clock: Clock) -> House:
    """Anna has been answered, on a messenger that shows a doubled part twice, or once."""
    house = House(store, BRAIN, clock, Messenger(repeatable=request.param))
    await meet(house, "anna")
    return house


async def last_state(house: House) -> str:
    def read(connection: Connection) -> str:
        return connection.execute(select(rows.c.state).order_by(rows.c.id.desc()).limit(1)).scalar_one()

    return await house.store.read(read)


async def test_all_parts_are_shown_in_order_before_anything_else(house: House) -> None:
    await post(house, "anna", "you need|an identity card|a photo")
    await post(house, "anna", "anything else?")

    await house.send_all()

    assert house.told("anna") == ["you need", "an identity card", "a photo", "anything else?"]


async def test_after_a_refusal_only_the_rest_is_sent(house: House, clock: Clock) -> None:
    await post(house, "anna", "you need|an identity card|a photo")
    messenger = house.channel
    await house.store.write(_claim_and_send_first, house)
    messenger.errors = [SendError("busy", retry=True)]
    clock.move(minutes=1)

    await house.send_all()
    clock.move(minutes=1)
    await house.send_all()

    assert house.told("anna") == ["an identity card", "a photo"]
    assert await last_state(house) == "sent"


def _claim_and_send_first(connection: Connection, house: House) -> None:
    """Another process sent the first part, and put the rest back."""
    now = house.clock()
    room = Room(house.channel.name, dict.fromkeys(Lane, 50), 50)
    (claimed,) = deliveries.claim(connection, [room], now, now + LEASE)
    deliveries.settle(connection, [Outcome(claimed, ReceiptState.QUEUED, now, 1, 0)], now)


async def test_a_refusal_for_good_of_one_part_ends_the_rest(house: House) -> None:
    house.channel.errors = [SendError("too long", retry=False)]
    await post(house, "anna", "you need|an identity card")

    await house.send_all()

    assert house.told("anna") == []
    assert await last_state(house) == "failed"


async def test_what_was_cut_differently_before_and_is_all_sent_is_sent(house: House, clock: Clock) -> None:
    await post(house, "anna", "you need nothing")
    await house.store.write(_claim_and_send_first, house)

    await house.send_all()

    assert house.told("anna") == []
    assert await last_state(house) == "sent"
