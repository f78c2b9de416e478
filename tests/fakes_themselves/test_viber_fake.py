"""The Viber fake does as Viber does: what a bot is told, and what becomes of what it says."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.fakes.platform_clock import Clock
from tests.fakes.viber.platform import Viber
from tests.fakes.viber.service import serving
from tests.fakes_themselves.viber_bot import WELCOME, Bot, listening_to

KEYBOARD = {"Type": "keyboard", "Buttons": [{"ActionBody": "Da", "Text": "<b>Da</b> &amp; ne"}]}


@pytest.fixture
async def viber() -> AsyncIterator[Viber]:
    """Its clock stands still until it is moved."""
    async with serving(Viber(clock=Clock(speed=0))) as viber:
        yield viber


@pytest.fixture
async def bot(viber: Viber) -> AsyncIterator[Bot]:
    async with listening_to(viber) as bot:
        yield bot


async def test_a_webhook_is_set_only_where_somebody_answers(viber: Viber, bot: Bot) -> None:
    bot.answers = [500]

    refused = await bot.calls("set_webhook", url=bot.url)
    taken = await bot.calls("set_webhook", url=bot.url, event_types=["seen"])

    assert (refused["status"], taken["status"]) == (1, 0)
    assert taken["event_types"] == ["message", "subscribed", "unsubscribed", "seen"]
    assert len(bot.events("webhook")) == 3
    assert (await bot.calls("get_account_info"))["webhook"] == bot.url


async def test_an_event_that_is_not_wanted_is_not_told(viber: Viber, bot: Bot) -> None:
    await bot.calls("set_webhook", url=bot.url, event_types=[])

    viber.person("ana").open()
    viber.person("ana").write("zdravo")
    await viber.quiet()

    assert [told.event["event"] for told in bot.told[2:]] == ["message"]


async def test_what_is_told_is_signed_over_its_bytes_and_never_written_in_one_way(viber: Viber, bot: Bot) -> None:
    viber.person("ana").write("čekam / šta sad")
    viber.person("ana").write("čekam / šta sad")
    viber.person("ana").write("čekam / šta sad")
    await viber.quiet()

    key = viber.token.encode()
    assert [told.signature for told in bot.told] == [
        hmac.new(key, told.raw, hashlib.sha256).hexdigest() for told in bot.told
    ]
    raw = [told.raw for told in bot.told if b'"text":"' in told.raw]
    assert {"č".encode() in each for each in raw} == {True, False}
    assert {rb"\/" in each for each in raw} == {True, False}
    assert {each.startswith(b'{"event"') for each in raw} == {True, False}


async def test_a_token_does_not_survive_in_a_float(viber: Viber, bot: Bot) -> None:
    token = viber.person("ana").write("zdravo")
    await viber.quiet()

    assert bot.events("message")[0]["message_token"] == token
    assert int(float(token)) != token


async def test_whoever_opens_the_talk_gets_one_welcome_and_nothing_else(viber: Viber, bot: Bot) -> None:
    bot.welcome = {**WELCOME, "keyboard": KEYBOARD, "tracking_data": "poster"}
    ana = viber.person("ana")

    ana.open("newborn_aid__kotor")
    await viber.quiet()
    refused = await bot.says(ana.id)

    assert bot.events("conversation_started")[0]["context"] == "newborn_aid__kotor"
    assert bot.events("conversation_started")[0]["subscribed"] is False
    assert [line.text for line in ana.screen().lines] == ["Hello. Write to me."]
    assert refused["status"] == 6


async def test_a_welcome_that_was_not_heard_is_asked_for_again_and_shown_once(viber: Viber, bot: Bot) -> None:
    bot.welcome, bot.answers = WELCOME, [503]
    viber.person("ana").open()
    await viber.record.until(lambda: viber.record.tried("conversation_started"))
    viber.clock.move(timedelta(seconds=10))
    await viber.quiet()

    assert len(bot.events("conversation_started")) == 2
    assert len(viber.person("ana").screen().lines) == 1


async def test_pressing_the_welcome_subscribes_and_brings_back_what_was_noted(viber: Viber, bot: Bot) -> None:
    bot.welcome = {**WELCOME, "keyboard": KEYBOARD, "tracking_data": "poster"}
    ana = viber.person("ana")
    ana.open()
    await viber.quiet()

    ana.press("Da & ne")
    await viber.quiet()

    assert bot.events("message")[0]["message"] == {"type": "text", "text": "Da", "tracking_data": "poster"}
    assert bot.events("subscribed") == []
    assert (await bot.says(ana.id))["status"] == 0


async def test_whoever_unsubscribes_is_not_written_to_any_more(viber: Viber, bot: Bot) -> None:
    ana = viber.person("ana")
    ana.write("zdravo")
    ana.unsubscribe()
    await viber.quiet()

    assert (await bot.says(ana.id))["status"] == 6
    assert bot.events("unsubscribed")[0]["user_id"] == ana.id


async def test_a_stranger_an_unsuitable_phone_and_an_old_one_are_told_apart(viber: Viber, bot: Bot) -> None:
    viber.person("ana").write("zdravo")
    viber.person("boris", is_suitable=False).write("zdravo")
    viber.person("clara", api_version=2).write("zdravo")
    viber.person("dino").write("zdravo")
    viber.person("dino", on_viber=False)

    assert (await bot.says("bm9ib2R5"))["status"] == 5
    assert (await bot.says(viber.person("boris").id))["status"] == 11
    assert (await bot.says(viber.person("clara").id, min_api_version=3))["status"] == 13
    assert (await bot.says(viber.person("dino").id))["status"] == 5
    assert (await bot.says(viber.person("ana").id, min_api_version=3))["status"] == 0


async def test_every_device_reports_and_the_person_sees_it_once(viber: Viber, bot: Bot) -> None:
    ana = viber.person("ana", devices=3)
    heard = ana.write("zdravo")
    await viber.quiet()

    sent = (await bot.says(ana.id))["message_token"]
    await viber.quiet()

    assert [event["message_token"] for event in bot.events("delivered")] == [heard, sent, sent, sent]
    assert [event["message_token"] for event in bot.events("seen")] == [sent]
    assert bot.events("seen")[0]["user_id"] == ana.id


async def test_nobody_reports_from_a_phone_that_is_off(viber: Viber, bot: Bot) -> None:
    ana = viber.person("ana", devices=0)
    ana.write("zdravo")

    await bot.says(ana.id)
    await viber.quiet()

    assert len(bot.events("delivered")) == 1
    assert bot.events("seen") == []


async def test_a_talk_costs_nothing_for_a_day_and_then_each_message_until_the_money_is_gone(
    viber: Viber, bot: Bot
) -> None:
    ana = viber.person("ana")
    ana.write("zdravo")
    viber.account.balance = 1

    within = await bot.says(ana.id)
    viber.clock.move(timedelta(hours=24))
    charged = await bot.says(ana.id)
    broke = await bot.says(ana.id)

    assert (within["billing_status"], charged["billing_status"], broke["status"]) == (2, 5, 24)


async def test_what_is_sent_can_be_fetched_where_the_event_says(viber: Viber, bot: Bot) -> None:
    viber.person("ana").picture(b"\xff\xd8\xff content", "kuća")
    await viber.quiet()

    message = bot.events("message")[0]["message"]
    fetched = await viber.courier.fetch(message["media"])

    assert (message["type"], message["text"], message["size"]) == ("picture", "kuća", 11)
    assert fetched == b"\xff\xd8\xff content"


async def test_a_computer_shares_no_number(viber: Viber, bot: Bot) -> None:
    ana = viber.person("ana", is_desktop=True)
    ana.write("zdravo")
    button = {"ActionType": "share-phone", "ActionBody": "phone", "Text": "Pošalji broj"}
    await bot.says(ana.id, keyboard={"Type": "keyboard", "Buttons": [button]}, min_api_version=3)

    ana.press("Pošalji broj")
    await viber.quiet()

    assert bot.events("message")[-1]["message"]["contact"]["phone_number"] == ""


async def test_a_button_that_is_not_on_the_screen_cannot_be_pressed(viber: Viber, bot: Bot) -> None:
    ana = viber.person("ana")
    ana.write("zdravo")
    await bot.says(ana.id, keyboard=KEYBOARD)
    await bot.says(ana.id)

    with pytest.raises(LookupError):
        ana.press("Da & ne")


async def test_a_bot_is_told_details_of_a_person_twice_in_half_a_day(viber: Viber, bot: Bot) -> None:
    ana = viber.person("ana", language="sq")
    ana.write("tung")

    told = [await bot.calls("get_user_details", id=ana.id) for _ in range(3)]

    assert [answer["status"] for answer in told] == [0, 0, 12]
    assert told[0]["user"]["language"] == "sq"


async def test_who_is_online_is_told_of_a_hundred_at_most(viber: Viber, bot: Bot) -> None:
    viber.person("ana").write("zdravo")
    viber.person("boris", devices=0).write("zdravo")
    ids = [viber.person("ana").id, viber.person("boris").id, "bm9ib2R5"]

    answer = await bot.calls("get_online", ids=ids)
    too_many = await bot.calls("get_online", ids=ids * 34)

    assert [user["online_status"] for user in answer["users"]] == [0, 1, 4]
    assert too_many["status"] == 3


async def test_without_a_webhook_nothing_is_sent_or_heard(viber: Viber, bot: Bot) -> None:
    ana = viber.person("ana")
    ana.write("zdravo")
    await viber.quiet()

    await bot.calls("set_webhook", url="")
    ana.write("ima li koga")

    assert (await bot.says(ana.id))["status"] == 10
    assert len(bot.events("message")) == 1
