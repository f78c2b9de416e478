"""Hands updates to the bot's webhook as WebhookActor.cpp of the official Bot API server does."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import aiohttp

from tests.fakes.platform_clock import Clock
from tests.fakes.telegram.faults import Fault, Faults
from tests.fakes.telegram.record import Post, Record
from tests.fakes.telegram.updates import Inbox, Queue, Update

TIME_OUT = timedelta(seconds=60)
LONGEST_PAUSE = 3600
"""Seconds that a Retry-After may ask for."""
CAP = (60.0, 120.0)
"""Seconds between two tries, at most: a random number of these."""
GIVES_UP = timedelta(hours=23)
"""An address that says 410 for so long is removed."""
AGAIN_AFTER = timedelta(hours=25)
SECRET = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True)
class Settings:
    url: str
    secret: str = ""
    max_connections: int = 40
    ip: str = ""


@dataclass(frozen=True)
class Heard:
    """What the webhook answered; `status` is None and `why` says it where it did not."""

    status: int | None
    why: str = ""
    type: str = ""
    body: bytes = b""
    retry_after: int | None = None

    @property
    def is_well(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def outcome(self) -> int | str:
        return self.status if self.status is not None else self.why


class Webhook:
    """Nothing is posted while `settings` is None. `execute` is given the body of a good answer and its media type."""

    def __init__(
        self,
        clock: Clock,
        inbox: Inbox,
        faults: Faults,
        record: Record,
        execute: Callable[[str, bytes], Awaitable[None]],
    ) -> None:
        self.settings: Settings | None = None
        self.last_error: tuple[datetime, str] | None = None
        self._clock, self._inbox, self._faults, self._record = clock, inbox, faults, record
        self._execute = execute
        self._chance = Random(2)  # noqa: S311 - chance, no secret
        self._gone_since: datetime | None = None
        self._session: aiohttp.ClientSession | None = None
        self._doors = asyncio.Semaphore(0)
        self._serving: dict[Queue, asyncio.Task[None]] = {}
        self._repeats: set[asyncio.Task[None]] = set()

    def set(self, settings: Settings | None) -> None:
        """From now on here, or nowhere; what waits is posted at once."""
        for task in self._serving.values():
            task.cancel()
        self._serving.clear()
        self.settings, self.last_error, self._gone_since = settings, None, None
        if settings is not None:
            self._doors = asyncio.Semaphore(settings.max_connections)
            for queue in self._inbox.queues():
                self.wake(queue)

    def wake(self, queue: Queue) -> None:
        """Something waits in this queue."""
        if self.settings is not None and queue not in self._serving:
            self._serving[queue] = asyncio.create_task(self._serve(queue))

    async def close(self) -> None:
        tasks = [*self._serving.values(), *self._repeats]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _serve(self, queue: Queue) -> None:
        while self.settings is not None and (update := self._inbox.first(queue)) is not None:
            if self._faults.strikes(Fault.SWAPPED, queue[1]):
                update = self._inbox.first(queue, skip=1) or update
            await self._insist(update)
        self._serving.pop(queue, None)

    async def _insist(self, update: Update) -> None:
        """Until it is confirmed or its life is over."""
        if self._faults.strikes(Fault.LATE, update.queue[1]):
            await self._clock.sleep(self._faults.lateness)
        failures = 0
        while self.settings is not None and update.dies > self._clock.now():
            heard = await self._hand_over(update)
            if heard.is_well:
                self._inbox.confirm(update)
                self._plan_repeat(update)
                self._record.ring()
                return
            await self._note_failure(heard)
            failures += 1
            await self._clock.sleep(self._pause(failures, heard))

    async def _hand_over(self, update: Update) -> Heard:
        async with self._doors:
            body = json.dumps(update.as_json()).encode()
            if self._faults.strikes(Fault.MALFORMED, update.queue[1]):
                await self._post(update, body[: len(body) // 2])
            if self._faults.strikes(Fault.DUPLICATE, update.queue[1]):
                heard, _ = await asyncio.gather(self._post(update, body), self._post(update, body))
            else:
                heard = await self._post(update, body)
        if heard.is_well and heard.body:
            await self._execute(heard.type, heard.body)
        return heard

    def _pause(self, failures: int, heard: Heard) -> timedelta:
        """The first repeat comes at once, then 2, 4, 8 … seconds; our Retry-After instead where there is one."""
        if heard.retry_after is not None:
            return timedelta(seconds=min(heard.retry_after, LONGEST_PAUSE))
        if failures == 1:
            return timedelta()
        return timedelta(seconds=min(2.0 ** min(failures - 1, 10), self._chance.uniform(*CAP)))

    async def _note_failure(self, heard: Heard) -> None:
        now = self._clock.now()
        words = f"Wrong response from the webhook: {heard.status}" if heard.status is not None else heard.why
        self.last_error = (now, words)
        self._gone_since = (self._gone_since or now) if heard.status == 410 else None
        if self._gone_since is not None and now - self._gone_since > GIVES_UP:
            self.set(None)

    async def _post(self, update: Update, body: bytes) -> Heard:
        try:
            heard = await self._clock.within(TIME_OUT, self._exchange(body))
        except TimeoutError:
            heard = Heard(None, "Read timeout expired")
        except aiohttp.ClientConnectorError:
            heard = Heard(None, "Connection refused")
        except aiohttp.ClientError:
            heard = Heard(None, "Connection reset by peer")
        self._record.post(Post(self._clock.now(), update.id, update.kind, heard.outcome))
        return heard

    async def _exchange(self, body: bytes) -> Heard:
        assert self.settings is not None
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None), connector=aiohttp.TCPConnector(limit=0)
            )
        headers = {"Content-Type": "application/json"}
        if self.settings.secret:
            headers[SECRET] = self.settings.secret
        async with self._session.post(self.settings.url, data=body, headers=headers) as answer:
            content = await answer.read()
            asked = answer.headers.get("Retry-After", "")
            type = answer.headers.get("Content-Type", "")
            return Heard(answer.status, "", type, content, int(asked) if asked.isdecimal() else None)

    def _plan_repeat(self, update: Update) -> None:
        if self._faults.strikes(Fault.AGAIN, update.queue[1]):
            task = asyncio.create_task(self._repeat(update, self._clock.now() + AGAIN_AFTER))
            self._repeats.add(task)
            task.add_done_callback(self._repeats.discard)

    async def _repeat(self, update: Update, due: datetime) -> None:
        await self._clock.until(due)
        if self.settings is not None:
            await self._post(update, json.dumps(update.as_json()).encode())
