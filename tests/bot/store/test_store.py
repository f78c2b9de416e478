"""The database as such: what it hides, what it promises to readers, and that it is the one the code expects."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.fernet import Fernet
from sqlalchemy import Connection, LargeBinary, func, select, type_coerce, update

from bot.messages import Entry
from bot.store import Store, Unreadable
from bot.store.tables import deliveries, messages, metadata, sessions
from tests.bot.house import House
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock
from tests.fakes.key import KEY


async def test_the_migrations_lead_to_the_tables_of_the_code(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await store.read(differences) == []


async def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    stores = [Store.open(f"sqlite:///{tmp_path}/komshi.db", KEY) for _ in range(4)]

    await asyncio.gather(*(store.migrate() for store in stores))

    for store in stores:
        await store.close()


async def test_a_wrong_key_is_noticed_at_the_start(store: Store, database: str) -> None:
    other = Store.open(database, Fernet.generate_key().decode())

    with pytest.raises(Unreadable):
        await other.migrate()
    await other.close()


async def test_a_new_key_is_put_before_the_old_one(house: House, database: str, clock: Clock) -> None:
    await house.hear("anna", "hello")
    new = Store.open(database, f"{Fernet.generate_key().decode()}, {KEY}")
    await new.migrate()

    assert await House(new, BRAIN, clock).hear("anna", "more") == ["2. You said more"]
    await new.close()


async def test_one_talk_that_cannot_be_read_does_not_stop_the_others(house: House, database: str, clock: Clock) -> None:
    new_key = Fernet.generate_key().decode()
    both = Store.open(database, f"{new_key}, {KEY}")
    await House(both, BRAIN, clock).hear("anna", "hello")
    await both.close()

    await house.hear("boris", "hello")
    answered = await house.hear("anna", "more")

    assert answered == ["1. You said more"]


async def test_one_talk_kept_in_another_shape_does_not_stop_the_others(house: House) -> None:
    await house.hear("anna", "hello")
    await house.hear("boris", "hello")
    await house.accept("anna", "more")
    await house.store.write(lambda connection: connection.execute(update(sessions).values(talk={"where": {"x": 1}})))

    answered = await house.hear("boris", "more")
    await house.send_all()

    assert answered == ["1. You said more"]
    assert house.told("anna")[1:] == ["1. You said more"]


@pytest.mark.parametrize("shape", [{"words": "hello"}, ["hello"], {"text": "hello", "language": "xx", "choices": [1]}])
async def test_a_reply_kept_in_another_shape_reads_like_an_erased_one(house: House, shape: object) -> None:
    await house.accept("anna", "hello")
    await house.accept("boris", "hello")
    await house.answer_all()
    of_anna = deliveries.c.id == select(func.min(deliveries.c.id)).scalar_subquery()
    await house.store.write(lambda connection: connection.execute(update(deliveries).where(of_anna).values(body=shape)))

    await house.send_all()

    assert house.channel.sent == [("boris", "1. You said hello")]
    assert [entry.text for entry in await house.history("anna")] == ["hello"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_is_committed_outlives_a_power_cut(store: Store) -> None:
    full = 2

    found = await store.write(lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar())

    assert found == full


async def test_nothing_a_citizen_said_can_be_read_in_the_file(tmp_path: Path, clock: Clock) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/komshi.db", KEY)
    await store.migrate()
    house = House(store, BRAIN, clock)
    await house.hear("anna", "0101900210001")
    await house.hear("anna", "Moje ime je Tajana")
    reference = await house.apply("anna")
    await house.carry_all()
    await house.hear("anna", f"supply {reference} Tajana")
    house.office.says("returned", reason="Tajana, donesite izvod")
    await house.hear_news()

    while_open = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    await store.close()
    closed = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert reference.encode() in while_open
    for words in ("0101900210001", "Tajana", "You said"):
        assert words.encode() not in while_open
        assert words.encode() not in closed


async def test_a_sealed_word_is_different_every_time(house: House) -> None:
    await house.accept("anna", "hello")
    await house.accept("anna", "hello")

    def sealed(connection: Connection) -> set[bytes]:
        return set(connection.execute(select(type_coerce(messages.c.body, LargeBinary))).scalars())

    assert len(await house.store.read(sealed)) == 2


async def test_a_reader_never_misses_an_earlier_line(house: House) -> None:
    seen: list[Entry] = []
    writing = asyncio.gather(*(house.accept("anna", f"word{number}") for number in range(30)), _answer(house, 30))

    while not writing.done() or len(seen) < 60:
        seen.extend(await house.history("anna", seen[-1].sequence if seen else 0))

    assert [entry.sequence for entry in seen] == list(range(1, 61))


async def test_two_processes_answer_everyone_once_and_in_order(house: House, database: str, clock: Clock) -> None:
    second_store = Store.open(database, KEY)
    second = House(second_store, BRAIN, clock)
    for number in range(60):
        await house.accept(f"citizen{number % 6}", f"word{number}")

    await asyncio.gather(house.answer_all(), second.answer_all(), house.answer_all(), second.answer_all())
    await house.answer_all()
    await house.send_all()
    await second_store.close()

    for citizen in range(6):
        words = [f"word{number}" for number in range(60) if number % 6 == citizen]
        assert house.told(f"citizen{citizen}") == [f"{n}. You said {word}" for n, word in enumerate(words, 1)]


async def test_two_processes_meet_the_same_newcomer(house: House, database: str, clock: Clock) -> None:
    second_store = Store.open(database, KEY)
    second = House(second_store, BRAIN, clock)

    both = await asyncio.gather(house.accept("anna", "hello", "one"), second.accept("anna", "hello", "two"))
    await house.answer_all()
    await house.send_all()
    await second_store.close()

    assert sorted(accepted.sequence for accepted in both) == [1, 2]
    assert house.told("anna") == ["1. You said hello", "2. You said hello"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_while_another_process_writes_we_wait_and_go_on(house: House, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "komshi.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    accepting = asyncio.create_task(house.accept("anna", "hello"))
    lines = [await house.history("anna") for _ in range(20)]
    waited = not accepting.done()

    other.execute("COMMIT")
    accepted = await accepting
    other.close()

    assert waited
    assert lines == [()] * 20
    assert accepted.sequence == 1


async def _answer(house: House, count: int) -> None:
    while count:
        count -= await house.assistant.answer_next()
        await asyncio.sleep(0)
