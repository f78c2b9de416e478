"""A phone with Viber: what it shows of the talk with the bot, and what it reports of it."""

import asyncio
import hashlib
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.fakes.viber import keyboards
from tests.fakes.viber.courier import Courier
from tests.fakes.viber.keyboards import Button

Json = dict[str, Any]

PATIENCE = 10.0
LARGEST_PICTURE = 1024 * 1024
"""In bytes, on iOS; Android takes three times as much."""


@dataclass
class Traits:
    """`devices`: so many report what they got; 0 while all are off. `reads`: what she got is seen.

    `on_viber` is False for a number that has left Viber, `is_suitable` for a device that is too old for bots.
    """

    name: str = "Ana"
    language: str = "sr"
    country: str = "ME"
    number: str = "+38267123456"
    api_version: int = 10
    devices: int = 1
    reads: bool = True
    on_viber: bool = True
    is_suitable: bool = True
    is_desktop: bool = False


@dataclass(frozen=True)
class Line:
    """`mine`: she said it herself. `media` is the address of a picture or file, `picture` what was there."""

    token: int
    mine: bool
    text: str
    at: datetime
    kind: str = "text"
    media: str | None = None
    picture: bytes | None = None


@dataclass(frozen=True)
class Screen:
    """`buttons` are the labels that can be pressed now."""

    lines: tuple[Line, ...]
    buttons: tuple[str, ...]


class Phone:
    """`id` is what the bot knows the person by; `tracking` is what the bot noted with its last message."""

    def __init__(self, handle: str, traits: Traits, courier: Courier) -> None:
        self.id = b64encode(hashlib.sha256(handle.encode()).digest()[:17]).decode()
        self.traits = traits
        self.tracking = ""
        self._courier = courier
        self._lines: list[Line] = []
        self._buttons: tuple[Button, ...] = ()
        self._read = 0
        self._came = asyncio.Event()

    @property
    def screen(self) -> Screen:
        return Screen(tuple(self._lines), tuple(button.label for button in self._buttons))

    def button(self, label: str) -> Button:
        """Raises LookupError where no such button is on the screen."""
        for button in self._buttons:
            if button.label == label:
                return button
        raise LookupError(f"there is no button {label!r}, but {[button.label for button in self._buttons]}")

    async def next_line(self) -> Line:
        """The bot's oldest line that nobody has asked for yet. Raises TimeoutError where none comes."""
        async with asyncio.timeout(PATIENCE):
            while len(heard := [line for line in self._lines if not line.mine]) <= self._read:
                await self._came.wait()
        self._read += 1
        return heard[self._read - 1]

    def note(self, line: Line) -> None:
        self._lines.append(line)

    def close(self) -> None:
        """The talk is closed: nothing can be pressed, and what the bot noted is forgotten."""
        self._buttons, self.tracking = (), ""

    def show(self, token: int, message: Json) -> bool:
        """False where it cannot be shown: then it is reported as failed."""
        keyboard = message.get("keyboard")
        if why := keyboards.fault(keyboard) if keyboard else None:
            self._report_failed(token, why)
            return False
        # A message without a keyboard is taken to hide the one before: nobody has promised that it stays.
        self._buttons = keyboards.shown(keyboard) if keyboard else ()
        self.tracking = message.get("tracking_data") or ""
        text = str(message.get("text") or message.get("file_name") or "")
        line = Line(token, False, text, self._courier.clock.now(), message["type"], message.get("media"))
        self._lines.append(line)
        self._came.set()
        self._came = asyncio.Event()
        return True

    async def fetch_picture(self, token: int, address: str) -> None:
        """From the bot's own server; what is not there or too large is reported as failed."""
        content = await self._courier.fetch(address)
        if content is None or len(content) > LARGEST_PICTURE:
            self._report_failed(token, "media could not be shown")
            return
        self._lines = [replace(line, picture=content) if line.token == token else line for line in self._lines]

    def report(self, token: int, *, is_unsorted: bool = False) -> list[asyncio.Task[None]]:
        """The receipts under way: delivered once per device, seen once."""
        is_seen = self.traits.reads and self.traits.devices > 0
        names = ["delivered"] * self.traits.devices + ["seen"] * is_seen
        ordered = reversed(names) if is_unsorted else names
        told = [self._courier.tell(name, token, self.id, user_id=self.id) for name in ordered]
        return [telling for telling in told if telling is not None]

    def _report_failed(self, token: int, why: str) -> None:
        self._courier.tell("failed", token, self.id, user_id=self.id, desc=why)
