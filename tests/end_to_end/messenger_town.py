"""A town on a messenger: its bot behind one address, and the phones of a story's people, over real HTTP both ways."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import App
from bot.assistant import Brain
from bot.messages import Accepted, Address, Channel, Message
from bot.sheets import Ways
from bot.stage import Clock, play
from bot.stories import Deed, Story
from dialogs.session import Choice, Reply
from tests.fakes import platform_clock


class Doorway:
    """The address that the platform calls. Behind it is the process of the story that is being played."""

    def __init__(self) -> None:
        self.url = ""
        self.opens_to: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.opens_to is not None, "nobody is at home"
        await self.opens_to(scope, receive, send)


class Doorstep:
    """That of the process, at the story's hour: a channel reads the hour off our own clock."""

    def __init__(self, app: App, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        self.history = app.history
        self.change = app.change
        self.leave = app.leave
        self.hear_receipt = app.hear_receipt
        self.welcome = app.welcome
        self.is_mine = app.is_mine

    async def accept(self, message: Message) -> Accepted:
        return await self._app.accept(replace(message, arrived=self._clock()))


@dataclass(frozen=True)
class Shown:
    """A message of the bot as it stands on a phone. `order` counts over all phones.

    `buttons` are the labels that can be pressed for it, None where it is not seen any more what they were.
    """

    order: int
    text: str
    buttons: tuple[str, ...] | None


class Phones(ABC):
    """The ways of a story whose people have phones. What they press is what stands on their screens."""

    def __init__(self, clock: Clock, platform: platform_clock.Clock, register: Callable[[], Awaitable[None]]) -> None:
        """`register` tells the platform where the bot is."""
        self._clock = clock
        self._platform = platform
        self._register = register
        self._hour = clock()

    async def bring(self, done: Deed) -> None:
        await self._register()
        self._let_time_pass()
        await self.do(done)

    async def said(self) -> list[tuple[str, Reply]]:
        shown = [(who, message) for who, messages in (await self.news()).items() for message in messages]
        return [(who, _reply(message)) for who, message in sorted(shown, key=lambda each: each[1].order)]

    def _let_time_pass(self) -> None:
        """On the platform too: what it still knows of a message depends on it."""
        self._platform.move(self._clock() - self._hour)
        self._hour = self._clock()

    @abstractmethod
    def address(self, who: str) -> Address: ...

    @abstractmethod
    async def do(self, done: Deed) -> None:
        """It is done, and the bot has taken it."""

    @abstractmethod
    async def news(self) -> Mapping[str, list[Shown]]:
        """What the bot has shown to each since this was last asked; pictures are left out."""


def _reply(shown: Shown) -> Reply:
    """What was said and offered: below an empty line every choice stands with its number, and has a button.

    Raises AssertionError where the numbers and the buttons are not those of the same choices.
    """
    said, _, below = shown.text.rpartition("\n\n")
    labels = _numbered(below.split("\n")) if said else ()
    assert shown.buttons in (None, labels), f"{shown.buttons} are the buttons of: {shown.text}"
    return Reply(said if labels else shown.text, "", tuple(Choice(label, label) for label in labels))


def _numbered(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without their numbers; nothing where they are not numbered from 1 on."""
    numbers = [f"{number}. " for number in range(1, len(lines) + 1)]
    if not all(map(str.startswith, lines, numbers)):
        return ()
    return tuple(map(str.removeprefix, lines, numbers))


class Messenger(Channel, Protocol):
    async def run(self) -> None: ...
    async def close(self) -> None: ...


class Town(ABC):
    """One bot for all the stories: it is registered once."""

    def __init__(self, doorway: Doorway) -> None:
        self._doorway = doorway
        self._channel: Messenger | None = None
        self._is_registered = False

    async def replay(self, story: str, brain: Brain) -> str:
        """The story as it went on the phones, as it prints itself."""
        try:
            return await play(story, brain, open_ways=self._open)
        finally:
            await self._close()

    async def register(self) -> None:
        """The channel itself tells the platform where the bot is, once."""
        if self._is_registered or self._channel is None:
            return
        running = asyncio.create_task(self._channel.run())
        await self.until_registered()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        self._is_registered = True

    async def _close(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    def _open(self, story: Story, app: App, clock: Clock) -> Ways:
        self._channel = self.channel(Doorstep(app, clock), self._doorway.url)
        # People of a story answer at once; how slowly a bot has to speak is another test's.
        self._channel.pace = None
        app.mount(self._channel)
        self._doorway.opens_to = app.http
        return self.phones(story, clock)

    @abstractmethod
    def channel(self, doorstep: Doorstep, url: str) -> Messenger: ...

    @abstractmethod
    def phones(self, story: Story, clock: Clock) -> Phones:
        """New ones, on which nothing was ever said."""

    @abstractmethod
    async def until_registered(self) -> None: ...
