"""How the citizens of a benchmark reach a server: as Telegram does, or over Rasa's REST channel."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from random import Random

import aiohttp

from bench.load import Say
from nlu.rasa_data import plain

PATIENCE = 60
"""Seconds for an answer."""
FOR_EVER = aiohttp.ClientTimeout(total=None)
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Unasked(Exception):
    """The bot wrote to somebody who was not waiting for it, so answers can no longer be told apart."""


class Telegram:
    """Calls the webhooks of a bot as Telegram would, each time that of any process."""

    def __init__(self, session: aiohttp.ClientSession, webhooks: Sequence[str], secret: str) -> None:
        self._session = session
        self._webhooks = webhooks
        self._headers = {"Content-Type": "application/json", HEADER: secret}
        self._chance = Random(1)  # noqa: S311 - chance, no secret
        self._updates = count(1)
        self._waiting: dict[int, asyncio.Future[float]] = {}

    async def say(self, citizen: int, text: str) -> float:
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[citizen] = answered
        body = json.dumps(_update(next(self._updates), citizen, text)).encode()
        url = self._chance.choice(self._webhooks)
        async with self._session.post(url, data=body, headers=self._headers) as answer:
            answer.raise_for_status()
            await answer.read()
        async with asyncio.timeout(PATIENCE):
            return await answered

    def hear(self, citizen: int) -> None:
        """The bot's message to this citizen has arrived. Raises Unasked."""
        answered = self._waiting.pop(citizen, None)
        if answered is None:
            raise Unasked(Unasked.__doc__)
        answered.set_result(time.perf_counter())


def _update(number: int, citizen: int, text: str) -> dict[str, object]:
    """A message in a private chat, as Telegram delivers it. The app is set to a language that says nothing."""
    name = {"first_name": "Ana", "last_name": "Marković"}
    message = {
        "message_id": number,
        "from": {"id": citizen, "is_bot": False, **name, "language_code": "de"},
        "chat": {"id": citizen, "type": "private", **name},
        "date": int(time.time()),
        "text": text,
    }
    return {"update_id": number, "message": message}


@asynccontextmanager
async def telegram(platform: str, webhooks: Sequence[str], secret: str) -> AsyncIterator[Say]:
    """Messages go in at the webhooks; answers are heard where they arrive, at the platform."""
    async with _session() as session:
        door = Telegram(session, webhooks, secret)
        async with listening(platform, door.hear):
            yield door.say


@asynccontextmanager
async def listening(platform: str, hear: Callable[[int], None]) -> AsyncIterator[None]:
    """While this is open, `hear` is told of every message of the bot by the number of its chat."""
    async with (
        _session() as session,
        session.get(f"{platform}/heard", timeout=FOR_EVER) as stream,
        asyncio.TaskGroup() as tasks,
    ):
        relaying = tasks.create_task(_relay(stream, hear))
        yield
        relaying.cancel()


async def _relay(stream: aiohttp.ClientResponse, hear: Callable[[int], None]) -> None:
    async for line in stream.content:
        hear(int(line))


@asynccontextmanager
async def rasa(server: str) -> AsyncIterator[Say]:
    """The answer is in the response. Rasa is given the plain form of a sentence, as it was taught."""
    async with _session() as session:

        async def say(citizen: int, text: str) -> float:
            said = {"sender": str(citizen), "message": plain(text)}
            async with session.post(f"{server}/webhooks/rest/webhook", json=said) as response:
                response.raise_for_status()
                if not await response.json():
                    raise ValueError(f"no answer to {text!r}")
            return time.perf_counter()

        yield say


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE), connector=aiohttp.TCPConnector(limit=0))
