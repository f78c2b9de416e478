"""How the Telegram fake hands updates to a webhook: as the official Bot API server does it."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from tests.fakes.telegram import Person, Telegram
from tests.fakes_themselves.webhook_receiver import receiving

YES = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="1:yes")]])
DOWN = Response("down", 500)
MINUTE = timedelta(minutes=1)


class Silence(Response):
    """The webhook has heard it and says nothing, until the silence is over."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.over = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun.set()
        await self.over.wait()


async def test_an_update_comes_once_with_the_secret(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    async with receiving() as receiver:
        await aiobot.set_webhook(receiver.url, secret_token="hush_1-A")
        update = anna.start("newborn_aid__kotor__en")
        await telegram.quiet()

    (body,) = receiver.bodies
    assert update is not None
    assert (body["update_id"], body["message"]["text"]) == (update.id, "/start newborn_aid__kotor__en")
    assert body["message"]["from"]["language_code"] == "sr"
    assert body["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert receiver.headers[0]["x-telegram-bot-api-secret-token"] == "hush_1-A"
    assert receiver.headers[0]["content-type"] == "application/json"


async def test_the_first_repeat_comes_at_once_and_the_next_after_two_and_four_seconds(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    async with receiving(DOWN, DOWN, DOWN) as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("Hello")
        await telegram.record.until(lambda: len(telegram.record.posts) == 2)
        telegram.clock.move(timedelta(seconds=2))
        await telegram.record.until(lambda: len(telegram.record.posts) == 3)
        telegram.clock.move(timedelta(seconds=4))
        await telegram.quiet()

    posts = telegram.record.posts
    assert [post.outcome for post in posts] == [500, 500, 500, 200]
    assert [(post.at - posts[0].at).total_seconds() for post in posts] == [0, 0, 2, 6]
    assert [body["update_id"] for body in receiver.bodies] == [receiver.bodies[0]["update_id"]] * 4


async def test_a_webhook_may_say_when_to_come_again(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    async with receiving(Response("later", 503, {"Retry-After": "30"})) as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("Hello")
        await telegram.record.until(lambda: telegram.record.posts)
        telegram.clock.move(timedelta(seconds=30))
        await telegram.quiet()

    first, second = telegram.record.posts
    assert second.at - first.at == timedelta(seconds=30)


async def test_what_fails_holds_up_its_own_chat_and_nobody_else(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    boris = telegram.person("Boris")
    async with receiving(DOWN, DOWN) as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("One")
        anna.write("Two")
        await telegram.record.until(lambda: len(telegram.record.posts) == 2)
        boris.write("Three")
        await telegram.record.until(lambda: len(telegram.record.posts) == 3)
        telegram.clock.move(timedelta(seconds=2))
        await telegram.quiet()

    assert receiver.texts == ["One", "One", "Three", "One", "Two"]


async def test_a_press_does_not_wait_for_a_message_that_fails(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    anna.start()
    await aiobot.send_message(anna.id, "Sure?", reply_markup=YES)
    telegram.bot.inbox.clear()

    async with receiving(DOWN, DOWN) as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("Hello")
        await telegram.record.until(lambda: len(telegram.record.posts) == 2)
        anna.press("Yes")
        await telegram.record.until(lambda: len(telegram.record.posts) == 3)

    assert receiver.bodies[-1]["callback_query"]["data"] == "1:yes"


async def test_a_press_lives_150_seconds_and_a_message_a_day(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    anna.start()
    await aiobot.send_message(anna.id, "Sure?", reply_markup=YES)
    press = anna.press("Yes")

    telegram.clock.move(timedelta(seconds=150))
    after_the_press = [update.kind for update in telegram.bot.inbox.waiting()]
    telegram.clock.move(timedelta(days=1))
    after_a_day = telegram.bot.inbox.waiting()

    assert press is not None
    assert (after_the_press, after_a_day) == (["message"], [])
    assert telegram.record.lost[0] == press.id


async def test_a_silent_webhook_is_asked_again_after_a_minute(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    silence = Silence()
    async with receiving(silence) as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("Hello")
        await silence.begun.wait()
        telegram.clock.move(MINUTE)
        await telegram.quiet()
        silence.over.set()

    first, second = telegram.record.posts
    assert (first.outcome, second.outcome) == ("Read timeout expired", 200)
    assert second.at - telegram.record.calls[0].at == MINUTE


async def test_the_last_failure_can_be_asked_for(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    async with receiving() as receiver:
        await aiobot.set_webhook(receiver.url)
    anna.write("Hello")
    await telegram.record.until(lambda: len(telegram.record.posts) == 2)

    info = await aiobot.get_webhook_info()

    assert (info.pending_update_count, info.last_error_message) == (1, "Connection refused")


async def test_the_call_in_the_answer_is_run_and_its_result_thrown_away(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    anna.start()
    telegram.bot.inbox.clear()
    said = {"method": "sendMessage", "chat_id": anna.id, "text": "By response"}
    async with receiving(JSONResponse(said), JSONResponse({"method": "getMe"}), JSONResponse({"ok": True})) as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("One")
        anna.write("Two")
        anna.write("Three")
        await telegram.quiet()

    assert anna.screen().messages[-1].text == "By response"
    assert [(call.method, call.by_response) for call in telegram.record.calls] == [
        ("setWebhook", False),
        ("sendMessage", True),
    ]


async def test_who_says_gone_for_a_day_has_no_webhook_any_more(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    gone = Response("gone", 410, {"Retry-After": "3600"})
    async with receiving(*[gone] * 30) as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("Hello")
        await telegram.record.until(lambda: telegram.record.posts)
        telegram.clock.move(timedelta(hours=23, minutes=30))
        await telegram.record.until(lambda: telegram.bot.webhook.settings is None)

    assert len(telegram.record.posts) == 2
    assert [update.kind for update in telegram.bot.inbox.waiting()] == ["message"]


async def test_only_a_few_are_posted_at_the_same_time(aiobot: Bot, telegram: Telegram) -> None:
    async with receiving(*[DOWN] * 3) as receiver:
        await aiobot.set_webhook(receiver.url, max_connections=1)
        written = [telegram.person(name).write("Hello") for name in ("Anna", "Boris", "Clara")]
        await telegram.quiet()

    assert len(written) == 3
    assert len(receiver.bodies) == 6


async def test_setting_a_webhook_has_its_rules(aiobot: Bot, telegram: Telegram) -> None:
    await aiobot.set_webhook("http://127.0.0.1:1/")
    with pytest.raises(TelegramRetryAfter, match="retry after 1"):
        await aiobot.set_webhook("http://127.0.0.1:1/")
    telegram.clock.move(MINUTE)
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await aiobot.set_webhook("http://127.0.0.1:1/", secret_token="a b")
    telegram.clock.move(MINUTE)
    with pytest.raises(TelegramBadRequest, match="secret token is too long"):
        await aiobot.set_webhook("http://127.0.0.1:1/", secret_token="a" * 257)
    telegram.clock.move(MINUTE)
    with pytest.raises(TelegramBadRequest, match="bad webhook"):
        await aiobot.set_webhook("ftp://127.0.0.1/")


async def test_only_the_wanted_kinds_come(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    async with receiving() as receiver:
        await aiobot.set_webhook(receiver.url, allowed_updates=["my_chat_member"])
        anna.start()
        anna.block()
        await telegram.quiet()

    (body,) = receiver.bodies
    assert body["my_chat_member"]["new_chat_member"]["status"] == "kicked"
