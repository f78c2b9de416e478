"""What is to be sent is sent in order, tried again with patience, and never sent twice where that would show."""

import asyncio
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.messages import Lane, Receipt, SendError
from bot.outbox import LEASE, Outbox
from bot.signals import Signals
from bot.store import deliveries
from bot.store.deliveries import Room
from bot.store.tables import deliveries as rows
from dialogs.session import Reply
from tests.bot.house import House
from tests.fakes.channel import ListChannel
from tests.fakes.clock import Clock


async def states(house: House) -> list[str]:
    def read(connection: Connection) -> list[str]:
        return list(connection.execute(select(rows.c.state).order_by(rows.c.id)).scalars())

    return await house.store.read(read)


async def answer(house: House, who: str = "anna", text: str = "hello") -> None:
    await house.accept(who, text)
    await house.answer_all()


async def test_a_receipt_is_kept(house: House) -> None:
    await house.hear("anna", "hello")

    assert await states(house) == ["sent"]


async def test_a_refusal_that_will_pass_is_tried_again_after_a_while(house: House, clock: Clock) -> None:
    house.channel.errors = [SendError("busy", retry=True)]
    await answer(house)

    await house.send_all()
    at_once = house.told("anna")
    clock.move(minutes=1)
    await house.send_all()

    assert at_once == []
    assert house.told("anna") == ["1. You said hello"]


async def test_the_platforms_own_wait_is_kept_and_is_no_attempt(house: House, clock: Clock) -> None:
    house.channel.errors = [SendError("slow down", retry=True, retry_after=timedelta(hours=1)) for _ in range(20)]
    await answer(house)

    for _ in range(20):
        await house.send_all()
        clock.move(minutes=59)
        await house.send_all()
        clock.move(minutes=1)
    await house.send_all()

    assert house.told("anna") == ["1. You said hello"]


async def test_later_words_do_not_overtake_one_that_waits(house: House, clock: Clock) -> None:
    house.channel.errors = [SendError("busy", retry=True)]
    await answer(house, text="twice")

    await house.send_all()
    clock.move(minutes=1)
    await house.send_all()

    assert house.told("anna") == ["1. One", "1. Two"]


async def test_one_stuck_address_does_not_hold_up_the_others(house: House) -> None:
    house.channel.errors = [SendError("busy", retry=True)]
    await answer(house, "anna")
    await answer(house, "boris")

    await house.send_all()

    assert house.channel.sent == [("boris", "1. You said hello")]


async def test_after_many_refusals_it_has_failed_and_the_next_one_goes_out(house: House, clock: Clock) -> None:
    house.channel.errors = [SendError("busy", retry=True) for _ in range(8)]
    await answer(house, text="twice")

    for _ in range(9):
        await house.send_all()
        clock.move(hours=1)

    assert house.told("anna") == ["1. Two"]
    assert await states(house) == ["failed", "sent"]


async def test_a_refusal_for_good_is_not_repeated(house: House, clock: Clock) -> None:
    house.channel.errors = [SendError("too long", retry=False)]
    await answer(house)

    await house.send_all()
    clock.move(days=1)
    await house.send_all()

    assert house.told("anna") == []
    assert await states(house) == ["failed"]


async def test_who_has_gone_is_not_written_to(house: House) -> None:
    house.channel.errors = [SendError("blocked", retry=False, gone=True)]
    await answer(house, text="twice")

    await house.send_all()

    assert house.told("anna") == []
    assert await states(house) == ["failed", "failed"]


async def test_who_comes_back_is_answered(house: House) -> None:
    house.channel.errors = [SendError("blocked", retry=False, gone=True)]
    await answer(house)
    await house.send_all()

    assert await house.hear("anna", "I am back") == ["2. You said I am back"]


async def test_a_send_that_broke_off_is_not_repeated_where_that_would_show(house: House, clock: Clock) -> None:
    house.channel.errors = [TimeoutError()]
    await answer(house)

    await house.send_all()
    clock.move(days=1)
    await house.send_all()

    assert house.told("anna") == []
    assert await states(house) == ["unknown"]


async def test_a_send_that_broke_off_is_repeated_where_it_shows_once(house: House, clock: Clock) -> None:
    house.channel.repeatable = True
    house.channel.errors = [TimeoutError()]
    await answer(house)

    await house.send_all()
    clock.move(minutes=1)
    await house.send_all()

    assert house.told("anna") == ["1. You said hello"]


async def test_what_a_dead_process_was_sending_is_left_unknown(house: House, clock: Clock) -> None:
    await answer(house, text="twice")
    await die_while_sending(house)

    await house.send_all()
    within_the_lease = house.told("anna")
    clock.now += LEASE
    await house.send_all()

    assert within_the_lease == []
    assert house.told("anna") == ["1. Two"]
    assert await states(house) == ["unknown", "sent"]


async def test_what_a_dead_process_was_sending_is_sent_where_it_shows_once(house: House, clock: Clock) -> None:
    house.channel.repeatable = True
    await answer(house, text="twice")
    await die_while_sending(house)

    clock.now += LEASE
    await house.send_all()

    assert house.told("anna") == ["1. One", "1. Two"]


async def test_a_process_sends_only_on_the_channels_it_has(house: House, clock: Clock) -> None:
    other = ListChannel("other")
    await answer(house)

    await Outbox(house.store, {other.name: other}, Signals(), clock).send_due()

    assert other.sent == []
    assert await states(house) == ["queued"]


async def test_two_outboxes_at_once_send_everything_once(house: House, clock: Clock) -> None:
    for number in range(20):
        await answer(house, f"citizen{number}")
    second = Outbox(house.store, {house.channel.name: house.channel}, Signals(), clock)

    await asyncio.gather(*(outbox.send_due() for outbox in (house.outbox, second) for _ in range(4)))

    assert sorted(who for who, _ in house.channel.sent) == sorted(f"citizen{number}" for number in range(20))


async def test_a_slow_send_does_not_hold_up_the_others(house: House, clock: Clock) -> None:
    slow = _SlowForAnna()
    outbox = Outbox(house.store, {slow.name: slow}, Signals(), clock)
    await answer(house, "anna")
    await answer(house, "boris")
    running = asyncio.create_task(outbox.run())

    await slow.boris_is_told.wait()
    running.cancel()

    assert slow.sent == [("boris", "1. You said hello")]


async def die_while_sending(house: House) -> None:
    """A process that claims and is never heard of again."""
    now = house.clock()
    room = Room(house.channel.name, dict.fromkeys(Lane, 50), 50)
    await house.store.write(deliveries.claim, [room], now, now + LEASE)


class _SlowForAnna(ListChannel):
    def __init__(self) -> None:
        super().__init__()
        self.boris_is_told = asyncio.Event()

    async def send(self, address, reply: Reply, sequence: int) -> Receipt:  # type: ignore[no-untyped-def]
        if address.id == "anna":
            await asyncio.Event().wait()
        self.boris_is_told.set()
        return await super().send(address, reply, sequence)
