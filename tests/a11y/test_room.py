"""Room to read and to press: small screens, large text, wide spacing, other colours."""

import pytest
from playwright.async_api import Page, expect

from tests.bot.channels.doorstep import Doorstep
from tests.browser import Visit, hear, press, write

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
# WCAG 2.2, 1.4.12
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
CUT_OFF = """
[...document.querySelectorAll("button, p, h1, h2, label, summary, a")].filter((item) =>
  item.checkVisibility() && !item.closest(".unseen, .skip, .who") && item.scrollWidth > item.clientWidth + 1
  && getComputedStyle(item).display !== "inline").map((item) => item.textContent)
"""


async def talk(page: Page) -> None:
    await press(page, "1 – Aid for a newborn child")
    await write(page, "Otorinolaringologijaotorinolaringologijaotorinolaringologija" * 2)
    await write(page, "number")
    await hear(page, "What is your personal number? It has 13 digits.")
    await write(page, " ")


@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 320), (1280, 860), (320, 180)])
async def test_nothing_has_to_be_scrolled_sideways(visit: Visit, url: str, width: int, height: int) -> None:
    page = await visit(f"{url}/?lang=en", viewport={"width": width, "height": height})

    await talk(page)

    assert not await page.evaluate(SIDEWAYS)


async def test_text_of_twice_the_size_fits(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en", viewport={"width": 640, "height": 720})
    await page.evaluate("document.documentElement.style.fontSize = '200%'")

    await talk(page)

    assert not await page.evaluate(SIDEWAYS)
    assert await page.evaluate(CUT_OFF) == []


async def test_wider_spacing_cuts_nothing_off(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en", viewport={"width": 320, "height": 640}, bypass_csp=True)
    await page.add_style_tag(content=SPACED)

    await talk(page)

    assert not await page.evaluate(SIDEWAYS)
    assert await page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("width", [320, 1280])
async def test_everything_to_press_is_large(visit: Visit, url: str, width: int) -> None:
    page = await visit(f"{url}/?lang=en", viewport={"width": width, "height": 700})

    small = await page.evaluate(
        """[...document.querySelectorAll("button, summary, textarea, .to-help")]
        .filter((item) => item.checkVisibility() && item.getBoundingClientRect().height < 47.9)
        .map((item) => item.textContent)"""
    )

    assert small == []


async def test_every_stop_has_a_thick_ring_and_is_in_sight(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en", viewport={"width": 390, "height": 700})
    await write(page, "long")
    await write(page, "repeat")
    await expect(page.locator(".choice")).to_have_count(6)

    for _ in range(9):
        await page.keyboard.press("Shift+Tab")
        ring = await page.evaluate("getComputedStyle(document.activeElement).outline")
        hidden = await page.evaluate(
            """(() => { const box = document.activeElement.getBoundingClientRect();
            const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return !document.activeElement.contains(seen) && !seen?.contains(document.activeElement); })()"""
        )
        assert "3px" in ring
        assert not hidden


async def test_the_input_keeps_in_sight_only_where_there_is_room(visit: Visit, url: str) -> None:
    tall = await visit(f"{url}/?lang=en", viewport={"width": 390, "height": 800})
    low = await visit(f"{url}/?lang=en", viewport={"width": 320, "height": 256})

    position = "getComputedStyle(document.getElementById('composer')).position"
    assert (await tall.evaluate(position), await low.evaluate(position)) == ("sticky", "relative")


async def test_nothing_moves_for_those_who_asked_for_stillness(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en", reduced_motion="reduce")

    await write(page, "silence")
    await expect(page.locator("#writing")).to_be_visible()

    assert await page.evaluate("document.getAnimations().length") == 0


async def test_forced_colours_keep_the_edges(visit: Visit, url: str) -> None:
    page = await visit(f"{url}/?lang=en", forced_colors="active")
    await write(page, "Good day")
    await hear(page, "You wrote: Good day")

    edge = "getComputedStyle(document.querySelector('.citizen')).borderTopWidth"
    assert await page.evaluate(edge) == "1px"


async def test_the_page_asks_no_one_else_for_anything(visit: Visit, url: str) -> None:
    page = await visit("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    await page.goto(f"{url}/?lang=en")
    await write(page, "two")
    await expect(page.get_by_text("This is the second part")).to_be_visible()

    assert {address.split("/")[2] for address in asked} == {url.removeprefix("http://")}


async def test_paper_shows_the_talk_and_nothing_to_press(visit: Visit, url: str, doorstep: Doorstep) -> None:
    page = await visit(f"{url}/?lang=en")
    await page.emulate_media(media="print")

    await expect(page.get_by_text("Good day.")).to_be_visible()
    await expect(page.locator("#composer")).to_be_hidden()
    await expect(page.locator(".help")).to_be_hidden()
