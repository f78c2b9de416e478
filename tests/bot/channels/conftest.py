"""The web channel before a doorstep in memory, over real HTTP on a loopback port."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from tests.bot.channels.doorstep import Doorstep, serving


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


@pytest.fixture
async def url(doorstep: Doorstep) -> AsyncIterator[str]:
    async with serving(doorstep) as url:
        yield url


@pytest.fixture
async def client(url: str) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(base_url=url) as client:
        yield client
