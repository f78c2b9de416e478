"""`komshi demo` as somebody sees it who has just cloned the repository: two phones in a real browser, no token."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

from tests.browser import Visit, browser, visit

__all__ = ["browser", "visit"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUSE = Path(__file__).parents[2]
PATIENCE = 60
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@dataclass
class Demo:
    """`phones` is the address of the page, `komshi` that of the product."""

    process: Process
    phones: str
    komshi: str

    async def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    command = (sys.executable, "-m", "bot.cli", "demo")
    environment = {**os.environ, "KOMSHI_PORT": "0", "TMPDIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(*command, cwd=HOUSE, env=environment, stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        phones, komshi = [(await process.stdout.readline()).decode().split()[-1] for _ in range(2)]
    yield Demo(process, phones, komshi)
    with suppress(ProcessLookupError):
        process.kill()
    await process.communicate()


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


async def is_gone(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            await client.get(url)
        except httpx.TransportError:
            return True
    return False


async def test_two_people_talk_on_two_platforms(visit: Visit, demo: Demo) -> None:
    page = await visit(demo.phones)
    telegram, viber = phone(page, "Telegram"), phone(page, "Viber")

    await telegram.get_by_label("Service").select_option("newborn_aid")
    await telegram.get_by_label("Municipality").select_option("kotor")
    await telegram.get_by_role("combobox", name="Language", exact=True).select_option("en")
    await telegram.get_by_role("button", name="Open", exact=True).click()
    await expect(telegram.get_by_role("log")).to_contain_text("Kotor")
    await telegram.get_by_role("button", name="Which papers").click()
    await expect(telegram.locator(".line")).to_have_count(3)

    await viber.get_by_label("Who").select_option("besa")
    await viber.get_by_role("combobox", name="Language", exact=True).select_option("sq")
    await viber.get_by_role("button", name="Open", exact=True).click()
    await expect(viber.get_by_role("log")).to_contain_text("komshi")
    await viber.locator(".keyboard button").first.click()
    await expect(viber.locator(".keyboard button")).not_to_have_count(1)
    await viber.get_by_label("Message").fill("1")
    await viber.get_by_label("Message").press("Enter")
    await expect(viber.locator(".line")).to_have_count(5)

    calls = page.get_by_role("row")
    await expect(calls.filter(has_text="sendMessage").first).to_contain_text("200")
    await expect(calls.filter(has_text="send_message").first).to_contain_text("status 0")
    await expect(calls.filter(has_text="Viber → komshi").filter(has_text="conversation_started")).to_have_count(1)


async def test_whoever_blocks_the_bot_can_take_it_back(visit: Visit, demo: Demo) -> None:
    page = await visit(demo.phones)
    telegram = phone(page, "Telegram")

    await telegram.get_by_label("Message").fill("zdravo")
    await telegram.get_by_label("Message").press("Enter")
    await expect(telegram.locator(".line")).to_have_count(2)
    await telegram.get_by_role("button", name="Block the bot", exact=True).click()
    await telegram.get_by_role("button", name="Unblock the bot").click()
    await telegram.get_by_role("button", name="Photo").click()

    await expect(telegram.locator(".line")).to_have_count(4)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_the_page_can_be_read_by_everybody(visit: Visit, demo: Demo, colours: str) -> None:
    page = await visit(demo.phones, color_scheme=colours)
    await phone(page, "Viber").get_by_role("button", name="Open", exact=True).click()
    await expect(phone(page, "Viber").locator(".line")).to_have_count(1)

    found = await Axe().run(page, options=RULES)

    assert [violation["id"] for violation in found.response["violations"]] == []


async def test_everything_ends_together_and_leaves_nothing(demo: Demo, tmp_path: Path) -> None:
    status = await demo.end(signal.SIGTERM)

    assert status == 0
    assert await is_gone(demo.phones)
    assert await is_gone(demo.komshi)
    assert list(tmp_path.glob("komshi-demo-*")) == []


async def test_the_phones_end_with_a_komshi_that_was_killed(demo: Demo) -> None:
    await demo.end(signal.SIGKILL)

    # What both processes hold open ends with the second of them.
    assert demo.process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        await demo.process.stderr.read()
    assert await is_gone(demo.phones)
