"""A Telegram whose clock stands still until it is moved, Anna with a phone, and aiogram as the bot that talks to it."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.fakes.platform_clock import Clock
from tests.fakes.telegram import Person, Telegram, serving


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(Telegram(clock=Clock(speed=0))) as telegram:
        yield telegram


@pytest.fixture
def anna(telegram: Telegram) -> Person:
    """She has not started the bot."""
    return telegram.person("Anna", language="sr")


@pytest.fixture
async def aiobot(telegram: Telegram) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram.url))
    async with Bot(telegram.token, session).context() as bot:
        yield bot
