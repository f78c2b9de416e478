"""How fast what is queued goes out: as fast as it can, and within a budget that processes share."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
from sqlalchemy import Connection

from bench import doors, komshi, telegram
from bench.komshi import Komshi
from bench.telegram import FIRST
from bot.channels.telegram.updates import NAME
from bot.messages import Lane
from bot.store import Store, key_in
from bot.store.codec import pack
from bot.store.deliveries import QUEUED
from bot.store.tables import addresses, citizens, deliveries
from dialogs.session import Reply
from locales import DEFAULT

MANY = 20_000
PATIENCE = 120.0
SHARED_RATE = 30
SHARING = 4
SETTLING, SHARED_SECONDS = 5.0, 20.0
"""Seconds until all processes are there, and for which their rate is measured then."""
NOTICE = "\n".join(
    (
        "Danas od 8 do 14 sati neće biti vode u Ulici Lim.",
        "Razlog su radovi na glavnom vodu. Cisterna s vodom stoji pred Domom kulture.",
        "Pitanja: 051 230 410.",
    )
)


@dataclass(frozen=True)
class Unlimited:
    """So many notices went out in so many seconds, by so many processes."""

    name: str
    processes: int
    sent: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.sent / self.seconds


@dataclass(frozen=True)
class Shared:
    """Notices a second of all processes together, and how often Telegram refused one as one too many."""

    per_second: float
    floods: int


@dataclass(frozen=True)
class Notices:
    unlimited: Sequence[Unlimited]
    shared: Shared


async def measure(folder: Path) -> Notices:
    """Raises TimeoutError where they take too long."""
    return Notices(await _all_unlimited(folder), await _shared(folder))


async def _all_unlimited(folder: Path) -> Sequence[Unlimited]:
    """One process on SQLite, and one and two on PostgreSQL."""
    with komshi.sqlite(folder) as database:
        found = [await _unlimited("SQLite", folder, database, 1)]
    for processes in (1, 2):
        with komshi.postgres_and_redis() as servers:
            found.append(await _unlimited("PostgreSQL", folder, servers, processes))
    return found


async def _unlimited(name: str, folder: Path, servers: Mapping[str, str], processes: int) -> Unlimited:
    with telegram.played(folder) as api, ExitStack() as stack:
        installed = komshi.installed(folder, api, servers)
        await _queue(installed, MANY)
        heard: list[float] = []
        async with doors.listening(api, lambda chat: heard.append(time.perf_counter())):
            _begin(stack, installed, processes)
            await _until(heard, MANY)
        return Unlimited(name, processes, MANY, heard[-1] - heard[0])


async def _shared(folder: Path) -> Shared:
    """Several processes whose bot may send SHARED_RATE a second, as Telegram counts."""
    with (
        komshi.postgres_and_redis() as servers,
        telegram.played(folder, limits=True) as api,
        ExitStack() as stack,
    ):
        installed = komshi.installed(folder, api, servers, SHARED_RATE)
        await _queue(installed, int(SHARED_RATE * (SETTLING + SHARED_SECONDS) * 2))
        heard: list[float] = []
        async with doors.listening(api, lambda chat: heard.append(time.perf_counter())):
            _begin(stack, installed, SHARING)
            await _until(heard, 1)
            await asyncio.sleep(SETTLING + SHARED_SECONDS)
        begin = heard[0] + SETTLING
        sent = sum(begin <= at < begin + SHARED_SECONDS for at in heard)
        report = httpx.get(f"{api}/report", trust_env=False).raise_for_status().json()
        return Shared(sent / SHARED_SECONDS, report["floods"] + report["ignored_floods"])


def _begin(stack: ExitStack, installed: Komshi, processes: int) -> None:
    for _ in range(processes):
        stack.enter_context(installed.work())


async def _until(heard: Sequence[float], count: int) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while len(heard) < count:
            await asyncio.sleep(0.1)


async def _queue(installed: Komshi, count: int) -> None:
    """One notice for each of so many citizens."""
    installed.migrate()
    store = Store.open(installed.settings["KOMSHI_DATABASE_URL"], key_in(installed.folder / "secret.key"))
    try:
        await store.write(_insert, range(FIRST, FIRST + count), datetime.now(UTC))
    finally:
        await store.close()


def _insert(connection: Connection, numbers: Sequence[int], now: datetime) -> None:
    people = [uuid4().hex for _ in numbers]
    connection.execute(citizens.insert(), [{"id": person, "created": now} for person in people])
    places = [
        {"citizen": person, "channel": NAME, "name": str(number), "sequence": 1}
        for person, number in zip(people, numbers, strict=True)
    ]
    connection.execute(addresses.insert(), places)
    body = pack(Reply(NOTICE, DEFAULT))
    fixed = {"sequence": 1, "body": body, "created": now, "due_at": now, "state": QUEUED, "lane": Lane.NOTICE}
    known = connection.execute(addresses.select()).all()
    connection.execute(deliveries.insert(), [{**fixed, "address": row.id} for row in known])
