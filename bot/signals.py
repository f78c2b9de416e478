"""Wake-ups between loops, of one process or of all. Losing one costs a moment, never a message."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import blake2b
from typing import Self
from uuid import uuid4

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.backoff import Backoff
from bot.logs import trace

log = structlog.get_logger()

MESSAGES, DELIVERIES, ORDERS = "messages", "deliveries", "orders"
# Other processes change the same database and cannot be heard.
POLL = timedelta(seconds=1)
# They can be heard, so this is only for what a dead process left behind.
LONG_POLL = timedelta(seconds=10)

CHANNEL = "komshi:signals"
BEAT = timedelta(seconds=2)
"""A process says something at least so often, if only to hear itself."""
SILENCE = timedelta(seconds=7)
"""A process that has not even heard itself for so long hears nobody."""
TIMEOUT = timedelta(seconds=2)
RECONNECT = Backoff(timedelta(seconds=0.25), timedelta(seconds=5))
EVERYTHING = "*"
"""Said by whoever could not be heard for a while, in place of all that it may have wanted to say."""


class Bell:
    """One listener's memory of whether it was called since it last waited."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout: timedelta) -> None:
        """Returns at once if it rang since the last wait, else when it rings, at the latest after `timeout`."""
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()


class Signals:
    """Heard in this process only."""

    def __init__(self) -> None:
        self._bells: dict[str, set[Bell]] = {}

    @property
    def poll(self) -> timedelta:
        """Nobody should wait longer than that for something another process may have done."""
        return POLL

    def notify(self, topic: str) -> None:
        """Wakes whoever listens, in every process that can hear this one."""
        self.ring(topic)

    def ring(self, topic: str) -> None:
        """Wakes whoever listens in this process."""
        self._ring(digest(topic))

    def _ring(self, name: str) -> None:
        for bell in self._bells.get(name, ()):
            bell.ring()

    @contextmanager
    def listen(self, topic: str) -> Iterator[Bell]:
        """A bell for this topic. Whoever listens before looking for work misses nothing in between."""
        bell, name = Bell(), digest(topic)
        self._bells.setdefault(name, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[name].discard(bell)
            if not self._bells[name]:
                del self._bells[name]

    async def wait(self, topic: str, timeout: timedelta) -> None:
        """Returns when the topic is notified after this call, at the latest after `timeout`."""
        with self.listen(topic) as bell:
            await bell.wait(timeout)

    async def run(self) -> None:
        """Keeps the processes in touch until it is cancelled; one alone has nobody to hear."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Ends the connections, after `run`."""


class SharedSignals(Signals):
    """Heard in all processes, through Redis, while `run` is running. Without Redis it is as if each were alone.

    Only digests of topics are published, because a topic may be a citizen's address.
    """

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self._redis = redis
        self._process = uuid4().hex
        self._unsaid: set[str] = set()
        self._mouth = Bell()
        self._is_in_touch = False
        self._attempts = 0

    @classmethod
    def open(cls, url: str) -> Self:
        """The signals at this address; nothing is connected yet."""
        limit = TIMEOUT.total_seconds()
        retry = Retry(NoBackoff(), 0)
        return cls(Redis.from_url(url, socket_timeout=limit, socket_connect_timeout=limit, retry=retry))

    @property
    def poll(self) -> timedelta:
        return LONG_POLL if self._is_in_touch else POLL

    def notify(self, topic: str) -> None:
        self.ring(topic)
        if self._is_in_touch:
            self._say(digest(topic))

    def _say(self, name: str) -> None:
        self._unsaid.add(name)
        self._mouth.ring()

    async def run(self) -> None:
        """See Signals. A lost connection is made again after a while, longer from time to time."""
        while True:
            try:
                await self._relay()
            except (RedisError, OSError, TimeoutError) as error:
                self._lose(error)
            _end_if_cancelled()
            await asyncio.sleep(RECONNECT.wait(self._attempts).total_seconds())

    async def close(self) -> None:
        await self._redis.aclose()

    async def _relay(self) -> None:
        """Until nothing is heard any more; whoever cannot speak does not hear itself either."""
        async with self._redis.pubsub() as ear:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                await ear.subscribe(CHANNEL)
            speaking = asyncio.create_task(self._speak())
            try:
                await self._hear(ear)
            finally:
                speaking.cancel()
                await asyncio.gather(speaking, return_exceptions=True)

    async def _hear(self, ear: PubSub) -> None:
        while True:
            _end_if_cancelled()
            message = await ear.get_message(timeout=SILENCE.total_seconds())
            if message is None:
                raise TimeoutError("not even this process was heard")
            if message["type"] == "subscribe":
                self._find()
            elif message["type"] == "message":
                self._relayed(*message["data"].decode().split())

    def _relayed(self, process: str, *names: str) -> None:
        if process == self._process:
            return
        for name in names:
            self._ring(name)
        if EVERYTHING in names:
            self._ring_all()

    async def _speak(self) -> None:
        """Says together what came up while it said what was before."""
        while True:
            _end_if_cancelled()
            await self._mouth.wait(BEAT)
            names, self._unsaid = self._unsaid, set()
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                await self._redis.publish(CHANNEL, " ".join((self._process, *names)))

    def _find(self) -> None:
        """Whatever was not heard meanwhile, here or elsewhere, is looked for now."""
        if self._attempts:
            log.info("other processes are heard again")
        self._attempts = 0
        self._is_in_touch = True
        self._say(EVERYTHING)
        self._ring_all()

    def _lose(self, error: BaseException) -> None:
        """Who was told to wait long is woken, and told anew how long to wait."""
        self._attempts += 1
        if self._attempts == 1:
            log.warning("other processes are not heard", **trace(error))
            self._is_in_touch = False
            self._ring_all()

    def _ring_all(self) -> None:
        for name in tuple(self._bells):
            self._ring(name)


def _end_if_cancelled() -> None:
    """To be called after whatever the Redis client was asked: now and then it swallows a cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def digest(topic: str) -> str:
    return blake2b(topic.encode(), digest_size=16).hexdigest()
