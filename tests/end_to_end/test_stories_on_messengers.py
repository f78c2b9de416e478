"""Every story of every language, on telephones: the questions, results and receipts are those of the page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.assistant import Brain
from locales import LANGUAGES
from tests.end_to_end import messenger_stories as stories
from tests.end_to_end.messenger_telegram import TelegramTown
from tests.end_to_end.messenger_town import Doorway
from tests.end_to_end.messenger_viber import ViberTown
from tests.fakes import platform_server, telegram
from tests.fakes.viber import service as viber
from tests.fakes.viber.platform import Viber

# The servers of the platforms are there for all the stories, and so is their loop.
shared_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on_telegram() -> AsyncIterator[TelegramTown]:
    doorway = Doorway()
    bot_api = telegram.serving(telegram.Telegram(limits=None))
    async with bot_api as platform, platform_server.serving(doorway) as doorway.url:
        yield TelegramTown(platform, doorway)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on_viber() -> AsyncIterator[ViberTown]:
    doorway = Doorway()
    async with viber.serving(Viber()) as platform, platform_server.serving(doorway) as doorway.url:
        yield ViberTown(platform, doorway)


@shared_loop
@pytest.mark.parametrize("path", stories.ALIKE, ids=stories.name)
async def test_on_telegram_a_story_goes_word_for_word(path: Path, on_telegram: TelegramTown, brain: Brain) -> None:
    told = stories.recast(stories.told(path), "telegram")

    assert await on_telegram.replay(told, brain) == told


@shared_loop
@pytest.mark.parametrize("path", stories.UNCHANGING, ids=stories.name)
async def test_on_viber_a_story_goes_word_for_word(path: Path, on_viber: ViberTown, brain: Brain) -> None:
    told = stories.recast(stories.told(path), "viber")

    assert await on_viber.replay(told, brain) == told


@shared_loop
@pytest.mark.parametrize("path", stories.DISCREET, ids=stories.name)
async def test_a_messenger_asks_for_no_numbers_and_tells_to_bring_them(
    path: Path, on_telegram: TelegramTown, on_viber: ViberTown, brain: Brain
) -> None:
    on_the_page = stories.told(path)

    told = await stories.discreet(on_the_page, brain)

    on_phones = stories.recast(told, "telegram"), stories.recast(told, "viber")
    assert stories.news(told, stories.recast(on_the_page, "telegram")) <= stories.notes()
    assert await on_telegram.replay(on_phones[0], brain) == on_phones[0]
    assert await on_viber.replay(on_phones[1], brain) == on_phones[1]


def test_every_language_has_stories_of_either_kind() -> None:
    kinds = stories.ALIKE, stories.DISCREET

    assert [{path.parts[-3] for path in kind} for kind in kinds] == [set(LANGUAGES)] * 2
