"""The whole of Telegram for one bot: what a test holds in its hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from tests.fakes import platform_server
from tests.fakes.platform_clock import Clock
from tests.fakes.telegram import calls, desk
from tests.fakes.telegram.app import App
from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.budget import Limits
from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.fields import read
from tests.fakes.telegram.people import People
from tests.fakes.telegram.person import Person
from tests.fakes.telegram.refusals import Refusal

TOKEN = "1:fake"
LIMITS = Limits()


class Telegram:
    """`limits` is None where nobody counts messages; `url` is where it is, while it is served."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        clock: Clock | None = None,
        limits: Limits | None = LIMITS,
        username: str = "komshi_bot",
    ) -> None:
        self.url = ""
        self.token = token
        self.clock = clock or Clock()
        self.bot = Bot(token, username, self.clock, limits, self._execute)
        self.people = People(self.bot)
        self.faults = self.bot.faults
        self.record = self.bot.record

    def person(self, name: str = "Anna", *, language: str | None = None, username: str | None = None) -> Person:
        """Somebody new, who has never written to the bot."""
        return self.people.join(name, language=language, username=username)

    def group(self, title: str) -> Chat:
        """A chat of several people, with the bot among them."""
        return self.bot.chats.add(Chat(-self.bot.chats.next_id(), None, title))

    async def quiet(self) -> None:
        """Returns when the bot has confirmed every update."""
        await self.record.until(lambda: not self.bot.inbox.waiting())

    async def close(self) -> None:
        await self.bot.close()

    async def _execute(self, type: str, body: bytes) -> None:
        """Runs the call in the answer of a webhook, whose result nobody hears."""
        try:
            fields = await read(type, body)
        except Refusal:
            return
        method = fields.text("method") or ""
        if method and not method.lower().startswith(calls.NOT_BY_RESPONSE):
            await calls.run(self.bot, method, fields, by_response=True)


def build(telegram: Telegram) -> ASGIApp:
    """Telegram's HTTP side, and the desk at which another process plays its people."""
    return App(telegram.bot, desk.build(telegram.bot, telegram.people))


@asynccontextmanager
async def serving(telegram: Telegram, port: int = 0) -> AsyncIterator[Telegram]:
    """It listens on this port of this machine, on a free one where it is 0."""
    async with platform_server.serving(build(telegram), port, telegram.close) as telegram.url:
        yield telegram
