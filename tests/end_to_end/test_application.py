"""From a greeting to a decision: the real server, a real browser, and the clerk's command beside them."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser import Visit, browser, visit, write
from tests.fakes.postgres import Cluster
from tests.fakes.server import Server, serving

__all__ = ["browser", "visit"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFERENCE = re.compile(r"KOM-\d{4}-[2-9A-HJKMNP-TV-Z]{6}")


@dataclass(frozen=True)
class Talk:
    """What a citizen says in one language, from a greeting to the last answer; then the word on the button to send."""

    language: str
    lines: tuple[str, ...]
    send: str
    approved: str


DATA = ("Ana Marković", "Maja Marković", "Riva 5", "067 123 456", "0101900210001", "510-9068014-36")
TALKS = (
    Talk(
        "cnr",
        ("zdravo", "oću da predam zahtjev za bebu u Kotoru", "majka", "5. mart 2026", "1", "4", "ne", *DATA),
        "Pošalji",
        "odobrila",
    ),
    Talk(
        "cnr-Cyrl",
        (
            "здраво",
            "хоћу да предам захтјев за помоћ за бебу у Котору",
            "мајка",
            "05.03.2026.",
            "једно дијете",
            "4",
            "не",
            *DATA,
        ),
        "Пошаљи",
        "одобрила",
    ),
    Talk(
        "sq",
        ("tung", "dua të aplikoj për ndihmën për foshnje në Kotorr", "nëna", "5 mars 2026", "1", "4", "jo", *DATA),
        "Dërgo",
        "miratoi",
    ),
    Talk(
        "en",
        ("hello", "I want to apply for newborn aid in Kotor", "mother", "5 March 2026", "1", "4", "no", *DATA),
        "Send",
        "approved",
    ),
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    async with serving(f"sqlite:///{folder / 'komshi.db'}", folder) as server:
        yield server


async def say(page: Page, text: str, *, javascript: bool) -> None:
    """Says it, and waits until it is answered."""
    heard = page.locator(".entry.assistant")
    before = await heard.count()
    if javascript:
        await write(page, text)
    else:
        await page.fill("#text", text)
        await page.locator("#composer .send").click()
    await expect(heard.nth(before)).to_be_visible()


async def apply(page: Page, talk: Talk, *, javascript: bool) -> str:
    """The whole talk; the reference number that was given."""
    for line in talk.lines:
        await say(page, line, javascript=javascript)
    await page.get_by_role("button", name=re.compile(rf"^1 – {talk.send}")).last.click()
    given = page.locator(".assistant .text", has_text=REFERENCE).first
    await expect(given).to_be_visible()
    found = REFERENCE.search(await given.inner_text())
    assert found
    return found.group()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.language)
async def test_from_a_greeting_to_a_decision(visit: Visit, server: Server, talk: Talk, javascript: bool) -> None:
    page = await visit(f"{server.url}/?lang={talk.language}", java_script_enabled=javascript)
    reference = await apply(page, talk, javascript=javascript)
    await expect_news(page, reference, javascript=javascript)

    await server.komshi("case", "decide", reference, "approve")

    news = page.locator(".assistant .text", has_text=talk.approved)
    if not javascript:
        await page.wait_for_timeout(2000)
        await page.reload()
    await expect(news.last).to_contain_text(reference, timeout=2000)
    assert "0101900210001" not in await page.content()


async def expect_news(page: Page, reference: str, *, javascript: bool) -> None:
    """The office has it: the second message that names the reference."""
    told = page.locator(".assistant .text", has_text=reference)
    if javascript:
        await expect(told.nth(1)).to_be_visible()
        return
    for _ in range(10):
        if await told.count() > 1:
            return
        await page.wait_for_timeout(300)
        await page.reload()
    pytest.fail("the office never had it")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_server_killed_in_the_middle_of_a_form_goes_on_with_the_next_answer(
    visit: Visit, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    cluster: Cluster | None = request.getfixturevalue("cluster") if kind == "postgresql" else None
    database = cluster.new_database() if cluster else f"sqlite:///{tmp_path / 'komshi.db'}"
    async with serving(database, tmp_path) as server:
        page = await visit(f"{server.url}/?lang=en")
        await say(page, "I want to apply for newborn aid in Kotor", javascript=True)
        await say(page, "mother", javascript=True)

        await server.kill()
        await page.fill("#text", "5 March 2026")
        await page.press("#text", "Enter")
        await server.start()

        await expect(page.locator(".assistant .text").last).to_contain_text("How many children", timeout=20000)
        await expect(page.locator(".entry.citizen")).to_have_count(3)
