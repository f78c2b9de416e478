"""The methods that change what stands in a chat, or answer a press of its buttons."""

from datetime import timedelta
from typing import Any

from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.chats import Chat, Written
from tests.fakes.telegram.fields import Fields
from tests.fakes.telegram.keyboards import Markup, inline
from tests.fakes.telegram.refusals import bad
from tests.fakes.telegram.sending import words

REACH = timedelta(hours=48)
"""How old a message may be that is deleted."""
LONGEST_NOTICE = 200
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def _named(bot: Bot, fields: Fields, act: str) -> tuple[Chat, Written]:
    """The message that is to be changed, and its chat. Raises Refusal where it is not there."""
    chat = bot.chats.open(fields.number("chat_id"))
    message = chat.messages.get(fields.number("message_id") or 0)
    if message is None:
        raise bad(f"message to {act} not found")
    return chat, message


def _change(bot: Bot, message: Written, content: dict[str, Any], markup: Markup | None) -> dict[str, Any]:
    if not message.by_bot:
        raise bad("message can't be edited")
    if content == message.content and markup == message.markup:
        raise bad(SAME)
    message.content, message.edited = content, bot.clock.now()
    message.markups.append(markup)
    return message.as_json()


async def edit_message_text(bot: Bot, fields: Fields) -> Any:
    _, message = _named(bot, fields, "edit")
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    kept = {name: value for name, value in message.content.items() if name not in ("text", "entities")}
    return _change(bot, message, {**words(fields), **kept}, inline(fields.data("reply_markup")))


async def edit_message_reply_markup(bot: Bot, fields: Fields) -> Any:
    _, message = _named(bot, fields, "edit")
    return _change(bot, message, message.content, inline(fields.data("reply_markup")))


async def delete_message(bot: Bot, fields: Fields) -> Any:
    chat, message = _named(bot, fields, "delete")
    if bot.clock.now() - message.at > REACH:
        raise bad("message can't be deleted for everyone")
    del chat.messages[message.id]
    return True


async def answer_callback_query(bot: Bot, fields: Fields) -> Any:
    notice = fields.text("text") or ""
    if len(notice) > LONGEST_NOTICE:
        raise bad("MESSAGE_TOO_LONG")
    press = bot.answer(fields.text("callback_query_id"))
    if notice:
        press.chat.notices.append(notice)
    return True
