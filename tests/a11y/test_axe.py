"""axe finds nothing in any state of the page, in light and dark."""

from collections.abc import Awaitable, Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from dialogs.session import Reply
from tests.bot.channels.doorstep import Doorstep
from tests.browser import Visit, hear, press, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

State = Callable[[Page, Doorstep], Awaitable[None]]

RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


async def welcome(page: Page, doorstep: Doorstep) -> None:
    await hear(page, "Good day. I am the assistant of the municipality.\nWhat do you need?")


async def talking(page: Page, doorstep: Doorstep) -> None:
    await write(page, "How do I apply?")
    await hear(page, "You wrote: How do I apply?")


async def choices_used_and_offered(page: Page, doorstep: Doorstep) -> None:
    await press(page, "1 – Aid for a newborn child")
    await hear(page, "You chose: Aid for a newborn child")
    await press(page, "Repeat")
    await hear(page, "Good day. I am the assistant of the municipality.\nWhat do you need?")


async def another_language(page: Page, doorstep: Doorstep) -> None:
    await press(page, "shqip")
    await expect(page.locator("html")).to_have_attribute("lang", "sq")


async def refused(page: Page, doorstep: Doorstep) -> None:
    await write(page, " ")
    await expect(page.locator("#error")).to_be_visible()


async def private_question(page: Page, doorstep: Doorstep) -> None:
    await write(page, "number")
    await expect(page.locator("#private")).to_be_visible()


async def waiting(page: Page, doorstep: Doorstep) -> None:
    await write(page, "silence")
    await expect(page.locator("#writing")).to_be_visible()


async def offline(page: Page, doorstep: Doorstep) -> None:
    await page.context.set_offline(True)
    await write(page, "Is anybody there?")
    await expect(page.get_by_text("Not sent yet", exact=True)).to_be_visible()


async def away_from_the_end(page: Page, doorstep: Doorstep) -> None:
    await write(page, "long")
    await expect(page.get_by_text("Line 60")).to_be_attached()
    await page.evaluate("scrollTo(0, 0)")
    doorstep.tell_everybody(Reply("Your application has been received.", "en"))
    await expect(page.locator("#news")).to_be_visible()


async def forgetting(page: Page, doorstep: Doorstep) -> None:
    await page.get_by_text("Leave no trace on this device").click()


async def with_a_payment_order(page: Page, doorstep: Doorstep) -> None:
    await write(page, "pay")
    await expect(page.get_by_role("link", name="Print it, or scan it with your bank's app")).to_be_visible()


async def payment_order(page: Page, doorstep: Doorstep) -> None:
    await with_a_payment_order(page, doorstep)
    await page.get_by_role("link", name="Print it, or scan it with your bank's app").click()
    await expect(page.get_by_role("img", name="QR code with the same payment order")).to_be_visible()


async def forgotten(page: Page, doorstep: Doorstep) -> None:
    await forgetting(page, doorstep)
    await press(page, "Forget me on this device")
    await expect(page.locator("h1")).to_have_text("This device has forgotten the conversation")


STATES = (
    welcome,
    talking,
    choices_used_and_offered,
    another_language,
    refused,
    private_question,
    waiting,
    offline,
    away_from_the_end,
    with_a_payment_order,
    payment_order,
    forgetting,
    forgotten,
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reach", STATES)
async def test_axe_has_nothing_to_say(visit: Visit, url: str, doorstep: Doorstep, reach: State, scheme: str) -> None:
    page = await visit(f"{url}/?lang=en", color_scheme=scheme)
    await reach(page, doorstep)

    found = await Axe().run(page, options=RULES)

    assert found.generate_report() == "Found 0 accessibility violations:\n"


async def test_axe_has_nothing_to_say_on_a_small_telephone(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en", viewport={"width": 320, "height": 568})
    await choices_used_and_offered(page, doorstep)

    found = await Axe().run(page, options=RULES)

    assert found.generate_report() == "Found 0 accessibility violations:\n"
