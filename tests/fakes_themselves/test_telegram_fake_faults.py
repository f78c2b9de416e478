"""What goes wrong on demand between a bot and the Telegram fake."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramServerError

from tests.fakes.platform_clock import Clock
from tests.fakes.telegram import Fault, Person, Telegram
from tests.fakes.telegram.faults import Faults
from tests.fakes_themselves.webhook_receiver import receiving


def texts(person: Person) -> list[str]:
    """What the bot wrote."""
    return [line.text for line in person.screen().messages if line.by_bot]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.ERROR_JSON, TelegramServerError),
        (Fault.BAD_GATEWAY_JSON, TelegramServerError),
        (Fault.ERROR_HTML, ClientDecodeError),
        (Fault.BAD_GATEWAY_HTML, ClientDecodeError),
        (Fault.RESET_BEFORE, TelegramNetworkError),
    ],
)
async def test_nothing_was_done_and_a_repeat_is_right(
    aiobot: Bot, telegram: Telegram, anna: Person, fault: Fault, error: type[Exception]
) -> None:
    anna.start()
    telegram.faults.plan(fault)

    with pytest.raises(error):
        await aiobot.send_message(anna.id, "Once")
    await aiobot.send_message(anna.id, "Once")

    assert texts(anna) == ["Once"]
    assert [call.fault for call in telegram.record.calls] == [fault, None]


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.RESET_AFTER, TelegramNetworkError), (Fault.GARBLED, ClientDecodeError)]
)
async def test_it_was_done_and_a_repeat_is_there_twice(
    aiobot: Bot, telegram: Telegram, anna: Person, fault: Fault, error: type[Exception]
) -> None:
    anna.start()
    telegram.faults.plan(fault)

    with pytest.raises(error):
        await aiobot.send_message(anna.id, "Once")
    await aiobot.send_message(anna.id, "Once")

    assert texts(anna) == ["Once", "Once"]


async def test_a_cut_connection_is_a_reset(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    anna.start()
    await aiobot.get_me()
    telegram.faults.plan(Fault.RESET_AFTER)

    with pytest.raises(TelegramNetworkError, match=r"ClientOSError.*reset by peer"):
        await aiobot.send_message(anna.id, "Once")


async def test_a_slow_answer_keeps_the_bot_waiting(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    anna.start()
    telegram.faults.plan(Fault.SLOW, methods=("sendMessage",))
    sending = asyncio.create_task(aiobot.send_message(anna.id, "Late"))
    await aiobot.get_me()
    assert texts(anna) == []

    telegram.clock.move(telegram.faults.slowness)

    await sending
    assert texts(anna) == ["Late"]


async def test_a_bot_that_gives_up_on_a_slow_answer_may_be_shown_it_all_the_same(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    anna.start()
    telegram.faults.plan(Fault.SLOW, methods=("sendMessage",))
    sending = asyncio.create_task(aiobot.send_message(anna.id, "Late"))
    await aiobot.get_me()

    sending.cancel()
    telegram.clock.move(telegram.faults.slowness)

    assert (await anna.reads()).text == "Late"


async def test_a_fault_may_befall_one_chat_for_a_while(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    boris = telegram.person("Boris")
    anna.start()
    boris.start()
    telegram.faults.plan(Fault.ERROR_JSON, lasting=timedelta(seconds=10), chat=anna.id)

    await aiobot.send_message(boris.id, "Hello")
    with pytest.raises(TelegramServerError):
        await aiobot.send_message(anna.id, "Hello")
    with pytest.raises(TelegramServerError):
        await aiobot.send_message(anna.id, "Hello")
    telegram.clock.move(timedelta(seconds=10))
    await aiobot.send_message(anna.id, "Hello")


async def test_an_update_may_come_twice_broken_and_once_more_after_a_day(
    aiobot: Bot, telegram: Telegram, anna: Person
) -> None:
    telegram.faults.plan(Fault.DUPLICATE)
    telegram.faults.plan(Fault.MALFORMED)
    telegram.faults.plan(Fault.AGAIN)
    async with receiving() as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("Hello")
        await telegram.quiet()
        telegram.clock.move(timedelta(hours=25))
        await telegram.record.until(lambda: len(telegram.record.posts) == 4)

    broken, *whole = receiver.bodies
    assert isinstance(broken, bytes)
    assert [body["message"]["text"] for body in whole] == ["Hello"] * 3
    assert len({body["update_id"] for body in whole}) == 1


async def test_what_is_written_later_may_come_earlier(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    telegram.faults.plan(Fault.SWAPPED)
    async with receiving() as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("One")
        anna.write("Two")
        await telegram.quiet()

    assert receiver.texts == ["Two", "One"]


async def test_an_update_may_come_late(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    telegram.faults.plan(Fault.LATE)
    async with receiving() as receiver:
        await aiobot.set_webhook(receiver.url)
        anna.write("Hello")
        await aiobot.get_me()
        assert receiver.bodies == []
        telegram.clock.move(telegram.faults.lateness)
        await telegram.quiet()

    assert receiver.texts == ["Hello"]


def test_the_same_seed_is_the_same_misfortune() -> None:
    def struck(seed: int) -> list[Fault | None]:
        faults = Faults(Clock(speed=0))
        faults.scatter(seed, {Fault.SLOW: 0.2, Fault.RESET_AFTER: 0.2})
        return [faults.of_call(1, "sendmessage") for _ in range(200)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 40 < sum(fault is not None for fault in struck(1)) < 110
