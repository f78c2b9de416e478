"""Four processes share what one bot may send in a second: all of it is used, and Telegram never has to say stop."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.messages import Address, Lane
from bot.signals import SharedSignals
from bot.store import Store, citizens, deliveries
from dialogs.session import Reply
from tests.chaos.town import Member
from tests.fakes import redis
from tests.fakes import telegram as bot_api
from tests.fakes.key import KEY
from tests.fakes.platform_record import most_within
from tests.fakes.postgres import Cluster
from tests.fakes.telegram import Person, Telegram
from tests.fakes.telegram.chats import Standing

RATE = 30
"""A second: what Telegram allows a bot, and what the processes are told to use."""
PROCESSES = 4
CHATS = 120
EACH = 6
TALKATIVE = 25
"""Messages that wait for one chat among the others: at one a second, more than there is time for."""
START = timedelta(seconds=2)
"""Until all processes have heard that there is something to send."""
MEASURED = timedelta(seconds=15)
PATIENCE = 60


@dataclass(frozen=True)
class Sending:
    """When messages were sent to which chat, from the first one on, and how often Telegram refused one."""

    sent: Sequence[tuple[datetime, int]]
    refused: int

    def within(self, begin: timedelta, span: timedelta) -> int:
        first = self.sent[0][0]
        return sum(begin <= at - first < begin + span for at, _ in self.sent)

    def most_to_one(self, span: timedelta) -> int:
        """The most that one chat was sent in such a span."""
        chats = Counter(chat for _, chat in self.sent)
        return max(most_within(span, [at for at, chat in self.sent if chat == one]) for one in chats)


@pytest.fixture(scope="module")
def sending(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Sending:
    with redis.Server.begin() as memory:
        return asyncio.run(send(cluster.new_database(), memory.url, tmp_path_factory.mktemp("budget")))


async def send(database: str, memory: str, folder: Path) -> Sending:
    """Four workers that find much to send, for as long as it is measured."""
    async with bot_api.serving(Telegram()) as telegram:
        environment = {
            "KOMSHI_DATABASE_URL": database,
            "KOMSHI_REDIS_URL": memory,
            "KOMSHI_SECRET_KEY": KEY,
            "KOMSHI_WATCH_PORT": "0",
            "TELEGRAM_TOKEN": telegram.token,
            "KOMSHI_TELEGRAM_API": telegram.url,
            "KOMSHI_TELEGRAM_RATE": str(RATE),
        }
        workers = [Member("work", environment, folder / f"{number}.log") for number in range(PROCESSES)]
        await asyncio.gather(*(worker.start() for worker in workers))
        await queue(database, [member(telegram) for _ in range(CHATS)])
        hearing = asyncio.create_task(wake(memory))
        await telegram.record.until(lambda: is_measured(telegram), PATIENCE)
        sent, refused = list(telegram.record.sent), telegram.bot.report()
        hearing.cancel()
        await asyncio.gather(*(worker.stop() for worker in workers))
        return Sending(sent, refused["floods"] + refused["ignored_floods"])


def member(telegram: Telegram) -> Person:
    """Somebody who has written to the bot once."""
    person = telegram.person()
    person.account.standing = Standing.MEMBER
    return person


async def queue(database: str, people: Sequence[Person]) -> None:
    """Everybody is to be told something, a third of them as an answer; the first one is to be told very much."""
    store = Store.open(database, KEY)
    await store.write(_queue, people)
    await store.close()


def _queue(connection: Connection, people: Sequence[Person]) -> None:
    now = datetime.now(UTC)
    for number, person in enumerate(people):
        place = citizens.arrive(connection, Address("telegram", str(person.id)), now).address
        replies = [Reply(f"{line}", "en") for line in range(EACH if number else TALKATIVE)]
        deliveries.queue(connection, place, replies, now, Lane.NOTICE if number % 3 else Lane.REPLY)


async def wake(memory: str) -> None:
    """Whoever begins to listen wakes all who wait."""
    signals = SharedSignals.open(memory)
    try:
        await signals.run()
    finally:
        await signals.close()


def is_measured(telegram: Telegram) -> bool:
    sent = telegram.record.sent
    return bool(sent) and sent[-1][0] - sent[0][0] >= START + MEASURED


def test_what_the_bot_may_send_is_used_and_no_more(sending: Sending) -> None:
    rate = sending.within(START, MEASURED) / MEASURED.total_seconds()

    assert rate == pytest.approx(RATE, rel=0.02)


def test_telegram_never_has_to_refuse(sending: Sending) -> None:
    assert sending.refused == 0


def test_one_chat_gets_one_message_a_second_after_a_short_burst(sending: Sending) -> None:
    assert sending.most_to_one(timedelta(seconds=12)) <= 12 + 3
