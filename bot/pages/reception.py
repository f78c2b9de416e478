"""Where visitors of the page are received: takes what they write, at a measured pace, and tells what is new."""

import asyncio
import unicodedata
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.messages import Accepted, Doorstep, Entry, Message
from bot.pages.api import Problem
from bot.pages.limits import Limit, place
from bot.pages.visitors import Visitor
from bot.pages.words import LONGEST

PATIENCE = timedelta(seconds=3)
"""How long a page without JavaScript waits for its answer."""

RECHECK = timedelta(seconds=15)
"""The longest an open stream would sleep. A doorstep that cannot hear everybody who writes wakes it more often."""

WELCOME = "welcome"
"""The event of the empty message that begins a conversation."""


class Reception:
    """Knows no request and no page: visitors, their messages, and the doorstep behind which these are answered."""

    def __init__(self, doorstep: Doorstep) -> None:
        self._doorstep = doorstep
        self._closing = asyncio.Event()
        self._by_visitor = Limit(burst=20, every=timedelta(seconds=1))
        # A whole village may share one address of its mobile operator.
        self._by_host = Limit(burst=200, every=timedelta(seconds=0.1))

    def close(self) -> None:
        """Ends every open stream."""
        self._closing.set()

    def has_room(self, host: str) -> bool:
        """Whether one more stranger from there may begin a conversation."""
        return not self._by_host.wait(place(host))

    async def said(self, visitor: Visitor, after: int = 0) -> tuple[Entry, ...]:
        """The conversation later than `after`, oldest first, at most the newest 200. What has no words is left out."""
        return tuple(entry for entry in await self._doorstep.history(visitor.address, after) if entry.text)

    async def greet(self, visitor: Visitor, language: str) -> tuple[Entry, ...]:
        """The conversation, which is begun if there is none: with an empty message, and the assistant's welcome to it.

        Two windows opened at once are greeted once. Whoever comes back after everything was erased is greeted anew.
        """
        said = await self.said(visitor)
        if said:
            return said
        accepted = await self._doorstep.accept(message(visitor, WELCOME, language=language))
        if accepted.again and not await self._doorstep.history(visitor.address, 0):
            accepted = await self._doorstep.accept(message(visitor, str(uuid4()), language=language))
        await self.answer(visitor, accepted.sequence)
        return await self.said(visitor)

    async def take(self, visitor: Visitor, written: Message, host: str) -> Accepted:
        """The message is stored; raises Problem when it is empty, too long or one too many."""
        if not written.text and written.choice is None:
            raise Problem(422, "empty")
        if len(written.text) > LONGEST:
            raise Problem(422, "too_long")
        wait = self._by_visitor.wait(visitor.address.id) or self._by_host.wait(place(host))
        if wait:
            raise Problem(429, "too_fast", {"Retry-After": str(int(wait.total_seconds()) + 1)})
        return await self._doorstep.accept(written if written.text else await self._labelled(written))

    async def answer(self, visitor: Visitor, after: int) -> None:
        """Returns when the assistant has said something later than `after`, at the latest after PATIENCE."""
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()), aclosing(self.news(visitor, after)) as news:
                async for entry in news:
                    if not entry.heard:
                        return
        except TimeoutError:
            return

    async def news(self, visitor: Visitor, after: int) -> AsyncGenerator[Entry, None]:
        """Entries later than `after` as they come, until the reception closes."""
        closing = asyncio.create_task(self._closing.wait())
        try:
            while not closing.done():
                # Listening begins before looking, so that nothing falls between the two.
                change = asyncio.create_task(self._doorstep.change(visitor.address, RECHECK))
                try:
                    for entry in await self.said(visitor, after):
                        yield entry
                        after = entry.sequence
                    ended, _ = await asyncio.wait({change, closing}, return_when=asyncio.FIRST_COMPLETED)
                    for task in ended:
                        task.result()
                finally:
                    change.cancel()
        finally:
            closing.cancel()

    async def is_lost(self, visitor: Visitor, after: int) -> bool:
        """Whether a reader who has seen `after` cannot go on from there: it is of another talk, or too long ago."""
        if after == 0:
            return False
        said = await self.said(visitor, after - 1)
        return not said or said[0].sequence != after

    async def _labelled(self, pressed: Message) -> Message:
        said = await self._doorstep.history(pressed.address, 0)
        labels = {choice.id: choice.label for entry in said for choice in entry.choices}
        return replace(pressed, text=labels.get(pressed.choice or "", ""))


def message(
    visitor: Visitor, event: str, text: str = "", *, choice: str | None = None, language: str | None = None
) -> Message:
    """What a visitor wrote, as it is stored: composed Unicode, plain line ends, nothing invisible but those."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    clean = "".join(letter for letter in composed if letter in "\n\t" or unicodedata.category(letter) != "Cc")
    return Message(event, visitor.address, clean.strip(), datetime.now(UTC), choice, language)
