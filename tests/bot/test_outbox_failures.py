"""A channel, a citizen, the database or the process goes away: nothing is lost, and nothing is said twice."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot.messages import Address, Lane, SendError
from bot.outbox import LEASE, STOPPED, Outbox
from bot.signals import DELIVERIES, Signals
from bot.store import Store, citizens, deliveries
from bot.store.deliveries import Room
from bot.store.tables import deliveries as rows
from tests.bot.house import House
from tests.bot.messenger import Messenger, meet, post
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock
from tests.fakes.key import KEY
from tests.fakes.postgres import Cluster

LONG = timedelta(seconds=30)


@pytest.fixture
def messenger() -> Messenger:
    return Messenger()


@pytest.fixture
async def house(store: Store, clock: Clock, messenger: Messenger) -> House:
    """Anna and Boris have been answered."""
    house = House(store, BRAIN, clock, messenger)
    await meet(house, "anna", "boris")
    return house


async def last_states(house: House, count: int = 1) -> list[str]:
    def read(connection: Connection) -> list[str]:
        newest = select(rows.c.state).order_by(rows.c.id.desc()).limit(count)
        return list(connection.execute(newest).scalars())

    return (await house.store.read(read))[::-1]


async def die_while_sending(house: House) -> None:
    """A process claims and is never heard of again."""
    room = Room(house.channel.name, dict.fromkeys(Lane, 50), 50)
    now = house.clock()
    await house.store.write(deliveries.claim, [room], now, now + LEASE)


async def link(house: House, one: str, other: str) -> None:
    """The two addresses are one person's."""
    numbers = [await house.store.read(citizens.known, Address(house.channel.name, name)) for name in (one, other)]
    await house.store.write(citizens.join, *numbers)


async def test_a_channel_that_cannot_send_at_all_is_left_alone_and_loses_nothing(house: House, clock: Clock) -> None:
    house.channel.errors = [SendError("who are you?", retry=False, stops=True)]
    await post(house, "anna", "approved")
    await house.send_all()
    await post(house, "boris", "approved")

    tried = await house.outbox.send_due()
    clock.now += STOPPED
    await house.send_all()

    assert tried == 0
    assert sorted(who for who, _ in house.channel.sent) == ["anna", "boris"]


async def test_an_emergency_that_may_be_lost_is_sent_again(house: House, clock: Clock) -> None:
    await post(house, "anna", "no water", Lane.EMERGENCY)
    await die_while_sending(house)

    clock.now += LEASE
    await house.send_all()

    assert house.told("anna") == ["no water"]
    assert await last_states(house) == ["sent"]


async def test_an_emergency_whose_sending_broke_off_is_sent_again(house: House, clock: Clock) -> None:
    house.channel.errors = [TimeoutError()]
    await post(house, "anna", "no water", Lane.EMERGENCY)

    await house.send_all()
    clock.move(minutes=1)
    await house.send_all()

    assert house.told("anna") == ["no water"]


async def test_a_notice_that_may_be_lost_is_not_repeated(house: House, clock: Clock) -> None:
    await post(house, "anna", "market on Sunday", Lane.NOTICE)
    await die_while_sending(house)

    clock.now += LEASE
    await house.send_all()

    assert house.told("anna") == []
    assert await last_states(house) == ["unknown"]


async def test_what_was_taken_for_lost_and_was_sent_after_all_is_known_as_sent(
    house: House, messenger: Messenger, clock: Clock
) -> None:
    await post(house, "anna", "approved")
    messenger.hold()
    sending = asyncio.create_task(house.outbox.send_due())
    await messenger.is_busy.wait()
    clock.now += LEASE
    await Outbox(house.store, {messenger.name: messenger}, Signals(), clock).send_due()
    meanwhile = await last_states(house)

    messenger.is_open.set()
    await sending

    assert meanwhile == ["unknown"]
    assert await last_states(house) == ["sent"]


async def test_a_refusal_that_comes_after_the_lease_does_not_undo_what_another_process_did(
    house: House, messenger: Messenger, clock: Clock
) -> None:
    messenger.repeatable = True
    await post(house, "anna", "approved")
    messenger.hold()
    late = asyncio.create_task(house.outbox.send_due())
    await messenger.is_busy.wait()
    clock.now += LEASE
    messenger.errors = [SendError("too long", retry=False)]
    quick = Outbox(house.store, {"list": Messenger(repeatable=True)}, Signals(), clock)
    await quick.send_due()

    messenger.is_open.set()
    await late

    assert await last_states(house) == ["sent"]


async def test_news_for_who_has_left_goes_to_their_other_address(house: House) -> None:
    await link(house, "anna", "boris")
    house.channel.errors = [SendError("blocked", retry=False, gone=True)]
    await post(house, "anna", "approved", Lane.NEWS)
    await post(house, "anna", "no water", Lane.EMERGENCY)

    await house.send_all()

    assert house.channel.sent == [("boris", "approved"), ("boris", "no water")]


async def test_replies_and_notices_for_who_has_left_go_nowhere(house: House) -> None:
    await link(house, "anna", "boris")
    house.channel.errors = [SendError("blocked", retry=False, gone=True)]
    await post(house, "anna", "you said hello")
    await post(house, "anna", "market on Sunday", Lane.NOTICE)

    await house.send_all()

    assert house.channel.sent == []
    assert await last_states(house, 2) == ["failed", "failed"]


async def test_who_leaves_by_themselves_gets_what_waits_at_their_other_address(house: House, clock: Clock) -> None:
    await link(house, "anna", "boris")
    await post(house, "anna", "you said hello")
    await post(house, "anna", "approved", Lane.NEWS)

    has_moved = await house.store.write(deliveries.leave, Address(house.channel.name, "anna"), clock())
    await house.send_all()

    assert has_moved
    assert house.channel.sent == [("boris", "approved")]


async def test_news_for_who_has_left_altogether_has_failed(house: House) -> None:
    house.channel.errors = [SendError("blocked", retry=False, gone=True)]
    await post(house, "anna", "approved", Lane.NEWS)

    await house.send_all()

    assert await last_states(house) == ["failed"]


async def test_a_stranger_may_leave(house: House, clock: Clock) -> None:
    assert not await house.store.write(deliveries.leave, Address(house.channel.name, "nobody"), clock())


async def test_when_the_process_stops_what_is_being_sent_is_finished(house: House, messenger: Messenger) -> None:
    await post(house, "anna", "approved")
    messenger.hold()
    running = asyncio.create_task(house.outbox.run())
    await messenger.is_busy.wait()

    running.cancel()
    messenger.is_open.set()
    await asyncio.wait([running])

    assert running.cancelled()
    assert await last_states(house) == ["sent"]


@pytest.fixture
def server() -> Iterator[Cluster]:
    with Cluster.begin() as server:
        yield server


async def test_what_was_sent_while_the_database_was_away_is_not_forgotten(server: Cluster, clock: Clock) -> None:
    store = Store.open(server.new_database(), KEY)
    await store.migrate()
    messenger, signals = Messenger(), Signals()
    house = House(store, BRAIN, clock, messenger)
    await meet(house, "anna", "boris")
    await post(house, "anna", "approved")
    messenger.hold()
    running = asyncio.create_task(Outbox(store, {messenger.name: messenger}, signals, clock).run())
    await messenger.is_busy.wait()

    server.restart()
    with signals.listen("list:anna") as anna, signals.listen("list:boris") as boris:
        messenger.is_open.set()
        await anna.wait(LONG)
        await post(house, "boris", "approved")
        signals.notify(DELIVERIES)
        await boris.wait(LONG)

    assert messenger.sent == [("anna", "approved"), ("boris", "approved")]
    assert await last_states(house, 2) == ["sent", "sent"]
    running.cancel()
    await asyncio.wait([running])
    await store.close()
