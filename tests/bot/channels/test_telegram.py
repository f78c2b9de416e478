"""The channel before a Bot API over real HTTP: what it sends, and what it makes of each refusal."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from starlette.responses import JSONResponse, Response

from bot.channels.telegram import open_channel
from bot.channels.telegram.channel import Telegram
from bot.messages import Receipt, ReceiptState, SendError
from dialogs.session import Choice, Reply
from integrations.bills.order import PaymentOrder
from tests.bot.channels.bot_api import CUT, BotApi, answering, decoded
from tests.bot.channels.porch import MILICA, TOKEN, Porch

YES_NO = (Choice("3f0c9a1d:yes", "Yes"), Choice("3f0c9a1d:no", "No"))
ASKED = Reply("Do you rent <rooms> & beds?", "en", YES_NO)
ORDER = PaymentOrder("Opština Tivat", "ME25510000000906801436", 12_345, "Porez & takse", "001234")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with answering(BotApi()) as api:
        yield api


@pytest.fixture
async def telegram(api: BotApi) -> AsyncIterator[Telegram]:
    channel = open_channel(Porch(), {"TELEGRAM_TOKEN": TOKEN, "KOMSHI_TELEGRAM_API": api.url})
    assert channel is not None
    yield channel
    await channel.close()


async def sent(telegram: Telegram, api: BotApi, reply: Reply) -> dict[str, Any]:
    """The fields of the message that this reply becomes."""
    await telegram.send(MILICA, reply, 1)
    (fields,) = api.called("sendMessage")
    return fields


async def refused(telegram: Telegram) -> SendError:
    with pytest.raises(SendError) as raised:
        await telegram.send(MILICA, ASKED, 1)
    return raised.value


async def test_nobody_can_smuggle_markup_into_a_message(telegram: Telegram, api: BotApi) -> None:
    fields = await sent(telegram, api, ASKED)

    assert fields["parse_mode"] == "HTML"
    assert fields["text"] == "Do you rent &lt;rooms&gt; &amp; beds?\n\n1. Yes\n2. No"


async def test_a_choice_is_a_button_under_the_message(telegram: Telegram, api: BotApi) -> None:
    fields = await sent(telegram, api, ASKED)

    yes = {"text": "Yes", "callback_data": "3f0c9a1d:yes"}
    no = {"text": "No", "callback_data": "3f0c9a1d:no"}
    assert decoded(fields, "reply_markup") == {"inline_keyboard": [[yes], [no]]}


async def test_in_simple_messages_the_choices_are_large_keys(telegram: Telegram, api: BotApi) -> None:
    fields = await sent(telegram, api, replace(ASKED, tier="simple"))

    keyboard = [[{"text": "Yes"}], [{"text": "No"}]]
    assert decoded(fields, "reply_markup") == {
        "keyboard": keyboard,
        "resize_keyboard": True,
        "is_persistent": True,
    }
    assert fields["text"].endswith("1. Yes\n2. No")


async def test_where_nothing_is_to_be_chosen_the_letters_come_back(telegram: Telegram, api: BotApi) -> None:
    fields = await sent(telegram, api, Reply("What is your name?", "en", tier="simple"))

    assert decoded(fields, "reply_markup") == {"remove_keyboard": True}


async def test_links_are_not_opened_by_telegram(telegram: Telegram, api: BotApi) -> None:
    fields = await sent(telegram, api, Reply("See https://example.org/", "en"))

    assert decoded(fields, "link_preview_options") == {"is_disabled": True}


async def test_what_is_private_cannot_be_forwarded(telegram: Telegram, api: BotApi) -> None:
    fields = await sent(telegram, api, replace(ASKED, asks_private=True))

    assert fields["protect_content"] == "true"


async def test_the_values_of_a_payment_order_can_be_copied(telegram: Telegram, api: BotApi) -> None:
    order = Reply("Purpose: Porez & takse\nReference: 001234", "en", payment=ORDER)

    fields = await sent(telegram, api, order)

    assert fields["text"] == "Purpose: <code>Porez &amp; takse</code>\nReference: <code>001234</code>"


async def test_a_payment_order_comes_with_the_picture_of_its_code(telegram: Telegram, api: BotApi) -> None:
    picture, text = telegram.parts(Reply("Reference: 001234", "en", YES_NO, payment=ORDER))

    await telegram.send(MILICA, picture, 1)
    await telegram.send(MILICA, text, 1)

    (photo,), (words,) = api.called("sendPhoto"), api.called("sendMessage")
    assert photo["caption"] == "Scan it with your bank's app"
    assert photo[photo["photo"].removeprefix("attach://")].startswith(b"\x89PNG")
    assert words["text"] == "Reference: <code>001234</code>\n\n1. Yes\n2. No"


async def test_a_long_reply_is_several_messages_with_the_choices_under_the_last(telegram: Telegram) -> None:
    *before, last = telegram.parts(Reply("This is one sentence. " * 400, "en", YES_NO))

    assert before
    assert {part.choices for part in before} == {()}
    assert last.choices == YES_NO


async def test_a_choice_too_long_for_a_button_is_carried_by_a_mark(telegram: Telegram, api: BotApi) -> None:
    fields = await sent(telegram, api, Reply("Which?", "en", (Choice("3f0c9a1d:" + "ž" * 60, "This"),)))

    ((button,),) = decoded(fields, "reply_markup")["inline_keyboard"]
    assert len(button["callback_data"].encode()) <= 64


async def test_what_telegram_took_is_known_by_chat_and_number(telegram: Telegram, api: BotApi) -> None:
    assert await telegram.send(MILICA, ASKED, 1) == Receipt(ReceiptState.SENT, "5012345678:1")


async def test_an_answer_in_a_shape_nobody_knows_yet_says_that_it_was_taken(telegram: Telegram, api: BotApi) -> None:
    answer = {"ok": True, "result": {"message_id": 77, "chat": "of a new kind"}}
    api.answers["sendMessage"].append(JSONResponse(answer))

    assert await telegram.send(MILICA, ASKED, 1) == Receipt(ReceiptState.SENT, "5012345678:77")


async def test_markup_that_cannot_be_read_is_sent_again_without_any(telegram: Telegram, api: BotApi) -> None:
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag at byte offset 3")

    await telegram.send(MILICA, ASKED, 1)

    _, plain = api.called("sendMessage")
    assert "parse_mode" not in plain
    assert plain["text"] == "Do you rent <rooms> & beds?\n\n1. Yes\n2. No"


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: bot can't initiate conversation with a user"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: private chat not found"),
    ],
)
async def test_who_cannot_be_reached_any_more_is_gone(
    status: int, description: str, telegram: Telegram, api: BotApi
) -> None:
    api.refuse("sendMessage", status, description)

    error = await refused(telegram)

    assert (error.gone, error.retry, error.alarm) == (True, False, False)


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (400, "Bad Request: message text is empty"),
        (400, "Bad Request: message is too long"),
        (400, "Bad Request: reply markup is too long"),
        (413, "Request Entity Too Large"),
    ],
)
async def test_a_message_that_we_made_wrong_is_not_tried_again_but_looked_at(
    status: int, description: str, telegram: Telegram, api: BotApi
) -> None:
    api.refuse("sendMessage", status, description)

    error = await refused(telegram)

    assert (error.gone, error.retry, error.alarm) == (False, False, True)


@pytest.mark.parametrize(
    ("status", "description"),
    [(401, "Unauthorized"), (401, "Unauthorized: invalid token specified"), (404, "Not Found")],
)
async def test_a_bot_that_is_not_let_in_stops_and_loses_nothing(
    status: int, description: str, telegram: Telegram, api: BotApi
) -> None:
    api.refuse("sendMessage", status, description)

    error = await refused(telegram)

    assert (error.stops, error.alarm, error.retry, error.gone) == (True, True, True, False)


async def test_too_many_messages_wait_as_long_as_telegram_says(telegram: Telegram, api: BotApi) -> None:
    api.refuse("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)

    error = await refused(telegram)

    assert (error.retry, error.retry_after, error.alarm) == (True, timedelta(seconds=7), False)


@pytest.mark.parametrize(
    "answer",
    [
        JSONResponse({"ok": False, "error_code": 500, "description": "Internal Server Error"}, 500),
        Response("<html>502 Bad Gateway</html>", 502, media_type="text/html"),
        Response('{"ok":false,"err', 200, media_type="application/json"),
    ],
    ids=["json", "html", "half a refusal"],
)
async def test_a_platform_in_trouble_is_tried_again(answer: Response, telegram: Telegram, api: BotApi) -> None:
    api.answers["sendMessage"].append(answer)

    error = await refused(telegram)

    assert (error.retry, error.retry_after, error.gone, error.alarm) == (True, None, False, False)


async def test_half_a_yes_may_be_a_message_that_was_taken(telegram: Telegram, api: BotApi) -> None:
    api.answers["sendMessage"].append(Response('{"ok":true,"resu', 200, media_type="application/json"))

    with pytest.raises(ClientDecodeError):
        await telegram.send(MILICA, ASKED, 1)


async def test_a_connection_that_breaks_after_the_call_is_not_known_to_have_failed(
    telegram: Telegram, api: BotApi
) -> None:
    api.answers["sendMessage"].append(CUT)

    with pytest.raises(TelegramNetworkError):
        await telegram.send(MILICA, ASKED, 1)


async def test_a_platform_that_is_not_reached_is_tried_again() -> None:
    channel = open_channel(Porch(), {"TELEGRAM_TOKEN": TOKEN, "KOMSHI_TELEGRAM_API": "http://127.0.0.1:9"})
    assert channel is not None

    error = await refused(channel)
    await channel.close()

    assert (error.retry, error.alarm) == (True, False)


async def test_no_refusal_quotes_what_was_said(telegram: Telegram, api: BotApi) -> None:
    api.refuse("sendMessage", 400, "Bad Request: wrong thing in Do you rent")

    error = await refused(telegram)

    assert "rent" not in str(error)


async def test_somebody_is_shown_to_be_writing(telegram: Telegram, api: BotApi) -> None:
    await telegram.busy(MILICA)

    assert api.called("sendChatAction") == [{"chat_id": MILICA.id, "action": "typing"}]


async def test_nothing_happens_where_that_cannot_be_shown(telegram: Telegram, api: BotApi) -> None:
    api.refuse("sendChatAction", 403, "Forbidden: bot was blocked by the user")

    await telegram.busy(MILICA)

    assert len(api.calls) == 1


def test_without_a_token_there_is_no_telegram() -> None:
    assert open_channel(Porch(), {"TELEGRAM_TOKEN": ""}) is None


async def test_the_pace_names_the_bot_without_giving_its_token_away(telegram: Telegram) -> None:
    assert telegram.pace is not None
    assert TOKEN.partition(":")[2] not in telegram.pace.token
    assert (telegram.pace.per_second, telegram.pace.per_chat) == (25, 1)


@pytest.mark.parametrize(
    "environment",
    [
        {"TELEGRAM_TOKEN": "no-token"},
        {"TELEGRAM_TOKEN": TOKEN, "KOMSHI_TELEGRAM_RATE": "0"},
        {"TELEGRAM_TOKEN": TOKEN, "KOMSHI_TELEGRAM_RATE": "fast"},
        {"TELEGRAM_TOKEN": TOKEN, "KOMSHI_TELEGRAM_API": "example.org"},
    ],
)
def test_settings_that_cannot_work_are_refused_without_showing_the_token(environment: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error") as raised:
        open_channel(Porch(), environment)

    assert environment["TELEGRAM_TOKEN"] not in str(raised.value)
