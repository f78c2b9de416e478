"""The same event comes again at any moment, also while its own turn is being saved."""

import asyncio

from sqlalchemy import select

from bot.store import deliveries, messages
from bot.store.tables import addresses
from tests.bot.house import House


async def test_a_repeat_while_its_turn_is_saved_waits_for_nobody_who_waits_for_it(house: House) -> None:
    message = house.message("anna", "hello", "same")
    await messages.accept(house.store, message, private=False)

    *again, _ = await asyncio.gather(
        *(messages.accept(house.store, message, private=False) for _ in range(8)), house.answer_all()
    )
    await house.send_all()

    assert {accepted.again for accepted in again} == {True}
    assert house.told("anna") == ["1. You said hello"]


async def test_who_has_left_does_not_come_back_by_what_is_said_once_more(house: House) -> None:
    message = house.message("anna", "hello", "same")
    await messages.accept(house.store, message, private=False)
    await house.store.write(deliveries.leave, message.address, house.clock())

    again = await messages.accept(house.store, message, private=False)

    gone = select(addresses.c.gone).where(addresses.c.name == "anna")
    assert again.again
    assert await house.store.read(lambda connection: connection.execute(gone).scalar_one())
