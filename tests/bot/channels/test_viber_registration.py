"""Where Viber calls us is kept set, by one process for all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from bot.messages import SendError
from dialogs.session import Reply
from tests.bot.channels.viber.porch import ANA, PUBLIC, House, open_house, refused, said
from tests.fakes.clock import Clock

OURS = f"{PUBLIC}/viber/webhook"
ALL = ["delivered", "seen", "failed", "conversation_started"]
PATIENCE = 5


@pytest.fixture
async def house(clock: Clock) -> AsyncIterator[House]:
    async with open_house(clock) as house:
        yield house


@asynccontextmanager
async def running(house: House) -> AsyncIterator[None]:
    """The channel, as an app keeps it running."""
    task = asyncio.create_task(house.viber.run())
    async with asyncio.timeout(PATIENCE):
        yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def calls(house: House, count: int) -> list[tuple[str, dict[str, Any]]]:
    """The calls of the platform, as soon as there are so many."""
    for _ in range(count):
        await house.platform.called.get()
    return house.platform.calls


async def write_to_ana(house: House) -> None:
    with suppress(SendError):
        await house.viber.send(ANA, Reply("Good day.", "en"), 1)


async def test_a_bot_that_is_called_elsewhere_is_told_where_we_are(house: House) -> None:
    house.platform.answers = [said(status=0, webhook="https://old.example/viber", event_types=ALL)]

    async with running(house):
        made = await calls(house, 2)

    assert [method for method, _ in made] == ["get_account_info", "set_webhook"]
    assert made[1][1]["url"] == OURS
    assert made[1][1]["event_types"] == ALL


async def test_a_bot_that_hears_too_little_is_told_again(house: House) -> None:
    house.platform.answers = [said(status=0, webhook=OURS, event_types=["message", "delivered"])]

    async with running(house):
        made = await calls(house, 2)

    assert made[1][0] == "set_webhook"


async def test_a_webhook_that_is_right_is_left_alone(house: House) -> None:
    house.platform.usual = {"status": 0, "webhook": OURS, "event_types": [*ALL, "message"]}

    async with running(house):
        await calls(house, 1)
        house.platform.answers = [refused(10)]
        await write_to_ana(house)
        made = await calls(house, 2)

    assert [method for method, _ in made] == ["get_account_info", "send_message", "get_account_info"]


async def test_a_message_refused_for_want_of_a_webhook_has_it_set_at_once(house: House) -> None:
    right = said(status=0, webhook=OURS, event_types=ALL)
    house.platform.answers = [right, refused(10), said(status=0, webhook="")]

    async with running(house):
        await calls(house, 1)
        await write_to_ana(house)
        made = await calls(house, 3)

    assert [method for method, _ in made][1:] == ["send_message", "get_account_info", "set_webhook"]


async def test_a_webhook_that_viber_does_not_take_is_not_the_end(house: House) -> None:
    house.platform.answers = [said(status=0, webhook=""), refused(1), refused(10), said(status=0, webhook="")]

    async with running(house):
        await calls(house, 2)
        await write_to_ana(house)
        made = await calls(house, 3)

    assert [method for method, _ in made][3:] == ["get_account_info", "set_webhook"]


async def test_only_the_process_that_holds_the_task_asks(house: House) -> None:
    house.porch.holds = False

    async with running(house):
        task = await house.porch.asked.get()

    assert task == "viber webhook"
    assert house.platform.calls == []


async def test_without_an_address_of_ours_viber_is_told_nothing(clock: Clock) -> None:
    async with open_house(clock, public_url="") as house, running(house):
        await write_to_ana(house)
        made = await calls(house, 1)

    assert [method for method, _ in made] == ["send_message"]
