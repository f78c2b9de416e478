"""The citizen's page in a real browser: a whole talk, with and without JavaScript, through reloads and lost lines."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from dialogs.session import Reply
from tests.bot.channels.doorstep import Doorstep, serving
from tests.browser import Visit, browser, hear, press, visit, write

__all__ = ["browser", "visit"]

pytestmark = pytest.mark.asyncio(loop_scope="session")

WELCOME = "Good day. I am the assistant of the municipality.\nWhat do you need?"
NUMBER = "What is your personal number? It has 13 digits."


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


@pytest_asyncio.fixture(loop_scope="session")
async def url(doorstep: Doorstep) -> AsyncIterator[str]:
    async with serving(doorstep) as url:
        yield url


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_whole_talk(visit: Visit, url: str, doorstep: Doorstep, javascript: bool) -> None:
    page = await visit(f"{url}/?lang=en", java_script_enabled=javascript)
    await hear(page, WELCOME)

    await press(page, "1 – Aid for a newborn child")
    await hear(page, "You chose: Aid for a newborn child")
    await page.fill("#text", "<b onclick=alert(1)>How do I apply?</b>")
    await press(page, "Send")
    await hear(page, "You wrote: <b onclick=alert(1)>How do I apply?</b>")
    await page.fill("#text", "number")
    await press(page, "Send")
    await hear(page, NUMBER)
    await expect(page.get_by_text("Only the municipality sees this.")).to_be_visible()
    await page.fill("#text", "0101900210001")
    await press(page, "Send")
    await hear(page, "You wrote: 0101900210001")
    await expect(page.locator(".citizen .text").last).to_have_text("•••••••••0001")
    await press(page, "shqip")
    await hear(page, "Mirëdita. Çfarë ju nevojitet?")
    await expect(page.locator("html")).to_have_attribute("lang", "sq")

    assert [message.choice or message.text for message in doorstep.accepted] == [
        "",
        "aid",
        "<b onclick=alert(1)>How do I apply?</b>",
        "number",
        "0101900210001",
        "shqip",
    ]


async def test_a_reload_resumes_the_talk_and_keeps_what_was_being_written(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")
    await write(page, "How do I apply?")
    await hear(page, "You wrote: How do I apply?")
    await page.fill("#text", "And how long does")

    await page.reload()

    await hear(page, "You wrote: How do I apply?")
    await expect(page.locator("#text")).to_have_value("And how long does")
    await expect(page.locator(".entry")).to_have_count(3)


async def test_a_private_answer_is_kept_nowhere_in_the_browser(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")
    await write(page, "number")
    await hear(page, NUMBER)

    await page.fill("#text", "0101900210001")
    await page.context.set_offline(True)
    await press(page, "Send")
    await expect(page.get_by_text("Not sent yet", exact=True)).to_be_visible()

    assert "0101900210001" not in await page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    await expect(page.locator(".citizen .text").last).to_have_text("•••••••••0001")


async def test_news_during_a_private_question_leaves_the_answer_private(
    visit: Visit, url: str, doorstep: Doorstep
) -> None:
    page = await visit(f"{url}/?lang=en")
    await write(page, "number")
    await hear(page, NUMBER)

    doorstep.tell_everybody(Reply("Your application has been received.", "en", asks_private=True))
    await hear(page, "Your application has been received.")
    await page.fill("#text", "0101900210001")
    await expect(page.locator("#composer")).to_have_attribute("data-private", "")
    await page.context.set_offline(True)
    await press(page, "Send")

    await expect(page.locator(".citizen .text").last).to_have_text("•••••••••0001")
    assert "0101900210001" not in await page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")


async def test_what_is_written_without_a_connection_is_sent_in_order_when_there_is_one(
    visit: Visit, url: str, doorstep: Doorstep
) -> None:
    page = await visit(f"{url}/?lang=en")
    await page.context.set_offline(True)

    for text in ("one", "two", "three"):
        await write(page, text)
    await expect(page.locator("#connection")).to_have_text("No connection")
    await expect(page.locator(".citizen .state").first).to_have_text("Not sent yet")
    await page.context.set_offline(False)
    await hear(page, "You wrote: three")

    assert [message.text for message in doorstep.accepted] == ["", "one", "two", "three"]
    await expect(page.locator(".citizen .state", has_text="Not sent yet")).to_have_count(0)
    await expect(page.locator("#connection")).to_have_text("Connected again")
    assert await page.locator(".entry .text").all_text_contents() == [
        WELCOME,
        *["one", "You wrote: one", "two", "This is the first part."],
        *["This is the second part: https://example.org/a?b=1.", "three", "You wrote: three"],
    ]


async def test_what_was_not_sent_survives_a_reload(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")
    await page.route("**/api/messages", lambda route: route.abort())
    await write(page, "Is anybody there?")
    await expect(page.get_by_text("Not sent yet", exact=True)).to_be_visible()

    await page.unroute("**/api/messages")
    await page.reload()
    await hear(page, "You wrote: Is anybody there?")

    assert [message.text for message in doorstep.accepted] == ["", "Is anybody there?"]


async def test_a_receipt_that_was_lost_doubles_nothing(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")
    lost: list[int] = []

    async def lose_first(route) -> None:  # type: ignore[no-untyped-def]
        response = await route.fetch()
        lost.append(response.status)
        await (route.abort() if len(lost) == 1 else route.fulfill(response=response))

    await page.route("**/api/messages", lose_first)
    await write(page, "How do I apply?")
    await expect(page.locator(".citizen .state", has_text="Not sent yet")).to_have_count(1)
    await expect(page.locator(".citizen .state", has_text="Not sent yet")).to_have_count(0)

    assert lost == [201, 200]
    assert len(doorstep.accepted) == 2
    assert await page.locator(".entry .text").all_text_contents() == [
        WELCOME,
        "How do I apply?",
        "You wrote: How do I apply?",
    ]


async def test_an_open_page_goes_on_after_the_server_was_started_again(visit: Visit, doorstep: Doorstep) -> None:
    async with serving(doorstep) as url:
        page = await visit(f"{url}/?lang=en")
        await hear(page, WELCOME)
    doorstep.tell_everybody(Reply("Your application has been approved.", "en"))

    async with serving(doorstep, int(url.rpartition(":")[2])):
        await hear(page, "Your application has been approved.")

        await expect(page.locator(".entry")).to_have_count(2)
        await expect(page.locator("#connection")).to_be_hidden()


async def test_two_open_pages_show_the_same_talk(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")
    other = await page.context.new_page()
    await other.goto(url)

    await write(page, "How do I apply?")
    await hear(other, "You wrote: How do I apply?")

    shown = await page.locator(".entry .text").all_text_contents()
    assert shown == await other.locator(".entry .text").all_text_contents()


async def test_news_reaches_the_open_page_and_its_title_when_it_is_not_looked_at(
    visit: Visit, url: str, doorstep: Doorstep
) -> None:
    page = await visit(f"{url}/?lang=en")
    await page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")

    async with asyncio.timeout(2):
        doorstep.tell_everybody(Reply("Your application has been approved.", "en"))
        await hear(page, "Your application has been approved.")

    await expect(page).to_have_title("(1) Ask your municipality – Komshi")


async def test_a_talk_that_is_gone_is_begun_anew(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")
    await write(page, "How do I apply?")
    await hear(page, "You wrote: How do I apply?")

    doorstep.forget_everybody()
    await page.context.set_offline(True)
    await page.context.set_offline(False)

    await hear(page, WELCOME)
    await expect(page.locator(".entry")).to_have_count(1)


async def test_a_device_that_forgot_begins_anew(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")
    await page.fill("#text", "My secret")

    await page.get_by_text("Leave no trace on this device").click()
    await press(page, "Forget me on this device")
    kept = await page.evaluate("sessionStorage.length")
    await page.get_by_role("link", name="Start a new conversation").click()
    await hear(page, WELCOME)

    assert kept == 0
    assert len(doorstep.entries) == 2
    await expect(page.locator("#text")).to_have_value("")


async def test_a_late_answer_is_fetched_without_javascript(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en", java_script_enabled=False)
    await page.fill("#text", "silence")
    await press(page, "Send")
    await expect(page.get_by_text("The answer is not here yet. Your message is kept.")).to_be_visible()

    doorstep.tell_everybody(Reply("Here it is.", "en"))
    await press(page, "Check for the answer")

    await hear(page, "Here it is.")
    await expect(page.get_by_role("button", name="Check for the answer")).to_have_count(0)


async def test_the_words_of_the_page_follow_the_talk(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")

    await press(page, "shqip")

    await expect(page.locator("html")).to_have_attribute("lang", "sq")
    await expect(page.get_by_role("button", name="shqip")).to_have_attribute("aria-current", "true")
    await expect(page.get_by_role("button", name="English")).to_have_attribute("aria-current", "false")
    await expect(page.locator(".assistant .said").last).to_have_attribute("lang", "sq")
    await expect(page.locator(".assistant .said").first).to_have_attribute("lang", "en")
