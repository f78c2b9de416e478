"""A real browser for tests: Debian's Chromium. Without it the tests are skipped, and under CI they fail.

Tests that use it share the event loop of the run: `pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Visit = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests of a run."""
    if not CHROMIUM.exists():
        absent = f"No browser at {CHROMIUM}, so the page was not tested: `apt install chromium` brings it."
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """Opens an address as somebody new, in a context with the given options. Any error in the page fails the test."""
    errors: list[str] = []

    async def visit(address: str, **options: Any) -> Page:
        context = await contexts.enter_async_context(await browser.new_context(**options))
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(address)
        return page

    async with AsyncExitStack() as contexts:
        yield visit
    assert not errors


async def write(page: Page, text: str) -> None:
    """Writes and sends as a citizen at a keyboard does."""
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def press(page: Page, label: str) -> None:
    """Presses the newest button of this name."""
    await page.get_by_role("button", name=label, exact=True).last.click()


async def hear(page: Page, text: str) -> None:
    """Waits until the assistant's newest message has this text."""
    await expect(page.locator(".assistant .text").last).to_have_text(text)
