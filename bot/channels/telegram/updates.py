"""What Telegram delivers becomes a message. Pure: nothing is fetched, nothing is looked up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aiogram import types
from aiogram.enums import ChatMemberStatus, ChatType, ContentType

from bot.messages import Address, Message
from dialogs.commands import COMMANDS
from dialogs.offers import ANY, WISH
from dialogs.openings import START
from dialogs.session import Attachment

NAME = "telegram"
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The updates we ask for."""

LARGEST = 2**63 - 1
"""Telegram's numbers have 64 bits."""
PRESS = re.compile(r"[0-9]{1,20}")
"""The id of a press; it is text only because it is too large for a float."""

WISHES = {command.name: f"{ANY}:{WISH}{command.intent}" for command in COMMANDS}
COMMAND = re.compile(r"/(?P<name>\w{1,32})(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL)

KINDS: Mapping[str, str] = {
    ContentType.PHOTO: "photo",
    ContentType.DOCUMENT: "document",
    ContentType.CONTACT: "contact",
    ContentType.LOCATION: "location",
    ContentType.VENUE: "location",
    ContentType.VOICE: "voice",
    ContentType.AUDIO: "voice",
    ContentType.VIDEO_NOTE: "voice",
    ContentType.ANIMATION: "other",
    ContentType.CHECKLIST: "other",
    ContentType.DICE: "other",
    ContentType.GAME: "other",
    ContentType.LIVE_PHOTO: "other",
    ContentType.PAID_MEDIA: "other",
    ContentType.POLL: "other",
    ContentType.RICH_MESSAGE: "other",
    ContentType.STICKER: "other",
    ContentType.STORY: "other",
    ContentType.VIDEO: "other",
    ContentType.UNKNOWN: "other",
}
"""What citizens send. The rest is Telegram telling what happened in the chat, to which nobody wants an answer."""


@dataclass(frozen=True)
class Upload:
    """A photo or document that is still with Telegram; `size` in bytes is 0 where it did not say."""

    id: str
    name: str
    size: int


def read(update: types.Update, arrived: datetime) -> Message | None:
    """What a citizen said or pressed in a private chat; None for everything else.

    The event is the update's number together with a mark of its own, because after a week of silence Telegram may begin
    to count anew. `choice` is what the pressed button carries, see `choices`.
    """
    if max(abs(update.update_id), abs(place(update) or 0)) > LARGEST:
        return None
    if update.callback_query is not None:
        return _pressed(update.callback_query, update.update_id, arrived)
    if update.edited_message is not None:
        return _edited(update.edited_message, update.update_id, arrived)
    if update.message is not None:
        return _said(update.message, update.update_id, arrived)
    return None


def upload(update: types.Update) -> Upload | None:
    """The photo, in its largest size, or the document of a message that is one; None for any other."""
    message = update.message
    if message is None:
        return None
    if message.content_type == ContentType.PHOTO and message.photo:
        photo = max(message.photo, key=lambda size: size.width * size.height)
        return Upload(photo.file_id, "photo", photo.file_size or 0)
    if message.content_type == ContentType.DOCUMENT and message.document:
        document = message.document
        return Upload(document.file_id, document.file_name or "document", document.file_size or 0)
    return None


def place(update: types.Update) -> int | None:
    """The chat in which everything is heard in order; None where it does not matter."""
    query, changed = update.callback_query, update.my_chat_member
    if query is not None:
        return query.from_user.id
    if changed is not None:
        return changed.chat.id
    message = update.message or update.edited_message
    return message.chat.id if message is not None else None


def left(update: types.Update) -> Address | None:
    """Whoever has blocked the bot with this update."""
    changed = update.my_chat_member
    if changed is None or changed.chat.type != ChatType.PRIVATE:
        return None
    return _address(changed.chat.id) if changed.new_chat_member.status == ChatMemberStatus.KICKED else None


def _said(message: types.Message, number: int, arrived: datetime) -> Message | None:
    heard = _heard(message, f"{number}:{message.date.timestamp():.0f}", arrived)
    if message.chat.type != ChatType.PRIVATE:
        return None
    if message.text is not None:
        return _written(heard, message.text)
    kind = KINDS.get(message.content_type)
    return replace(heard, text=_words(message), attachment=Attachment(kind)) if kind else None


def _written(heard: Message, text: str) -> Message:
    """Words, or a command: one of ours is a wish, any other is taken for its words."""
    command = COMMAND.fullmatch(text)
    if command is None:
        return replace(heard, text=text)
    name, rest = command["name"].lower(), (command["rest"] or "").strip()
    if name == START:
        return replace(heard, choice=START, opens=rest or None)
    if name in WISHES:
        return replace(heard, text=text, choice=WISHES[name])
    return replace(heard, text=f"{command['name'].replace('_', ' ')} {rest}".strip())


def _words(message: types.Message) -> str:
    """What is written under it; of the citizen's own contact the telephone number."""
    contact, writer = message.contact, message.from_user
    if contact is None:
        return message.caption or ""
    is_own = writer is not None and contact.user_id == writer.id
    return f"+{contact.phone_number.lstrip('+')}" if is_own else ""


def _edited(message: types.Message, number: int, arrived: datetime) -> Message | None:
    """Other words. A place that moves, or another picture, says nothing new."""
    text = message.text or message.caption
    if message.chat.type != ChatType.PRIVATE or not text:
        return None
    return replace(_heard(message, f"{number}:{message.edit_date}", arrived), text=text, edited=True)


def _pressed(query: types.CallbackQuery, number: int, arrived: datetime) -> Message | None:
    is_elsewhere = query.message is not None and query.message.chat.type != ChatType.PRIVATE
    if query.data is None or is_elsewhere or not PRESS.fullmatch(query.id):
        return None
    writer = query.from_user
    event = f"{number}:{query.id}"
    address = _address(writer.id)
    return Message(event, address, _label(query), arrived, choice=query.data, language=writer.language_code)


def _label(query: types.CallbackQuery) -> str:
    """What stands on the pressed button; empty where Telegram no longer shows the message it is on."""
    message = query.message
    if not isinstance(message, types.Message) or message.reply_markup is None:
        return ""
    buttons = (button for row in message.reply_markup.inline_keyboard for button in row)
    return next((button.text for button in buttons if button.callback_data == query.data), "")


def _heard(message: types.Message, event: str, arrived: datetime) -> Message:
    language = message.from_user.language_code if message.from_user else None
    return Message(event, _address(message.chat.id), "", arrived, language=language)


def _address(chat: int) -> Address:
    return Address(NAME, str(chat))
