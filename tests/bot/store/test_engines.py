"""Writes that wait together share a commit; each of them is still done whole or not at all."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bot.store import DatabaseAway, Store
from bot.store.tables import news
from tests.fakes.key import KEY

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def put(connection: Connection, *events: str) -> str:
    for event in events:
        connection.execute(news.insert().values(event=event, told=NOW))
    return events[-1]


def found(connection: Connection) -> set[str]:
    return set(connection.execute(select(news.c.event)).scalars())


async def test_each_writer_gets_its_own_outcome(store: Store) -> None:
    outcomes = await asyncio.gather(*(store.write(put, f"event{number}") for number in range(30)))

    assert outcomes == [f"event{number}" for number in range(30)]
    assert len(await store.read(found)) == 30


async def test_a_write_that_fails_is_undone_alone(store: Store) -> None:
    first, second, third = await asyncio.gather(
        store.write(put, "a"), store.write(put, "b", "c", "b"), store.write(put, "d"), return_exceptions=True
    )

    assert (first, type(second), third) == ("a", IntegrityError, "d")
    assert await store.read(found) == {"a", "d"}


async def test_a_writer_who_gives_up_waiting_leaves_the_others_alone(store: Store) -> None:
    patient = [asyncio.create_task(store.write(put, name)) for name in ("a", "b")]
    impatient = asyncio.create_task(store.write(put, "c"))
    await asyncio.sleep(0)

    impatient.cancel()

    assert await asyncio.gather(*patient) == ["a", "b"]
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert {"a", "b"} <= await store.read(found)


async def test_a_server_that_does_not_answer_is_away() -> None:
    nowhere = Store.open("postgresql://127.0.0.1:1/komshi", KEY)

    with pytest.raises(DatabaseAway):
        await nowhere.read(found)
    await nowhere.close()
