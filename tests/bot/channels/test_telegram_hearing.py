"""How the channel comes to hear: asking for updates, setting the webhook, the list of commands, fetching files."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramConflictError
from starlette.responses import JSONResponse

from bot.attachments import MOST
from bot.channels.telegram import open_channel
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.polling import Polling
from bot.messages import File, Message
from dialogs.session import Attachment
from locales import DEFAULT
from tests.bot.channels.bot_api import BotApi, answering, decoded
from tests.bot.channels.porch import MILICA, SECRET, TOKEN, Porch, payload

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
REACHED = {"KOMSHI_PUBLIC_URL": "https://komshi.example"}


@pytest.fixture
def porch() -> Porch:
    return Porch()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with answering(BotApi()) as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(api.url))) as bot:
        yield bot


@asynccontextmanager
async def running(porch: Porch, api: BotApi, more: Mapping[str, str]) -> AsyncIterator[Telegram]:
    """The channel, hearing."""
    channel = open_channel(porch, {"TELEGRAM_TOKEN": TOKEN, "KOMSHI_TELEGRAM_API": api.url, **more})
    assert channel is not None
    hearing = asyncio.create_task(channel.run())
    yield channel
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
    await channel.close()


async def heard(porch: Porch, api: BotApi, *names: str) -> list[Message]:
    """What is accepted of these updates."""
    api.updates = [payload(name) for name in names]
    async with running(porch, api, {}):
        await porch.until(lambda: not api.updates)
    return porch.accepted


async def test_a_token_alone_is_enough_to_be_heard(porch: Porch, api: BotApi) -> None:
    api.webhook = "https://elsewhere.example/"

    messages = await heard(porch, api, "message")

    assert [message.address for message in messages] == [MILICA]
    assert api.webhook == ""


async def test_what_waits_for_the_bot_is_never_thrown_away(porch: Porch, api: BotApi) -> None:
    await heard(porch, api, "message")

    assert api.called("deleteWebhook")[0].get("drop_pending_updates") != "true"


async def test_messages_of_one_chat_keep_their_order(porch: Porch, api: BotApi) -> None:
    messages = await heard(porch, api, "message", "press", "location")

    assert [message.text for message in messages] == ["Dobar dan, dobila sam bebu 👶 — šta mi pripada?", "Ne", ""]


async def test_an_unreadable_update_does_not_hold_up_the_others(porch: Porch, api: BotApi) -> None:
    api.updates = [{"update_id": 1, "message": {"text": "who?"}}, payload("message")]

    async with running(porch, api, {}):
        await porch.until(lambda: not api.updates)

    assert [message.address for message in porch.accepted] == [MILICA]


async def test_every_press_is_confirmed(porch: Porch, api: BotApi) -> None:
    await heard(porch, api, "press")

    query = payload("press")["callback_query"]["id"]
    assert api.called("answerCallbackQuery") == [{"callback_query_id": query}]


async def test_a_press_that_is_confirmed_too_late_is_heard_all_the_same(porch: Porch, api: BotApi) -> None:
    api.refuse(
        "answerCallbackQuery",
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )

    assert [message.choice for message in await heard(porch, api, "press")] == ["3f0c9a1d:no"]


async def test_what_could_not_be_stored_is_asked_for_again(porch: Porch, api: BotApi, bot: Bot) -> None:
    api.updates = [payload("message")]
    polling = Polling(bot, porch.hear)

    porch.is_away = True
    with pytest.raises(ExceptionGroup):
        await polling.ask()
    porch.is_away = False
    await polling.ask()

    assert [message.address for message in porch.accepted] == [MILICA]


async def test_where_another_asks_too_we_wait_before_we_ask_again(porch: Porch, api: BotApi, bot: Bot) -> None:
    api.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")

    with pytest.raises(TelegramConflictError):
        await Polling(bot, porch.hear).ask()


async def test_only_one_process_asks(porch: Porch, api: BotApi) -> None:
    porch.is_ours = False

    async with running(porch, api, {}):
        await porch.until(lambda: porch.asked > 0)

    assert api.calls == []


async def test_a_server_that_the_world_reaches_is_delivered_to(porch: Porch, api: BotApi) -> None:
    async with running(porch, api, REACHED):
        await api.until("getMyCommands")

    (call,) = api.called("setWebhook")
    assert call["url"] == "https://komshi.example/telegram/webhook"
    assert call["secret_token"] == SECRET
    assert call.get("drop_pending_updates") != "true"
    assert set(decoded(call, "allowed_updates")) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert api.called("getUpdates") == []


async def test_commands_are_listed_in_every_language_that_telegram_has_a_code_for(porch: Porch, api: BotApi) -> None:
    async with running(porch, api, {}):
        await api.until("getUpdates")

    lists = {call.get("language_code"): decoded(call, "commands") for call in api.called("setMyCommands")}
    assert lists.keys() == {None, "sr", "hr", "bs", "sq", "en"}
    assert lists[None] == lists["sr"]
    assert lists["en"][1] == {"command": "help", "description": "What I can do, and what you can write"}
    assert lists["sq"] != lists["en"]
    assert DEFAULT != "en"


async def test_a_list_of_commands_that_is_right_is_left_alone(porch: Porch, api: BotApi) -> None:
    async with running(porch, api, {}):
        await api.until("getUpdates")
    lists = [decoded(call, "commands") for call in api.called("setMyCommands")]
    api.calls.clear()
    api.answers["getMyCommands"] = [JSONResponse({"ok": True, "result": shown}) for shown in lists]

    async with running(porch, api, {}):
        await api.until("getUpdates")

    assert api.called("setMyCommands") == []


async def test_commands_that_cannot_be_listed_keep_nobody_from_being_heard(porch: Porch, api: BotApi) -> None:
    api.refuse("getMyCommands", 400, "Bad Request: invalid language code specified")

    assert await heard(porch, api, "message")


async def test_a_photo_is_kept_with_the_message(porch: Porch, api: BotApi) -> None:
    api.files["AgACAgQAAxkBAAIBNmlarge"] = PNG

    (message,) = await heard(porch, api, "photo")

    assert message.attachment == Attachment("photo")
    assert message.file == File("photo", "image/png", PNG)


async def test_a_document_is_kept_under_its_name(porch: Porch, api: BotApi) -> None:
    api.files["BQACAgQAAxkBAAIBOdoc"] = b"%PDF-1.7 and more"

    (message,) = await heard(porch, api, "document")

    assert message.file == File("račun za vodu.pdf", "application/pdf", b"%PDF-1.7 and more")


async def test_a_program_that_calls_itself_a_document_is_not_kept(porch: Porch, api: BotApi) -> None:
    api.files["BQACAgQAAxkBAAIBOdoc"] = b"MZ\x90\0 a program"

    (message,) = await heard(porch, api, "document")

    assert (message.attachment, message.file) == (Attachment("document", "type"), None)


async def test_what_is_said_to_be_too_large_is_not_fetched(porch: Porch, api: BotApi) -> None:
    (message,) = await heard(porch, api, "large_document")

    assert message.attachment == Attachment("document", "size")
    assert api.called("getFile") == []


async def test_what_turns_out_to_be_too_large_is_not_kept(porch: Porch, api: BotApi) -> None:
    api.files["AgACAgQAAxkBAAIBNmlarge"] = PNG + b"\0" * MOST

    (message,) = await heard(porch, api, "photo")

    assert (message.attachment, message.file) == (Attachment("photo", "size"), None)


async def test_what_telegram_finds_too_large_is_not_kept(porch: Porch, api: BotApi) -> None:
    api.refuse("getFile", 400, "Bad Request: file is too big")

    (message,) = await heard(porch, api, "photo")

    assert message.attachment == Attachment("photo", "size")


async def test_what_telegram_does_not_hand_over_is_away(porch: Porch, api: BotApi) -> None:
    api.refuse("getFile", 500, "Internal Server Error")

    (message,) = await heard(porch, api, "photo")

    assert message.attachment == Attachment("photo", "away")
