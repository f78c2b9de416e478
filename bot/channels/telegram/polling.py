"""Long polling, for where the world does not reach us: Telegram is asked for what is new."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError
from aiogram.types import Update
from pydantic import ValidationError

from bot.channels.telegram.updates import ALLOWED, place
from bot.logs import trace

log = structlog.get_logger()

WAIT = 25
"""Seconds that Telegram may think about one question; the Bot API allows 50."""
PATIENCE = WAIT + 10
MOST_AT_ONCE = 50

Hear = Callable[[Update], Awaitable[None]]


class Polling:
    """One round of questions and answers after the other; every failure is raised, and the round begun again."""

    def __init__(self, bot: Bot, hear: Hear) -> None:
        self._bot = bot
        self._hear = hear
        self._offset: int | None = None

    async def begin(self) -> None:
        """A webhook would get everything. What waits is kept."""
        self._offset = None
        await self._bot.delete_webhook(drop_pending_updates=False, request_timeout=PATIENCE)

    async def ask(self) -> None:
        """Hears what is new; only then the next question confirms it, so that nothing is lost if we end here."""
        updates, last = await self._updates()
        await self._hear_all(updates)
        # Nothing new: everything is confirmed, and after a week of silence Telegram may begin to count anew.
        self._offset = None if last is None else last + 1

    async def _updates(self) -> tuple[list[Update], int | None]:
        """What is new, and the number of the last of it. One unreadable update does not hold up the others."""
        try:
            found = await self._bot.get_updates(
                self._offset, limit=MOST_AT_ONCE, timeout=WAIT, allowed_updates=list(ALLOWED), request_timeout=PATIENCE
            )
            return found, found[-1].update_id if found else None
        except ClientDecodeError as error:
            if not isinstance(error.data, dict) or error.data.get("ok") is not True:
                raise
            raw = error.data["result"]
            return [update for each in raw if (update := _parsed(each))], max(each["update_id"] for each in raw)

    async def _hear_all(self, updates: Iterable[Update]) -> None:
        """In order within a chat; the chats do not wait for each other."""
        talks: dict[int | None, list[Update]] = defaultdict(list)
        for update in updates:
            talks[place(update)].append(update)
        async with asyncio.TaskGroup() as tasks:
            for talk in talks.values():
                tasks.create_task(self._hear_talk(talk))

    async def _hear_talk(self, updates: Iterable[Update]) -> None:
        for update in updates:
            await self._hear(update)


def _parsed(raw: Any) -> Update | None:
    try:
        return Update.model_validate(raw)
    except ValidationError as error:
        log.error("unreadable update", **trace(error))
        return None
