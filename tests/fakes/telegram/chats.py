"""The people, their chats with the bot, and what stands in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from itertools import count
from typing import Any

from tests.fakes.telegram.keyboards import Markup
from tests.fakes.telegram.refusals import bad, forbidden

TYPING = timedelta(seconds=5)
KEPT = 1000
"""Messages of a chat; Telegram keeps all of them, a long run need not."""


class Standing(Enum):
    """stranger → member ⇄ blocked; deleted from anywhere, for ever."""

    STRANGER = "stranger"
    MEMBER = "member"
    BLOCKED = "blocked"
    DELETED = "deleted"


@dataclass
class Account:
    """A person of Telegram. `language` is the one of the app, None where it does not tell.

    `met`: the bot has seen her in a group.
    """

    id: int
    name: str
    language: str | None = None
    username: str | None = None
    phone: str = "38267000000"
    standing: Standing = Standing.STRANGER
    refuses_voice: bool = False
    met: bool = False

    def as_json(self) -> dict[str, Any]:
        told = {"id": self.id, "is_bot": False, "first_name": self.name}
        hints = {"username": self.username, "language_code": self.language}
        return {**told, **{name: hint for name, hint in hints.items() if hint is not None}}


@dataclass
class Written:
    """One message. `content` is its JSON without ids; `markups` are all the keyboards it ever had, the last one is the
    one it has now."""

    id: int
    by_bot: bool
    at: datetime
    sender: dict[str, Any]
    chat: dict[str, Any]
    content: dict[str, Any]
    markups: list[Markup | None] = field(default_factory=lambda: [None])
    edited: datetime | None = None

    @property
    def markup(self) -> Markup | None:
        return self.markups[-1]

    def as_json(self) -> dict[str, Any]:
        told = {"message_id": self.id, "from": self.sender, "chat": self.chat, "date": int(self.at.timestamp())}
        told |= self.content
        if self.markup is not None and self.markup.kind == "inline":
            told["reply_markup"] = self.markup.source
        if self.edited is not None:
            told["edit_date"] = int(self.edited.timestamp())
        return told


@dataclass
class Chat:
    """What is said between the bot and one person, or in one group. `keyboard` is shown instead of the letters.

    `notices` are the answers to presses, as they popped up.
    """

    id: int
    account: Account | None
    title: str = ""
    messages: dict[int, Written] = field(default_factory=dict)
    keyboard: Markup | None = None
    notices: list[str] = field(default_factory=list)
    types_until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        if self.account is None:
            return {"id": self.id, "type": "group", "title": self.title}
        told = {"id": self.id, "type": "private", "first_name": self.account.name}
        return told if self.account.username is None else {**told, "username": self.account.username}

    def let_in(self) -> None:
        """Raises Refusal where the bot may not write."""
        if self.account is None or self.account.standing is Standing.MEMBER:
            return
        if self.account.standing is Standing.STRANGER:
            raise (
                forbidden("bot can't initiate conversation with a user") if self.account.met else bad("chat not found")
            )
        if self.account.standing is Standing.BLOCKED:
            raise forbidden("bot was blocked by the user")
        raise forbidden("user is deactivated")

    def take(self, message: Written) -> None:
        self.messages[message.id] = message
        if len(self.messages) > KEPT:
            del self.messages[next(iter(self.messages))]
        markup = message.markup
        if message.by_bot:
            self.types_until = None
            if markup is not None and markup.kind in ("reply", "remove"):
                self.keyboard = markup if markup.kind == "reply" else None


class Chats:
    """By id. One counter numbers the messages of all of them."""

    def __init__(self) -> None:
        self._chats: dict[int, Chat] = {}
        self._ids = count(1)

    def __iter__(self) -> Iterator[Chat]:
        return iter(self._chats.values())

    def next_id(self) -> int:
        return next(self._ids)

    def add(self, chat: Chat) -> Chat:
        return self._chats.setdefault(chat.id, chat)

    def get(self, id: int) -> Chat | None:
        return self._chats.get(id)

    def open(self, id: int | None) -> Chat:
        """The chat with this id, where the bot may write. Raises Refusal."""
        if id is None:
            raise bad("chat_id is empty")
        chat = self._chats.get(id)
        if chat is None:
            raise bad("chat not found")
        chat.let_in()
        return chat
