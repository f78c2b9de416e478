"""A doorstep that writes down who came, before a channel that is served over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram.types import Update
from fastapi import FastAPI

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.settings import Settings
from bot.channels.telegram.updates import read
from bot.messages import Accepted, Address, Entry, Message, ReceiptState
from dialogs.session import Choice, Reply
from tests.fakes.loopback import listening

TOKEN = "7000000001:AAF-an_invented-token"
SECRET = Settings.model_validate({"telegram_token": TOKEN}).secret
PAYLOADS = Path(__file__).parent / "telegram"
PATIENCE = 10
MILICA = Address("telegram", "5012345678")


class Porch:
    """`is_away`: the store behind it is. `is_ours`: this process does what one alone is to do; `asked` so often."""

    def __init__(self) -> None:
        self.accepted: list[Message] = []
        self.gone: list[Address] = []
        self.said: tuple[Entry, ...] = ()
        self.is_away = False
        self.is_ours = True
        self.asked = 0
        self._came = asyncio.Condition()

    async def accept(self, message: Message) -> Accepted:
        if self.is_away:
            raise ConnectionError
        known = [(one.address, one.event) for one in self.accepted]
        if (message.address, message.event) in known:
            return Accepted(known.index((message.address, message.event)) + 1, again=True)
        self.accepted.append(message)
        await self._somebody_came()
        return Accepted(len(self.accepted), again=False)

    async def history(self, address: Address, after: int) -> tuple[Entry, ...]:
        return self.said

    async def change(self, address: Address, wait: timedelta) -> None:
        raise NotImplementedError

    async def leave(self, address: Address) -> None:
        self.gone.append(address)

    async def hear_receipt(self, channel: str, platform_id: str, state: ReceiptState) -> None:
        raise NotImplementedError

    async def welcome(self, language: str | None, opens: str | None) -> Reply:
        raise NotImplementedError

    async def is_mine(self, task: str, lease: timedelta) -> bool:
        self.asked += 1
        await self._somebody_came()
        return self.is_ours

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Returns when it is so, after somebody came or a task was asked for. TimeoutError where it never is."""
        async with asyncio.timeout(PATIENCE), self._came:
            await self._came.wait_for(is_so)

    async def _somebody_came(self) -> None:
        async with self._came:
            self._came.notify_all()

    async def hear(self, update: Update) -> None:
        """As a channel does: the message of an update is accepted."""
        message = read(update, datetime(2026, 3, 2, tzinfo=UTC))
        assert message is not None
        await self.accept(message)

    def offer(self, *ids: str) -> None:
        """The assistant has offered these choices."""
        choices = tuple(Choice(id, id) for id in ids)
        self.said = (Entry(1, False, "Which one?", datetime(2026, 3, 2, tzinfo=UTC), "en", choices),)


def payload(name: str) -> dict[str, Any]:
    """An update as Telegram sends it."""
    read: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def update(name: str) -> Update:
    return Update.model_validate(payload(name))


def without_event(message: Message | None) -> Message | None:
    return None if message is None else replace(message, event="")


@asynccontextmanager
async def webhook_of(channel: Telegram) -> AsyncIterator[str]:
    """The address of the channel's webhook."""
    app = FastAPI()
    app.include_router(channel.router)
    async with listening(app) as url:
        yield f"{url}/telegram/webhook"
