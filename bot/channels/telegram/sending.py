"""A part of a reply as the call that sends it. Everything a citizen or an office has said is escaped."""

from html import escape

from aiogram.enums import ParseMode
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.channels.telegram.choices import carried
from bot.layout import Kind, Line, lines, picture, written
from bot.messages import Address
from dialogs.session import Reply
from integrations.bills.order import qr_picture
from locales import Tier
from locales.phrase import say
from locales.wording import word

LONGEST = 3500
"""UTF-16 units of a text. The Bot API takes 4096, once the markup is gone."""
SCAN = say("Scan it with your bank's app")

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def call(address: Address, part: Reply) -> SendMessage | SendPhoto:
    """The call for one part: a text with its choices, or the picture of a payment order."""
    order = picture(part)
    code = qr_picture(order) if order is not None else None
    if code is None:
        return _message(address, part, _html(part), ParseMode.HTML)
    return SendPhoto(
        chat_id=int(address.id),
        photo=BufferedInputFile(code, "payment.png"),
        caption=word(SCAN, part.language, part.tier),
        protect_content=part.asks_private,
    )


def plain_call(address: Address, part: Reply) -> SendMessage:
    """The same text without any markup."""
    return _message(address, part, written(part), None)


def _message(address: Address, part: Reply, text: str, mode: ParseMode | None) -> SendMessage:
    return SendMessage(
        chat_id=int(address.id),
        text=text,
        parse_mode=mode,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        protect_content=part.asks_private,
        reply_markup=_keyboard(part),
    )


def _html(part: Reply) -> str:
    return "\n".join(map(_marked_up, lines(part)))


def _marked_up(line: Line) -> str:
    """A value can be copied with one touch."""
    before, text = escape(line.before, quote=False), escape(line.text, quote=False)
    return f"{before}<code>{text}</code>" if line.kind is Kind.VALUE else f"{before}{text}"


def _keyboard(part: Reply) -> Keyboard:
    """One choice a row. For simple messages large keys instead of letters, which go when there is nothing to choose."""
    if not part.choices:
        return ReplyKeyboardRemove(remove_keyboard=True)
    if part.tier == Tier.SIMPLE:
        keys = [[KeyboardButton(text=choice.label)] for choice in part.choices]
        return ReplyKeyboardMarkup(keyboard=keys, resize_keyboard=True, is_persistent=True)
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=choice.label, callback_data=carried(choice.id))] for choice in part.choices
        ]
    )
