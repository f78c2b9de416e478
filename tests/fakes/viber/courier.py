"""Tells the bot's webhook what happened: in order for each person at first, and again later if it is not answered 200.

What was not taken holds up nothing that comes after it, for Viber promises no order.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from datetime import timedelta
from itertools import count
from typing import Any

import httpx

from tests.fakes.platform_clock import Clock
from tests.fakes.viber.account import Account
from tests.fakes.viber.events import Event, event, signature
from tests.fakes.viber.faults import Fault, Faults
from tests.fakes.viber.record import Record, Telling

RETRIES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 600, 900, 900, 900, 900, 900))
PATIENCE = 5
"""Seconds of ours: the bot computes no faster when the clock of a test does."""
OVERTAKEN = timedelta(seconds=3)
MUCH_LATER = timedelta(hours=25)
FIRST_TOKEN = 5_741_311_803_571_721_087
"""Above 2^53, where a float loses the last digits."""
STEP = 1013

Heard = Callable[[bytes], None]


class Courier:
    """`person` is a Viber id everywhere; "" is the bot itself."""

    def __init__(self, token: str, account: Account, clock: Clock, faults: Faults, record: Record) -> None:
        self.clock = clock
        self._token = token
        self._account = account
        self._faults = faults
        self._record = record
        self._tokens = count(FIRST_TOKEN, STEP)
        self._order: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._under_way: set[asyncio.Task[None]] = set()
        self._much_later: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(timeout=PATIENCE, trust_env=False)

    def next_token(self) -> int:
        return next(self._tokens)

    def tell(
        self, name: str, token: int, person: str, heard: Heard | None = None, **fields: Any
    ) -> asyncio.Task[None] | None:
        """The telling under way, its repeats included; None where the bot does not listen to it.

        `heard` gets the body of the first answer with 200.
        """
        if not self._account.listens_to(name):
            return None
        told = event(name, token, self.clock.now(), person, **fields)
        return self._begin(self._deliver(told, heard), self._under_way)

    async def is_there(self, url: str) -> bool:
        """Whether a webhook at this address answers its first event as it should."""
        greeting = event("webhook", self.next_token(), self.clock.now())
        return await self._post(url, greeting, greeting.body) is not None

    async def fetch(self, address: str) -> bytes | None:
        """What is there, as a phone fetches a picture; None if it cannot be had."""
        try:
            answer = await self._client.get(address, follow_redirects=True)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return answer.content if answer.status_code == httpx.codes.OK else None

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Something that a phone does by itself, and that `settled` waits for."""
        self._begin(work, self._under_way)

    async def settled(self) -> None:
        """Returns when everything has been told or given up, but for what comes again much later."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def close(self) -> None:
        tasks = [*self._under_way, *self._much_later]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.aclose()

    def _begin(self, work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)
        return task

    async def _deliver(self, told: Event, heard: Heard | None) -> None:
        answer = await self._at_first(told)
        for delay in RETRIES:
            if answer is not None:
                break
            await self.clock.sleep(delay)
            answer = await self._try(told)
        if answer is None:
            self._record.lost.append(told.token)
            self._record.ring()
            return
        if self._faults.strikes(Fault.AGAIN, told.person):
            self._begin(self._tell_again(told), self._much_later)
        if heard is not None:
            heard(answer)

    async def _at_first(self, told: Event) -> bytes | None:
        if self._faults.strikes(Fault.SWAPPED, told.person):
            await self.clock.sleep(OVERTAKEN)
            return await self._try(told)
        async with self._order[told.person]:
            if self._faults.strikes(Fault.MALFORMED, told.person):
                await self._post(self._account.webhook, told, told.body[: len(told.body) // 2])
            if self._faults.strikes(Fault.DUPLICATE, told.person):
                answers = await asyncio.gather(self._try(told), self._try(told))
                return answers[0] if answers[0] is not None else answers[1]
            return await self._try(told)

    async def _tell_again(self, told: Event) -> None:
        await self.clock.sleep(MUCH_LATER)
        await self._try(told)

    async def _try(self, told: Event) -> bytes | None:
        return await self._post(self._account.webhook, told, told.body)

    async def _post(self, url: str, told: Event, body: bytes) -> bytes | None:
        """The body of an answer with 200; None for any other answer and for none."""
        signed = signature(self._token, body)
        headers = {"Content-Type": "application/json", "X-Viber-Content-Signature": signed}
        outcome: int | str
        try:
            answer = await self._client.post(url, params={"sig": signed}, content=body, headers=headers)
            outcome = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer, outcome = None, type(error).__name__
        self._record.telling(Telling(self.clock.now(), told.name, told.token, outcome))
        return answer.content if answer is not None and outcome == httpx.codes.OK else None
