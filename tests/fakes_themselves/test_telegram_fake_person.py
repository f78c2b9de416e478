"""What somebody with a phone does in the Telegram fake, and what the bot hears of it."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    Update,
)
from aiohttp import ClientResponseError

from tests.fakes.telegram import Person, Telegram, Upload

DAY = timedelta(days=1)


def buttons(*labels: str) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(text=label, callback_data=f"1:{label.lower()}") for label in labels]
    return InlineKeyboardMarkup(inline_keyboard=[row])


async def heard(bot: Bot) -> list[Update]:
    """What waits for the bot, read by aiogram's own types."""
    return await bot.get_updates()


async def pressed(bot: Bot) -> CallbackQuery:
    query = (await heard(bot))[-1].callback_query
    assert query is not None
    return query


async def test_a_press_is_answered_once(aiobot: Bot, anna: Person) -> None:
    anna.start()
    await aiobot.send_message(anna.id, "Sure?", reply_markup=buttons("Yes", "No"))
    anna.press("No")

    query = await pressed(aiobot)
    await aiobot.answer_callback_query(query.id, "Noted")

    assert (query.data, query.from_user.id) == ("1:no", anna.id)
    assert isinstance(query.id, str)
    assert anna.screen().notices == ("Noted",)
    with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
        await aiobot.answer_callback_query(query.id)


async def test_a_press_is_not_answered_after_150_seconds(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    anna.start()
    await aiobot.send_message(anna.id, "Sure?", reply_markup=buttons("Yes"))
    anna.press("Yes")
    query = await pressed(aiobot)

    telegram.clock.move(timedelta(seconds=151))

    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await aiobot.answer_callback_query(query.id)


async def test_an_old_button_can_be_pressed_even_after_it_was_taken_away(aiobot: Bot, anna: Person) -> None:
    anna.start()
    old = await aiobot.send_message(anna.id, "Sure?", reply_markup=buttons("Yes"))
    await aiobot.edit_message_reply_markup(chat_id=anna.id, message_id=old.message_id)
    await aiobot.send_message(anna.id, "And now?", reply_markup=buttons("No"))

    anna.press("Yes", old.message_id)

    assert (await pressed(aiobot)).data == "1:yes"
    with pytest.raises(LookupError):
        anna.press("Yes")


async def test_of_a_message_of_last_week_the_bot_sees_only_the_id(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    anna.start()
    old = await aiobot.send_message(anna.id, "Sure?", reply_markup=buttons("Yes"))

    telegram.clock.move(7 * DAY)
    anna.press("Yes")

    message = (await pressed(aiobot)).message
    assert isinstance(message, InaccessibleMessage)
    assert (message.message_id, message.date) == (old.message_id, 0)


async def test_a_key_of_the_keyboard_is_a_written_word(aiobot: Bot, anna: Person) -> None:
    anna.start()
    keys = [[KeyboardButton(text="Yes")], [KeyboardButton(text="My number", request_contact=True)]]
    await aiobot.send_message(anna.id, "Sure?", reply_markup=ReplyKeyboardMarkup(keyboard=keys))

    anna.press("Yes")
    anna.press("My number")

    _, word, number = [update.message for update in await heard(aiobot)]
    assert word is not None
    assert word.text == "Yes"
    assert number is not None
    assert number.contact is not None
    assert number.contact.user_id == anna.id


async def test_an_edit_comes_with_the_id_of_the_first_words(aiobot: Bot, anna: Person) -> None:
    anna.write("Kotr")
    id = anna.screen().messages[0].id

    anna.edit(id, "Kotor")

    edited = (await heard(aiobot))[-1].edited_message
    assert edited is not None
    assert (edited.message_id, edited.text) == (id, "Kotor")
    assert edited.edit_date is not None


async def test_a_photo_can_be_fetched_for_an_hour(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    anna.photo(Upload("me.jpg", b"\xff\xd8 a photo", "image/jpeg"), "My paper")
    message = (await heard(aiobot))[0].message
    assert message is not None
    assert message.photo is not None
    largest = max(message.photo, key=lambda size: size.width)

    file = await aiobot.get_file(largest.file_id)
    assert file.file_path is not None
    content = await aiobot.download_file(file.file_path)

    assert message.caption == "My paper"
    assert content is not None
    assert content.read() == b"\xff\xd8 a photo"
    telegram.clock.move(timedelta(hours=1))
    with pytest.raises(ClientResponseError, match="404"):
        await aiobot.download_file(file.file_path)


async def test_a_file_over_twenty_megabytes_is_not_given(aiobot: Bot, anna: Person) -> None:
    anna.document(size=20 * 1024 * 1024 + 1)
    message = (await heard(aiobot))[0].message
    assert message is not None
    assert message.document is not None

    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await aiobot.get_file(message.document.file_id)


async def test_a_voice_note_a_place_and_a_number_are_what_they_are(aiobot: Bot, anna: Person) -> None:
    anna.voice(seconds=7)
    anna.location(42.0, 19.0)
    anna.contact()

    voice, place, number = [update.message for update in await heard(aiobot)]
    assert voice is not None
    assert voice.voice is not None
    assert voice.voice.duration == 7
    assert place is not None
    assert place.location is not None
    assert place.location.latitude == 42.0
    assert number is not None
    assert number.contact is not None


async def test_blocking_and_coming_back_are_told(aiobot: Bot, anna: Person) -> None:
    anna.start()
    anna.block()
    anna.start()

    kinds = [update.event_type for update in await heard(aiobot)]
    assert kinds == ["message", "my_chat_member", "my_chat_member", "message"]
    anna.block()
    with pytest.raises(ValueError, match="she cannot write"):
        anna.write("Hello")


async def test_a_link_carries_what_telegram_lets_through(anna: Person) -> None:
    with pytest.raises(ValueError, match="no link has the payload"):
        anna.start("a" * 65)
    with pytest.raises(ValueError, match="no link has the payload"):
        anna.start("newborn aid")


async def test_her_menu_is_in_her_language_or_else_in_the_common_one(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    besa = telegram.person("Besa", language="sq")
    await aiobot.set_my_commands([BotCommand(command="help", description="Pomoć")])
    await aiobot.set_my_commands([BotCommand(command="help", description="Ndihmë")], language_code="sq")

    assert anna.menu() == [{"command": "help", "description": "Pomoć"}]
    assert besa.menu() == [{"command": "help", "description": "Ndihmë"}]
    assert [command.description for command in await aiobot.get_my_commands(language_code="sq")] == ["Ndihmë"]
    with pytest.raises(TelegramBadRequest, match="invalid language_code"):
        await aiobot.set_my_commands([BotCommand(command="help", description="x")], language_code="cnr")
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await aiobot.set_my_commands([BotCommand(command="Help!", description="x")])


async def test_she_reads_what_the_bot_writes_when_it_comes(aiobot: Bot, anna: Person) -> None:
    anna.start()
    reading = asyncio.create_task(anna.reads())

    await aiobot.send_message(anna.id, "One")
    await aiobot.send_message(anna.id, "Two")

    assert (await reading).text == "One"
    assert (await anna.reads()).text == "Two"
