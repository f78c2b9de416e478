"""A messenger for tests of sending: it cuts at `|`, names every part it takes, and can be held while it takes one."""

import asyncio
from itertools import count

from sqlalchemy import Connection

from bot.messages import Address, Lane, Pace, Receipt, ReceiptState
from bot.store import citizens, deliveries
from dialogs.session import Reply
from tests.bot.house import House
from tests.fakes.brain import LANGUAGE
from tests.fakes.channel import ListChannel


class Messenger(ListChannel):
    """`hold` keeps it from taking anything until `is_open` is set; `is_busy` is set as soon as something is kept."""

    def __init__(self, name: str = "list", *, pace: Pace | None = None, repeatable: bool = False) -> None:
        super().__init__(name, repeatable=repeatable)
        self.pace = pace  # type: ignore[assignment]
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.is_busy = asyncio.Event()
        self._numbers = count(1)

    def hold(self) -> None:
        self.is_open.clear()
        self.is_busy.clear()

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        return tuple(Reply(words, reply.language) for words in reply.text.split("|"))

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        self.is_busy.set()
        await self.is_open.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((address.id, reply.text))
        return Receipt(ReceiptState.SENT, f"{address.id}-{next(self._numbers)}")


async def meet(house: House, *names: str) -> None:
    """They have written, and have been answered."""
    for name in names:
        await house.hear(name, "hello")
    house.channel.sent.clear()


async def crowd(house: House, count: int, words: str, lane: Lane) -> None:
    """Queues this for so many who have written once."""
    await house.store.write(_crowd, house, count, (Reply(words, LANGUAGE),), lane)


def _crowd(connection: Connection, house: House, count: int, replies: tuple[Reply, ...], lane: Lane) -> None:
    for number in range(count):
        place = citizens.arrive(connection, Address(house.channel.name, f"citizen{number}"), house.clock())
        deliveries.queue(connection, place.address, replies, house.clock(), lane)


async def post(house: House, name: str, words: str, lane: Lane = Lane.REPLY) -> None:
    """Queues this for somebody who is known."""
    number = await house.store.read(citizens.known, Address(house.channel.name, name))
    assert number is not None
    await house.store.write(deliveries.queue, number, (Reply(words, LANGUAGE),), house.clock(), lane)
