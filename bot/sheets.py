"""How the cast of a story and the assistant reach each other: by sheets of paper, unless somebody has real phones."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.app import App
from bot.messages import Address, Message, Pace, Receipt, ReceiptState
from bot.stories import Deed, Story, Unreadable
from dialogs.session import Choice, Reply

PRIVATE = "web"


class Ways(Protocol):
    """What people do comes in by them, and what they are told goes out."""

    def address(self, who: str) -> Address:
        """Where somebody of the cast is reached."""
        ...

    async def bring(self, done: Deed) -> None:
        """What somebody does has come to us when this returns. Raises Unreadable for what cannot be done."""
        ...

    async def said(self) -> list[tuple[str, Reply]]:
        """Who was told what since this was last asked, in order."""
        ...


OpenWays = Callable[[Story, App, Callable[[], datetime]], Ways]
"""The ways of a story to and from a process of the product, at the hours of the story's clock."""


@dataclass
class Sheet:
    """A channel that writes down what it is given to send, for the story to print."""

    name: str
    private: bool
    repeatable: bool = True
    sent: list[tuple[Address, Reply]] = field(default_factory=list)
    pace: Pace | None = None

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        self.sent.append((address, reply))
        return Receipt(ReceiptState.DELIVERED)


class Sheets:
    """A sheet for each channel of the cast."""

    def __init__(self, story: Story, app: App, clock: Callable[[], datetime]) -> None:
        self._story = story
        self._app = app
        self._clock = clock
        self._heard = 0
        self._offered: dict[str, tuple[Choice, ...]] = {}
        self._sheets = {who.channel: Sheet(who.channel, who.channel == PRIVATE) for who in story.cast.values()}
        for sheet in self._sheets.values():
            app.mount(sheet)

    def address(self, who: str) -> Address:
        return Address(self._story.cast[who].channel, who)

    async def bring(self, done: Deed) -> None:
        address = self.address(done.who)
        if done.leaves:
            return await self._app.leave(address)
        self._heard += 1
        message = Message(
            event=str(self._heard),
            address=address,
            text=done.words,
            arrived=self._clock(),
            choice=self._pressed(done),
            opens=done.opens,
            attachment=done.attachment,
            edited=done.edited,
        )
        await self._app.accept(message)
        return None

    async def said(self) -> list[tuple[str, Reply]]:
        said = [(address.id, reply) for sheet in self._sheets.values() for address, reply in sheet.sent]
        for sheet in self._sheets.values():
            sheet.sent.clear()
        self._offered |= {who: reply.choices for who, reply in said if reply.choices}
        return said

    def _pressed(self, done: Deed) -> str | None:
        """`[Label]` presses a choice on offer."""
        if done.pressed is None:
            return None
        pressed = [choice.id for choice in self._offered.get(done.who, ()) if choice.label == done.pressed]
        if not pressed:
            raise Unreadable(f"{done.pressed} is not on offer to {done.who}")
        return pressed[0]
