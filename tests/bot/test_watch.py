"""Whoever watches a process is told whether it lives, whether citizens are answered, and what waits."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from socket import socket
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Connection, text

from bot.messages import Address, Message
from bot.settings import Settings
from bot.store import Store, messages
from bot.watch import PortTaken, Watch, Watched, watch
from tests.fakes.clock import Clock
from tests.fakes.key import KEY

NOBODY = "postgresql://127.0.0.1:1/komshi"


@dataclass
class Town:
    """A process as the watch sees it."""

    store: Store
    resting: Collection[str] = ()


@asynccontextmanager
async def asking(town: Watched, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Watch(town, None, clock).http)
    async with httpx.AsyncClient(transport=transport, base_url="http://watch") as client:
        yield client


async def write(store: Store, clock: Clock) -> None:
    message = Message(uuid4().hex, Address("list", "anna"), "hello", clock())
    await messages.accept(store, message, private=False)


async def test_a_process_whose_loops_run_and_whose_database_answers_is_ready(store: Store, clock: Clock) -> None:
    async with asking(Town(store), clock) as client:
        answered = await client.get("/readyz")

    assert (answered.status_code, answered.json()) == (200, {"status": "ok"})


async def test_a_loop_that_broke_off_is_named(store: Store, clock: Clock) -> None:
    async with asking(Town(store, ("Outbox.run",)), clock) as client:
        answered = await client.get("/readyz")

    assert (answered.status_code, answered.json()) == (503, {"loops": "not running: Outbox.run"})


async def test_without_its_database_a_process_lives_and_is_not_ready(clock: Clock) -> None:
    async with asking(Town(Store.open(NOBODY, KEY)), clock) as client:
        alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert alive.status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"database": "away"})


def _go_back(connection: Connection) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))


def _go_ahead(connection: Connection) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_old_tables_are_no_place_to_work(store: Store, clock: Clock) -> None:
    await store.write(_go_back)

    async with asking(Town(store), clock) as client:
        answered = await client.get("/readyz")

    assert answered.status_code == 503
    assert answered.json()["migrations"].startswith("at 0001, not at ")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_during_an_upgrade_the_old_version_goes_on_over_the_new_tables(store: Store, clock: Clock) -> None:
    await store.write(_go_ahead)

    async with asking(Town(store), clock) as client:
        answered = await client.get("/readyz")

    assert answered.status_code == 200


async def test_a_message_that_nobody_answers_grows_old_in_the_figures(store: Store, clock: Clock) -> None:
    await write(store, clock)
    clock.move(minutes=2)

    async with asking(Town(store), clock) as client:
        read = (await client.get("/metrics")).text.splitlines()

    assert 'komshi_oldest_waiting_seconds{queue="message"} 120.0' in read
    assert 'komshi_oldest_waiting_seconds{queue="notice"} 0.0' in read
    assert "komshi_database_up 1.0" in read
    assert [line for line in read if "anna" in line] == []


async def test_figures_can_be_read_while_the_database_is_away(clock: Clock) -> None:
    async with asking(Town(Store.open(NOBODY, KEY)), clock) as client:
        answered = await client.get("/metrics")

    assert answered.status_code == 200
    assert "komshi_database_up 0.0" in answered.text.splitlines()


def settings(port: int, **more: str) -> Settings:
    return Settings.model_validate({"watch_port": port, "database": NOBODY, "secret_key": KEY, **more})


@pytest.fixture
def port() -> int:
    """One that nobody listens on."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


async def test_a_process_can_be_watched_on_a_port_of_its_own(port: int, browser: httpx.AsyncClient) -> None:
    async with watch(Town(Store.open(NOBODY, KEY)), settings(port)) as url:
        answered = await browser.get(f"{url}/healthz")

    assert answered.status_code == 200


async def test_redis_that_is_away_is_seen_in_the_figures(port: int, browser: httpx.AsyncClient) -> None:
    async with watch(Town(Store.open(NOBODY, KEY)), settings(port, redis_url="redis://127.0.0.1:1/0")) as url:
        answered = await browser.get(f"{url}/metrics")

    assert "komshi_redis_up 0.0" in answered.text.splitlines()


async def test_a_port_that_is_taken_is_named() -> None:
    with socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(PortTaken, match=r"KOMSHI_WATCH_PORT: 127\.0\.0\.1:.* or 0 for none"):
            async with watch(Town(Store.open(NOBODY, KEY)), settings(other.getsockname()[1])):
                pass


async def test_nobody_is_watched_without_a_port() -> None:
    async with watch(Town(Store.open(NOBODY, KEY)), settings(0)) as url:
        assert url is None
