"""What a screen reader is told, and where the focus stands."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from dialogs.session import Choice, Reply
from tests.bot.channels.doorstep import Doorstep
from tests.browser import Visit, hear, press, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Notes everything that is put into the live regions, and that it is taken out again.
LISTENING = """
addEventListener("DOMContentLoaded", () => {
  window.told = { polite: [], assertive: [], removed: 0, atStart: [] };
  for (const id of ["polite", "assertive"]) {
    const region = document.getElementById(id);
    told.atStart.push(region.childElementCount);
    new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes } of changes) {
        for (const node of addedNodes) told[id].push(node.textContent.trim());
        told.removed += removedNodes.length;
      }
    }).observe(region, { childList: true });
  }
});
"""


async def listened(visit: Visit, url: str) -> Page:
    page = await visit("about:blank")
    await page.add_init_script(LISTENING)
    await page.goto(f"{url}/?lang=en")
    return page


async def told(page: Page, count: int, region: str = "polite") -> Any:
    await page.wait_for_function("([region, count]) => told[region].length >= count", arg=[region, count])
    return await page.evaluate("(region) => told[region]", region)


async def test_the_regions_are_there_and_empty_before_anything_is_said(visit: Visit, url: str) -> None:
    page = await listened(visit, url)

    assert await page.evaluate("told.atStart") == [0, 0]
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")


async def test_an_answer_is_told_once_with_its_choices_and_ones_own_words_are_not(visit: Visit, url: str) -> None:
    page = await listened(visit, url)

    await press(page, "Repeat")

    assert await told(page, 1) == [
        "Assistant: Good day. I am the assistant of the municipality. What do you need? "
        "3 choices. 1, Aid for a newborn child. 2, A building permit. 3, Something else."
    ]
    await page.wait_for_function("() => told.removed === 1")
    assert len(await told(page, 1)) == 1


async def test_several_messages_at_once_are_told_as_one_in_order(visit: Visit, url: str) -> None:
    page = await listened(visit, url)

    await write(page, "two")

    (announcement,) = await told(page, 1)
    assert announcement.startswith("Assistant: This is the first part. Assistant: This is the second part")


async def test_an_announcement_is_in_the_language_of_its_message(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await listened(visit, url)

    doorstep.tell_everybody(Reply("Zahtjev je odobren.", "cnr"))

    await expect(page.locator("#polite span")).to_have_attribute("lang", "sr-Latn-ME")
    await expect(page.locator("html")).to_have_attribute("lang", "sr-Latn-ME")


async def test_that_the_assistant_is_writing_is_told_after_two_seconds_and_once(visit: Visit, url: str) -> None:
    page = await listened(visit, url)

    await write(page, "silence")
    await expect(page.locator("#writing")).to_be_hidden()

    assert await told(page, 1) == ["The assistant is writing"]
    await expect(page.locator("#writing")).to_be_visible()


async def test_a_lost_connection_is_told_once_and_its_return_once(visit: Visit, url: str) -> None:
    page = await listened(visit, url)
    await write(page, "Good day")
    await told(page, 1)

    await page.context.set_offline(True)
    await write(page, "one")
    await write(page, "two")
    lost, warned = await told(page, 2), await told(page, 1, "assertive")
    await page.context.set_offline(False)
    back = await told(page, 3)

    assert lost[1:] == ["No connection"]
    assert set(warned) == {"Your message is not sent yet. It is kept here and will be sent when there is a connection."}
    assert back[2].startswith("Connected again")


async def test_the_focus_stays_in_the_input_after_sending(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")

    await page.fill("#text", "Good day")
    await press(page, "Send")
    await hear(page, "You wrote: Good day")

    await expect(page.locator("#text")).to_be_focused()
    await expect(page.locator("#text")).to_have_value("")


async def test_a_pressed_choice_leaves_the_focus_in_the_input_and_stays_in_its_place(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")

    await press(page, "2 – A building permit")
    await hear(page, "You chose: A building permit")

    await expect(page.locator("#text")).to_be_focused()
    used = page.locator(".choice")
    assert await used.count() == 3
    for choice in await used.all():
        await expect(choice).to_have_attribute("aria-disabled", "true")


async def test_a_used_choice_cannot_be_pressed_again(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")
    await press(page, "2 – A building permit")
    await hear(page, "You chose: A building permit")

    await page.locator(".choice").first.click(force=True)
    await write(page, "What now?")
    await hear(page, "You wrote: What now?")

    assert [message.text for message in doorstep.accepted] == ["", "A building permit", "What now?"]


async def test_a_finger_keeps_the_screen_keyboard_away(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en", has_touch=True)

    await page.get_by_role("button", name="2 – A building permit").tap()
    await hear(page, "You chose: A building permit")

    await expect(page.get_by_role("button", name="2 – A building permit")).to_be_focused()


async def test_new_choices_are_one_step_back_from_the_input(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")
    await write(page, "repeat")
    await expect(page.locator(".choice")).to_have_count(6)

    await page.keyboard.press("Shift+Tab")

    focused = page.locator(":focus")
    await expect(focused).to_have_text("3 – Something else")
    await expect(focused).not_to_have_attribute("aria-disabled", "true")


async def test_news_does_not_make_the_choices_on_offer_stale(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")

    doorstep.tell_everybody(Reply("Your application has been received.", "en", (Choice("more", "Read more"),)))
    await hear(page, "Your application has been received.")

    assert await page.locator(".choice:not([aria-disabled])").count() == 4


async def test_a_refusal_is_said_at_the_input(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")

    await write(page, "š" * 4_001)

    text = page.locator("#text")
    await expect(text).to_be_focused()
    await expect(text).to_have_attribute("aria-invalid", "true")
    await expect(text).to_have_accessible_description(
        "This message is too long. Please use at most 1,000 characters. "
        "Enter sends. Shift and Enter together start a new line."
    )
    await expect(text).to_have_value("š" * 4_001)


async def test_who_reads_further_up_is_not_taken_away(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en", viewport={"width": 800, "height": 700})
    await write(page, "long")
    await expect(page.get_by_text("Line 60")).to_be_attached()
    await page.evaluate("scrollTo(0, 0)")

    doorstep.tell_everybody(Reply("Your application has been received.", "en"), Reply("It is now decided.", "en"))
    await expect(page.locator("#news")).to_have_text("New messages (2)")
    where = await page.evaluate("scrollY")
    await page.locator("#news").click()

    assert where == 0
    await expect(page.locator("#news")).to_be_hidden()
    await expect(page.locator(":focus .text")).to_have_text("Your application has been received.")
    await expect(page.locator(":focus .text")).to_be_in_viewport()


async def test_everybody_is_named_to_those_who_hear_the_page(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en")
    await write(page, "two")
    await expect(page.locator(".entry")).to_have_count(4)

    names = [await entry.locator(".who").text_content() for entry in await page.locator(".entry").all()]

    assert [(name or "").strip() for name in names] == ["Assistant:", "You:", "Assistant:", "Assistant:"]


async def test_the_whole_talk_works_from_the_keyboard(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")
    stops = []

    for _ in range(18):
        await page.keyboard.press("Tab")
        stops.append(await page.evaluate("(document.activeElement.textContent || document.activeElement.id).trim()"))

    assert stops == [
        "Skip to your answer",
        "Skip to the last message",
        *["crnogorski", "црногорски", "shqip", "English"],
        *["1 – Aid for a newborn child", "2 – A building permit", "3 – Something else"],
        *["text", "Send"],
        *["Help", "Back", "Repeat", "Start again", "Stop", "A person", "Simpler"],
    ]


async def test_shift_and_enter_start_a_new_line(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")

    await page.type("#text", "First")
    await page.press("#text", "Shift+Enter")
    await page.type("#text", "second")
    await page.press("#text", "Enter")
    await hear(page, "You wrote: First\nsecond")

    assert doorstep.accepted[-1].text == "First\nsecond"
