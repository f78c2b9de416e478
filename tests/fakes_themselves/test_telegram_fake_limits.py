"""How fast a bot may speak through the Telegram fake, and what it hears when it does not stop."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter

from tests.fakes.platform_clock import MORNING
from tests.fakes.platform_record import most_within
from tests.fakes.telegram import Fault, Person, Telegram

SECOND = timedelta(seconds=1)


async def burst(bot: Bot, chat: int, times: int) -> None:
    await asyncio.gather(*(bot.send_message(chat, "Hello") for _ in range(times)))


async def test_one_chat_takes_a_short_burst_and_then_one_message_a_second(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    anna.start()
    await burst(aiobot, anna.id, 5)

    telegram.clock.move(SECOND)
    await aiobot.send_message(anna.id, "Still I speak")
    with pytest.raises(TelegramRetryAfter) as refused:
        await aiobot.send_message(anna.id, "One too many")

    assert refused.value.retry_after == 3
    assert refused.value.message.endswith("Too Many Requests: retry after 3")


async def test_a_flooded_chat_is_refused_until_its_time_is_over_and_no_other_is(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    boris = telegram.person("Boris")
    anna.start()
    boris.start()
    await burst(aiobot, anna.id, 5)
    with pytest.raises(TelegramRetryAfter):
        await aiobot.send_message(anna.id, "One too many")

    telegram.clock.move(2 * SECOND)
    with pytest.raises(TelegramRetryAfter, match="retry after 1"):
        await aiobot.send_message(anna.id, "Too early")
    await aiobot.send_message(boris.id, "Another chat")
    telegram.clock.move(SECOND)
    await aiobot.send_message(anna.id, "In time")

    report = telegram.bot.report()
    assert (report["floods"], report["ignored_floods"], report["sent"]) == (1, 1, 7)


async def test_the_answer_says_in_a_header_too_how_long_to_wait(telegram: Telegram, anna: Person) -> None:
    anna.start()
    telegram.faults.plan(Fault.STORM)

    async with httpx.AsyncClient() as http:
        refused = await http.post(
            f"{telegram.url}/bot{telegram.token}/sendMessage", data={"chat_id": str(anna.id), "text": "Hello"}
        )

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert refused.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 2",
        "parameters": {"retry_after": 2},
    }


async def test_all_chats_together_take_thirty_in_a_second(aiobot: Bot, telegram: Telegram) -> None:
    crowd = [telegram.person(f"Person {number}") for number in range(31)]
    started = [person.start() for person in crowd]

    await asyncio.gather(*(aiobot.send_message(person.id, "Water is off") for person in crowd[:30]))
    with pytest.raises(TelegramRetryAfter):
        await aiobot.send_message(crowd[30].id, "Water is off")

    assert len(started) == 31
    assert telegram.record.report()["most_in_a_second"] == 30


async def test_a_group_takes_twenty_in_a_minute(aiobot: Bot, telegram: Telegram) -> None:
    group = telegram.group("Neighbours")
    await burst(aiobot, group.id, 20)

    with pytest.raises(TelegramRetryAfter):
        await aiobot.send_message(group.id, "One too many")
    telegram.clock.move(3 * SECOND)
    await aiobot.send_message(group.id, "A twentieth of a minute later")


async def test_a_storm_of_the_whole_bot_silences_every_chat(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    boris = telegram.person("Boris")
    anna.start()
    boris.start()
    telegram.faults.plan(Fault.STORM)

    with pytest.raises(TelegramRetryAfter):
        await aiobot.send_message(anna.id, "Hello")
    with pytest.raises(TelegramRetryAfter):
        await aiobot.send_message(boris.id, "Hello")
    telegram.clock.move(telegram.faults.retry_after)
    await aiobot.send_message(boris.id, "Hello")

    assert [call.outcome for call in telegram.record.calls] == [429, 429, 200]


async def test_a_storm_lasts_and_whoever_does_not_wait_is_counted(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    anna.start()
    telegram.faults.plan(Fault.STORM, lasting=3 * SECOND, chat=anna.id)

    with pytest.raises(TelegramRetryAfter, match="retry after 2"):
        await aiobot.send_message(anna.id, "Hello")
    with pytest.raises(TelegramRetryAfter, match="retry after 2"):
        await aiobot.send_message(anna.id, "Hello")
    telegram.clock.move(2 * SECOND)
    with pytest.raises(TelegramRetryAfter, match="retry after 2"):
        await aiobot.send_message(anna.id, "Hello")
    telegram.clock.move(2 * SECOND)
    await aiobot.send_message(anna.id, "Hello")

    report = telegram.bot.report()
    assert (report["floods"], report["ignored_floods"], report["sent"]) == (2, 1, 1)


def test_the_report_finds_the_highest_rate_in_any_second() -> None:
    times = [MORNING + timedelta(milliseconds=at) for at in (0, 900, 1000, 1100, 1899, 5000)]

    assert most_within(SECOND, times) == 4
