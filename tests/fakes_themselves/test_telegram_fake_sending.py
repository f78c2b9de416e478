"""What aiogram may write through the Telegram fake, and what it is refused, in Telegram's own words."""

from datetime import timedelta

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from tests.fakes.telegram import Person, Telegram

CYRILLIC_32 = "а" * 32
YES = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="1:yes")]])


class Unheard(TelegramMethod[bool]):
    __returning__ = bool
    __api_method__ = "sendThoughts"


async def test_what_is_sent_stands_on_her_screen_without_its_tags(aiobot: Bot, anna: Person) -> None:
    anna.start()

    sent = await aiobot.send_message(anna.id, "<b>Račun</b> &lt;1&gt;: <code>550-1</code> 😀", parse_mode="HTML")

    line = anna.screen().messages[-1]
    assert (line.id, line.text, line.by_bot) == (sent.message_id, "Račun <1>: 550-1 😀", True)
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in line.entities] == [
        ("bold", 0, 5),
        ("code", 11, 5),
    ]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("ž</b>", "Unexpected end tag at byte offset 2"),
        ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("2 < 3", "Unclosed start tag at byte offset 2"),
    ],
)
async def test_broken_tags_are_refused(aiobot: Bot, anna: Person, text: str, refusal: str) -> None:
    anna.start()

    with pytest.raises(TelegramBadRequest, match="Bad Request: can't parse entities: ") as refused:
        await aiobot.send_message(anna.id, text, parse_mode="HTML")

    assert refused.value.message.endswith(refusal)
    assert len(anna.screen().messages) == 1


async def test_the_length_counts_after_parsing_and_an_emoji_twice(aiobot: Bot, anna: Person) -> None:
    anna.start()

    await aiobot.send_message(anna.id, "<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML")
    await aiobot.send_message(anna.id, "😀" * 2048)

    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await aiobot.send_message(anna.id, "😀" * 2048 + "a")
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await aiobot.send_message(anna.id, "<b> </b>", parse_mode="HTML")


async def test_a_button_carries_64_bytes_and_no_more(aiobot: Bot, anna: Person) -> None:
    anna.start()
    fits = InlineKeyboardButton(text="Da", callback_data=CYRILLIC_32)
    too_long = InlineKeyboardButton(text="Da", callback_data=CYRILLIC_32 + "a")

    await aiobot.send_message(anna.id, "?", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[fits]]))

    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await aiobot.send_message(anna.id, "?", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[too_long]]))
    with pytest.raises(TelegramBadRequest, match="reply markup is too long"):
        await aiobot.send_message(anna.id, "?", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[fits]] * 101))


async def test_a_button_may_copy_a_value(aiobot: Bot, anna: Person) -> None:
    anna.start()
    button = InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="550-1"))

    await aiobot.send_message(anna.id, "IBAN", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))

    assert anna.screen().messages[-1].labels == ("Copy",)


async def test_a_reply_keyboard_stays_until_it_is_removed(aiobot: Bot, anna: Person) -> None:
    anna.start()
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")], [KeyboardButton(text="No")]])

    await aiobot.send_message(anna.id, "Sure?", reply_markup=keyboard)
    await aiobot.send_message(anna.id, "I wait.")
    shown = anna.screen().keyboard
    await aiobot.send_message(anna.id, "Good.", reply_markup=ReplyKeyboardRemove())

    assert [[button.text for button in row] for row in shown] == [["Yes"], ["No"]]
    assert anna.screen().keyboard == ()


async def test_nobody_is_written_to_who_has_not_started(aiobot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await aiobot.send_message(anna.id, "Good day")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await aiobot.send_message(404, "Good day")


async def test_somebody_met_in_a_group_cannot_be_written_to_either(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    anna.write("Hello all", telegram.group("Neighbours"))

    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await aiobot.send_message(anna.id, "Good day")


async def test_who_has_blocked_the_bot_or_is_gone_is_told_apart(aiobot: Bot, anna: Person) -> None:
    anna.start()

    anna.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await aiobot.send_message(anna.id, "Good day")
    anna.unblock()
    await aiobot.send_message(anna.id, "Welcome back")
    anna.delete_account()
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await aiobot.send_message(anna.id, "Good day")


async def test_a_wrong_token_and_a_wrong_method_are_refused(aiobot: Bot, telegram: Telegram) -> None:
    async with Bot("1:wrong", aiobot.session).context(auto_close=False) as stranger:
        with pytest.raises(TelegramUnauthorizedError, match=r"Unauthorized$"):
            await stranger.get_me()
    async with Bot("1:čudno", aiobot.session).context(auto_close=False) as stranger:
        with pytest.raises(TelegramUnauthorizedError, match="invalid token specified"):
            await stranger.get_me()
    with pytest.raises(TelegramNotFound, match="Not Found"):
        await aiobot(Unheard())

    assert (await aiobot.me()).username == "komshi_bot"


async def test_a_picture_and_a_voice_note_arrive_with_their_captions(aiobot: Bot, anna: Person) -> None:
    anna.start()

    picture = await aiobot.send_photo(
        anna.id, BufferedInputFile(b"\x89PNG", "qr.png"), caption="<b>Pay</b>", parse_mode="HTML"
    )
    again = await aiobot.send_photo(anna.id, picture.photo[-1].file_id if picture.photo else "")
    await aiobot.send_voice(anna.id, BufferedInputFile(b"OggS", "answer.ogg"), duration=4)

    assert [(line.media, line.text) for line in anna.screen().messages[1:]] == [
        ("photo", "Pay"),
        ("photo", ""),
        ("voice", ""),
    ]
    assert again.photo == picture.photo


async def test_a_caption_is_shorter_than_a_text(aiobot: Bot, anna: Person) -> None:
    anna.start()

    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await aiobot.send_document(anna.id, BufferedInputFile(b"%PDF", "a.pdf"), caption="a" * 1025)


async def test_a_place_is_shown(aiobot: Bot, anna: Person) -> None:
    anna.start()

    await aiobot.send_location(anna.id, 42.42, 18.77)

    assert anna.screen().messages[-1].media == "location"
    with pytest.raises(TelegramBadRequest, match="wrong location"):
        await aiobot.send_location(anna.id, 91, 18.77)


async def test_a_bot_may_describe_itself_in_each_language(aiobot: Bot, telegram: Telegram) -> None:
    await aiobot.set_my_description("Pomoć opštine", language_code="sr")

    assert telegram.bot.descriptions == {"sr": "Pomoć opštine"}
    with pytest.raises(TelegramBadRequest, match="description is too long"):
        await aiobot.set_my_description("a" * 513)


async def test_she_may_refuse_voice_notes(aiobot: Bot, anna: Person) -> None:
    anna.start()
    anna.account.refuses_voice = True

    with pytest.raises(TelegramBadRequest, match="VOICE_MESSAGES_FORBIDDEN"):
        await aiobot.send_voice(anna.id, BufferedInputFile(b"OggS", "answer.ogg"))


async def test_an_edit_has_to_change_something(aiobot: Bot, anna: Person) -> None:
    anna.start()
    sent = await aiobot.send_message(anna.id, "One", reply_markup=YES)

    await aiobot.edit_message_text("Two", chat_id=anna.id, message_id=sent.message_id, reply_markup=YES)
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content"):
        await aiobot.edit_message_text("Two", chat_id=anna.id, message_id=sent.message_id, reply_markup=YES)
    await aiobot.edit_message_reply_markup(chat_id=anna.id, message_id=sent.message_id)

    line = anna.screen().messages[-1]
    assert (line.text, line.edited, line.buttons) == ("Two", True, ())


async def test_only_a_message_of_the_bot_can_be_edited_and_only_a_young_one_deleted(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    anna.start()
    hers = anna.screen().messages[0].id
    sent = await aiobot.send_message(anna.id, "One")

    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await aiobot.edit_message_text("Two", chat_id=anna.id, message_id=hers)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await aiobot.edit_message_text("Two", chat_id=anna.id, message_id=404)
    await aiobot.delete_message(anna.id, sent.message_id)
    telegram.clock.move(timedelta(hours=49))
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await aiobot.delete_message(anna.id, hers)

    assert [line.id for line in anna.screen().messages] == [hers]


async def test_typing_is_seen_for_five_seconds_or_until_the_answer(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    anna.start()

    await aiobot.send_chat_action(anna.id, "typing")
    assert anna.screen().types
    telegram.clock.move(timedelta(seconds=5))
    assert not anna.screen().types
    await aiobot.send_chat_action(anna.id, "typing")
    await aiobot.send_message(anna.id, "Here")
    assert not anna.screen().types


async def test_a_call_may_come_as_a_form_as_json_or_in_the_address(telegram: Telegram, anna: Person) -> None:
    anna.start()
    address = f"{telegram.url}/bot{telegram.token}/SENDmessage"

    async with httpx.AsyncClient() as http:
        form = await http.post(address, data={"chat_id": str(anna.id), "text": "Form"})
        json = await http.post(address, json={"chat_id": anna.id, "text": "JSON"})
        query = await http.get(address, params={"chat_id": anna.id, "text": "Address"})
        nonsense = await http.post(address, content=b"[", headers={"content-type": "application/json"})

    assert [form.status_code, json.status_code, query.status_code, nonsense.status_code] == [200, 200, 200, 400]
    assert [line.text for line in anna.screen().messages[1:]] == ["Form", "JSON", "Address"]


async def test_every_call_is_in_the_record_with_what_was_asked(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    anna.start()

    await aiobot.send_message(anna.id, "Sure?", reply_markup=YES)

    (call,) = telegram.record.called("sendMessage")
    assert (call.at, call.outcome, call.body["text"]) == (telegram.clock.now(), 200, "Sure?")
    assert call.body["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "1:yes"
