"""The methods that write something new into a chat."""

from typing import Any

from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.chats import TYPING, Chat
from tests.fakes.telegram.entities import Formatted, length, parsed, plain
from tests.fakes.telegram.fields import Fields
from tests.fakes.telegram.keyboards import read
from tests.fakes.telegram.refusals import bad

LONGEST_TEXT = 4096
"""UTF-16 units after parsing."""
LONGEST_CAPTION = 1024
ACTIONS = frozenset({"typing", "choose_sticker", "find_location"}).union(
    f"{act}_{kind}" for act in ("record", "upload") for kind in ("photo", "video", "voice", "document", "video_note")
)


def formatted(fields: Fields, name: str) -> Formatted:
    """The text under this name as it will be seen. Raises Refusal where its tags or entities are broken."""
    text = fields.text(name) or ""
    mode = fields.text("parse_mode")
    if mode:
        # The other modes are not spoken here, and are refused as Telegram refuses an unknown one.
        if mode.lower() != "html":
            raise bad("unsupported parse_mode")
        return parsed(text)
    given = fields.data("caption_entities" if name == "caption" else "entities") or []
    if any(entity["offset"] + entity["length"] > length(text) for entity in given):
        raise bad("entity beyond the end of the text")
    return Formatted(text, tuple(given)) if given else plain(text)


def words(fields: Fields) -> dict[str, Any]:
    """The text of a message. Raises Refusal where there is none or too much of it."""
    seen = formatted(fields, "text")
    if not seen.text:
        raise bad("message text is empty")
    if length(seen.text) > LONGEST_TEXT:
        raise bad("message is too long")
    return {"text": seen.text, **({"entities": list(seen.entities)} if seen.entities else {})}


def _caption(fields: Fields) -> dict[str, Any]:
    seen = formatted(fields, "caption")
    if length(seen.text) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    told: dict[str, Any] = {"caption": seen.text} if seen.text else {}
    return {**told, **({"caption_entities": list(seen.entities)} if seen.entities else {})}


def _send(bot: Bot, chat: Chat, fields: Fields, content: dict[str, Any]) -> dict[str, Any]:
    markup = read(fields.data("reply_markup"))
    if fields.flag("protect_content"):
        content["has_protected_content"] = True
    return bot.send(chat, content, markup).as_json()


async def send_message(bot: Bot, fields: Fields) -> Any:
    content = words(fields)
    return _send(bot, bot.chats.open(fields.number("chat_id")), fields, content)


async def send_photo(bot: Bot, fields: Fields) -> Any:
    return _send_file(bot, fields, "photo")


async def send_document(bot: Bot, fields: Fields) -> Any:
    return _send_file(bot, fields, "document")


async def send_voice(bot: Bot, fields: Fields) -> Any:
    return _send_file(bot, fields, "voice")


def _send_file(bot: Bot, fields: Fields, kind: str) -> dict[str, Any]:
    caption = _caption(fields)
    chat = bot.chats.open(fields.number("chat_id"))
    if kind == "voice" and chat.account is not None and chat.account.refuses_voice:
        raise bad("VOICE_MESSAGES_FORBIDDEN")
    file = bot.files.take(kind, fields.file(kind), fields.number("duration") or 0)
    return _send(bot, chat, fields, {kind: file.as_json(), **caption})


async def send_location(bot: Bot, fields: Fields) -> Any:
    latitude, longitude = fields.decimal("latitude"), fields.decimal("longitude")
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong location specified")
    chat = bot.chats.open(fields.number("chat_id"))
    return _send(bot, chat, fields, {"location": {"latitude": latitude, "longitude": longitude}})


async def send_chat_action(bot: Bot, fields: Fields) -> Any:
    chat = bot.chats.open(fields.number("chat_id"))
    if fields.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.types_until = bot.clock.now() + TYPING
    return True
