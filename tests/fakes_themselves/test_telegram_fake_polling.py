"""getUpdates of the Telegram fake."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError

from tests.fakes.telegram import Person, Telegram

SECOND = timedelta(seconds=1)


async def test_what_is_not_confirmed_comes_again(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    anna.write("One")
    anna.write("Two")

    first = await aiobot.get_updates(limit=1)
    both = await aiobot.get_updates(offset=first[0].update_id)
    rest = await aiobot.get_updates(offset=first[0].update_id + 1)

    assert [update.message.text for update in both if update.message] == ["One", "Two"]
    assert [update.update_id for update in rest] == [first[0].update_id + 1]
    assert len(telegram.bot.inbox) == 1


async def test_a_long_poll_ends_when_somebody_writes(aiobot: Bot, anna: Person) -> None:
    poll = asyncio.create_task(aiobot.get_updates(timeout=50))
    await aiobot.get_me()

    anna.write("Hello")

    assert [update.message.text for update in await poll if update.message] == ["Hello"]


async def test_a_long_poll_ends_with_nothing_after_fifty_seconds(aiobot: Bot, telegram: Telegram) -> None:
    poll = asyncio.create_task(aiobot.get_updates(timeout=600))
    await aiobot.get_me()

    telegram.clock.move(50 * SECOND)

    assert await poll == []


async def test_a_second_poller_ends_the_first(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    first = asyncio.create_task(aiobot.get_updates(timeout=50))
    await aiobot.get_me()
    second = asyncio.create_task(aiobot.get_updates(offset=1, timeout=50))
    await aiobot.get_me()

    telegram.clock.move(3 * SECOND)
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    anna.write("Hello")

    assert len(await second) == 1


async def test_there_is_no_polling_beside_a_webhook(aiobot: Bot, telegram: Telegram, anna: Person) -> None:
    poll = asyncio.create_task(aiobot.get_updates(timeout=50))
    await aiobot.get_me()

    await aiobot.set_webhook("http://127.0.0.1:1/")
    telegram.clock.move(3 * SECOND)
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await aiobot.get_updates()
    await aiobot.delete_webhook()
    anna.write("Hello")

    assert len(await aiobot.get_updates()) == 1


async def test_who_asks_the_same_again_in_haste_has_to_wait(aiobot: Bot, telegram: Telegram) -> None:
    assert await aiobot.get_updates(timeout=0) == []
    hasty = asyncio.create_task(aiobot.get_updates(timeout=0))
    await aiobot.get_me()
    assert not hasty.done()

    telegram.clock.move(3 * SECOND)

    assert await hasty == []


async def test_ids_grow_and_begin_somewhere_else_after_a_quiet_week(telegram: Telegram, anna: Person) -> None:
    first, second = anna.write("One"), anna.write("Two")

    telegram.clock.move(timedelta(days=8))
    third = anna.write("Three")

    assert first is not None
    assert second is not None
    assert third is not None
    assert second.id == first.id + 1
    assert third.id != second.id + 1
