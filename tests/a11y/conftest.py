"""The citizen's page in a real browser, before a doorstep in memory."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.channels.doorstep import Doorstep, serving
from tests.browser import browser, visit

__all__ = ["browser", "visit"]


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


@pytest_asyncio.fixture(loop_scope="session")
async def url(doorstep: Doorstep) -> AsyncIterator[str]:
    async with serving(doorstep) as url:
        yield url
