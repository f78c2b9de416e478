"""Somebody with a phone: what she does there, and what she sees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.chats import Account, Chat, Standing, Written
from tests.fakes.telegram.entities import commands, length
from tests.fakes.telegram.fields import Upload
from tests.fakes.telegram.keyboards import Button, Rows
from tests.fakes.telegram.sending import LONGEST_TEXT
from tests.fakes.telegram.updates import Update

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
SEEN = timedelta(hours=48)
"""Of an older message a press tells the bot only its id."""
PICTURE = Upload("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(64) + b"\xff\xd9", "image/jpeg")
PAPER = Upload("paper.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
SPEECH = Upload("voice.oga", b"OggS\x00\x02" + bytes(22) + b"OpusHead", "audio/ogg")


@dataclass(frozen=True)
class Line:
    """One message as she sees it, without its tags. `buttons` are the ones under it; `media` is what it is besides
    words: photo, voice, document, location or contact."""

    id: int
    by_bot: bool
    at: datetime
    text: str
    entities: tuple[dict[str, Any], ...] = ()
    buttons: Rows = ()
    media: str | None = None
    edited: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.text for row in self.buttons for button in row)


@dataclass(frozen=True)
class Screen:
    """`keyboard` are the buttons in place of the letters, `notices` what popped up after presses, oldest first."""

    messages: tuple[Line, ...]
    keyboard: Rows
    notices: tuple[str, ...]
    types: bool


class Person:
    """What she does returns the update that tells the bot of it, None where the bot does not want to know."""

    def __init__(self, bot: Bot, account: Account) -> None:
        self._bot = bot
        self.account = account
        self.chat = bot.chats.add(Chat(account.id, account))
        self._read = 0

    @property
    def id(self) -> int:
        return self.account.id

    def start(self, payload: str | None = None) -> Update | None:
        """Presses Start, perhaps after the link t.me/BOT?start=PAYLOAD. Takes back that she blocked the bot."""
        if payload is not None and not PAYLOAD.fullmatch(payload):
            raise ValueError(f"no link has the payload {payload!r}")
        if self.account.standing is Standing.BLOCKED:
            self.unblock()
        return self.write("/start" if payload is None else f"/start {payload}")

    def write(self, text: str, group: Chat | None = None) -> Update | None:
        """In the chat with the bot, or in a group."""
        if not 0 < length(text) <= LONGEST_TEXT:
            raise ValueError("the app cuts a longer text itself, and sends no empty one")
        entities = list(commands(text))
        return self._say({"text": text, **({"entities": entities} if entities else {})}, group)

    def edit(self, message: int, text: str) -> Update | None:
        """One of her own, by its id."""
        written = self.chat.messages[message]
        if written.by_bot:
            raise ValueError("she can only edit her own words")
        written.content, written.edited = {**written.content, "text": text}, self._bot.clock.now()
        return self._bot.tell("edited_message", ("message", self.chat.id), written.as_json())

    def photo(self, upload: Upload = PICTURE, caption: str = "", *, size: int | None = None) -> Update | None:
        """`size` is what Telegram says of the file, in bytes, where it is not that of its content."""
        return self._send_file("photo", upload, caption, size)

    def document(self, upload: Upload = PAPER, caption: str = "", *, size: int | None = None) -> Update | None:
        """`size` as of a photo."""
        return self._send_file("document", upload, caption, size)

    def voice(self, upload: Upload = SPEECH, seconds: int = 3) -> Update | None:
        return self._say({"voice": self._bot.files.keep("voice", upload, seconds=seconds).as_json()})

    def location(self, latitude: float = 42.4247, longitude: float = 18.7712) -> Update | None:
        return self._say({"location": {"latitude": latitude, "longitude": longitude}})

    def contact(self, phone: str | None = None, of: "Person | None" = None) -> Update | None:
        """Her own phone number, or somebody else's."""
        account = (of or self).account
        told = {"phone_number": phone or account.phone, "first_name": account.name, "user_id": account.id}
        return self._say({"contact": told})

    def press(self, what: str, message: int | None = None) -> Update | None:
        """The button with this label (or data): of the keyboard, or else of the newest message that has one.

        With the id of a message it is one of its buttons, even one that has been taken away in the meantime.
        Raises LookupError where there is none.
        """
        if message is None:
            for button in _flat(self._keyboard()):
                if button.text == what:
                    return self._press_key(button)
        written, button = self._find(what, message)
        press = self._bot.press(self.chat)
        told: dict[str, Any] = {"id": press.id, "from": self.account.as_json(), "message": self._as_seen(written)}
        told |= {"chat_instance": str(-self.id), "data": button.data}
        return self._bot.tell("callback_query", ("press", self.id), told)

    def block(self) -> Update | None:
        return self._turn(Standing.BLOCKED)

    def unblock(self) -> Update | None:
        return self._turn(Standing.MEMBER)

    def delete_account(self) -> None:
        """Nobody tells the bot."""
        self.account.standing = Standing.DELETED

    def screen(self) -> Screen:
        lines = tuple(_line(message) for message in self.chat.messages.values())
        typing = self.chat.types_until is not None and self.chat.types_until > self._bot.clock.now()
        return Screen(lines, self._keyboard(), tuple(self.chat.notices), typing)

    async def reads(self) -> Line:
        """The bot's next message that she has not read yet. Raises TimeoutError where none comes."""
        await self._bot.record.until(self._unread)
        line = self._unread()[0]
        self._read = line.id
        return line

    def menu(self) -> list[dict[str, str]]:
        """The commands that her app offers: in its language where the bot has named some in it."""
        language = (self.account.language or "")[:2]
        return self._bot.commands.get(language) or self._bot.commands.get("", [])

    def _unread(self) -> list[Line]:
        new = (message for message in reversed(self.chat.messages.values()) if message.by_bot)
        lines = []
        for message in new:
            if message.id <= self._read:
                break
            lines.append(_line(message))
        return lines[::-1]

    def _keyboard(self) -> Rows:
        return self.chat.keyboard.rows if self.chat.keyboard is not None else ()

    def _say(self, content: dict[str, Any], group: Chat | None = None) -> Update | None:
        chat = group or self.chat
        if self.account.standing in (Standing.BLOCKED, Standing.DELETED):
            raise ValueError(f"she cannot write: {self.account.standing}")
        if group is None:
            self.account.standing = Standing.MEMBER
        self.account.met = True
        now, id = self._bot.clock.now(), self._bot.chats.next_id()
        message = Written(id, False, now, self.account.as_json(), chat.as_json(), content)
        chat.take(message)
        return self._bot.tell("message", ("message", chat.id), message.as_json())

    def _send_file(self, kind: str, upload: Upload, caption: str, size: int | None) -> Update | None:
        content = {kind: self._bot.files.keep(kind, upload, size=size).as_json()}
        return self._say({**content, "caption": caption} if caption else content)

    def _press_key(self, button: Button) -> Update | None:
        if self.chat.keyboard is not None and self.chat.keyboard.one_time:
            self.chat.keyboard = None
        if button.asks == "contact":
            return self.contact()
        return self.location() if button.asks == "location" else self.write(button.text)

    def _find(self, what: str, message: int | None) -> tuple[Written, Button]:
        written = self.chat.messages.values() if message is None else [self.chat.messages[message]]
        for each in reversed(list(written)):
            markups = each.markups[-1:] if message is None else reversed(each.markups)
            for markup in markups:
                if markup is not None and markup.kind == "inline":
                    for button in _flat(markup.rows):
                        if button.data is not None and what in (button.text, button.data):
                            return each, button
        raise LookupError(f"nothing to press is called {what!r}")

    def _as_seen(self, message: Written) -> dict[str, Any]:
        if self._bot.clock.now() - message.at <= SEEN:
            return message.as_json()
        return {"chat": message.chat, "message_id": message.id, "date": 0}

    def _turn(self, standing: Standing) -> Update | None:
        self.account.standing = standing
        old, new = ("kicked", "member") if standing is Standing.MEMBER else ("member", "kicked")
        was, now = self._membership(old), self._membership(new)
        told: dict[str, Any] = {"chat": self.chat.as_json(), "from": self.account.as_json()}
        told |= {"date": int(self._bot.clock.now().timestamp()), "old_chat_member": was, "new_chat_member": now}
        return self._bot.tell("my_chat_member", ("member", self.chat.id), told)

    def _membership(self, status: str) -> dict[str, Any]:
        told = {"user": self._bot.user, "status": status}
        return {**told, "until_date": 0} if status == "kicked" else told


def _flat(rows: Rows) -> Iterator[Button]:
    return (button for row in rows for button in row)


def _line(message: Written) -> Line:
    content = message.content
    media = next((kind for kind in ("photo", "voice", "document", "location", "contact") if kind in content), None)
    text = content.get("text") or content.get("caption") or ""
    entities = content.get("entities") or content.get("caption_entities") or ()
    buttons = message.markup.rows if message.markup is not None and message.markup.kind == "inline" else ()
    edited = message.edited is not None
    return Line(message.id, message.by_bot, message.at, text, tuple(entities), buttons, media, edited)
