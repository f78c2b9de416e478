"""The citizen's page over HTTP, as a browser without JavaScript sees it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from bot.channels.web import open_channel
from bot.messages import Address
from bot.pages import assets
from bot.pages.page import linked
from bot.pages.words import words
from dialogs.session import Reply
from locales import DEFAULT
from tests.bot.channels.doorstep import Doorstep

A_PAGE = {"Accept": "text/html"}


async def press(client: AsyncClient, **fields: str) -> Response:
    return await client.post("/", data={"client_msg_id": str(uuid4()), **fields})


def only_address(doorstep: Doorstep) -> Address:
    (address,) = doorstep.entries
    return address


# Arriving


async def test_a_newcomer_is_greeted_at_once(client: AsyncClient) -> None:
    page = await client.get("/", headers=A_PAGE)

    assert page.status_code == 200
    assert "What do you need?" in page.text
    assert '<button class="choice" name="choice" value="aid">1 – Aid for a newborn child</button>' in page.text


async def test_the_language_asked_for_goes_with_the_welcome(client: AsyncClient, doorstep: Doorstep) -> None:
    await client.get("/?lang=sq", headers=A_PAGE | {"Accept-Language": "en"})

    assert [(message.event, message.language) for message in doorstep.accepted] == [("welcome", "sq")]


async def test_who_comes_back_finds_the_same_talk(client: AsyncClient, doorstep: Doorstep) -> None:
    await client.get("/", headers=A_PAGE)
    await press(client, text="How do I apply?")

    page = await client.get("/", headers=A_PAGE)

    assert "You wrote: How do I apply?" in page.text
    assert len(doorstep.entries) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "*/*"},
        {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (compatible; Somebot/2.1)"},
        {"Accept": "text/html", "Sec-Purpose": "prefetch"},
    ],
)
async def test_no_talk_is_begun_with_a_machine(
    client: AsyncClient, doorstep: Doorstep, headers: dict[str, str]
) -> None:
    page = await client.get("/", headers=headers)

    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert not doorstep.entries


async def test_a_probe_gets_no_talk_either(client: AsyncClient, doorstep: Doorstep) -> None:
    probe = await client.head("/", headers=A_PAGE)

    assert probe.status_code == 200
    assert not doorstep.entries


async def test_the_address_does_not_give_the_cookie_away(client: AsyncClient, doorstep: Doorstep) -> None:
    await client.get("/", headers=A_PAGE)

    address = only_address(doorstep)
    assert client.cookies["komshi"] not in str(address)
    assert address.channel == "web"


async def test_over_https_the_cookie_is_bound_to_the_host(doorstep: Doorstep) -> None:
    app = FastAPI()
    app.include_router(open_channel(doorstep, {}).router)

    async with AsyncClient(transport=ASGITransport(app), base_url="https://komshi.test") as client:
        page = await client.get("/", headers=A_PAGE)

    cookie = page.headers["set-cookie"]
    assert cookie.startswith("__Host-komshi=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=34560000"} <= set(cookie.split("; "))


@pytest.mark.parametrize("cookie", ["1", "a" * 43, "a" * 42 + "=", "a" * 44])
async def test_a_cookie_that_cannot_be_of_our_making_is_not_taken(client: AsyncClient, cookie: str) -> None:
    refused = await client.get("/api/messages", headers={"Cookie": f"komshi={cookie}"})

    assert (refused.status_code, refused.json()["code"]) == (401, "no_talk")


# Without JavaScript


async def test_the_form_is_answered_on_the_next_page(client: AsyncClient) -> None:
    await client.get("/", headers=A_PAGE)

    pressed = await press(client, choice="aid")
    page = await client.get("/", headers=A_PAGE)

    assert (pressed.status_code, pressed.headers["location"]) == (303, "/#end")
    assert "You chose: Aid for a newborn child" in page.text
    assert "Check for the answer" not in page.text.partition("<script type")[0]


async def test_a_late_answer_can_be_checked_for(client: AsyncClient, doorstep: Doorstep) -> None:
    await press(client, text="silence")
    waiting = await client.get("/", headers=A_PAGE)
    doorstep.tell_everybody(Reply("Here it is.", "en"))

    checked = await press(client, check="1")
    page = await client.get("/", headers=A_PAGE)

    assert '<button name="check" value="1"' in waiting.text
    assert checked.status_code == 303
    assert "Here it is." in page.text
    assert '<button name="check" value="1"' not in page.text


async def test_the_same_press_twice_is_one_message_and_another_press_is_another(
    client: AsyncClient, doorstep: Doorstep
) -> None:
    form = str(uuid4())

    for choice in ("aid", "aid", "permit"):
        await press(client, client_msg_id=form, choice=choice)

    assert [message.choice for message in doorstep.accepted] == ["aid", "permit"]


@pytest.mark.parametrize(("text", "code"), [("   ", "empty"), ("š" * 1_001, "too_long"), ("🙂" * 10_000, "too_long")])
async def test_a_refused_form_says_why_and_loses_nothing(client: AsyncClient, text: str, code: str) -> None:
    page = await press(client, text=text)

    assert page.status_code == 422
    assert f'<p id="error" class="error">{words(DEFAULT)[code]}</p>' in page.text
    assert f"{text}</textarea>" in page.text


async def test_markup_is_shown_as_text(client: AsyncClient) -> None:
    await press(client, text="<script>alert(1)</script>")

    page = (await client.get("/", headers=A_PAGE)).text

    assert "<script>alert" not in page
    assert "You wrote: &lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_a_private_question_says_who_sees_the_answer(client: AsyncClient) -> None:
    await press(client, text="number")

    page = (await client.get("/", headers=A_PAGE)).text

    assert '<p id="private" class="private" data-word="private">Only the municipality sees this.</p>' in page
    assert 'autocomplete="off"' in page


async def test_a_private_answer_is_never_shown_in_full(client: AsyncClient, doorstep: Doorstep) -> None:
    await press(client, text="number")
    await press(client, text="silence")
    talk = doorstep.entries[only_address(doorstep)]
    talk[-1] = replace(talk[-1], text="0101900210001")

    page = (await client.get("/", headers=A_PAGE)).text

    assert '<p class="text">•••••••••0001</p>' in page


async def test_news_during_a_private_question_leaves_the_answer_private(
    client: AsyncClient, doorstep: Doorstep
) -> None:
    await press(client, text="number")
    doorstep.tell_everybody(Reply("Your application has been received.", "en", asks_private=True))

    asked = (await client.get("/", headers=A_PAGE)).text
    await press(client, text="silence")
    talk = doorstep.entries[only_address(doorstep)]
    talk[-1] = replace(talk[-1], text="0101900210001")
    waiting = (await client.get("/", headers=A_PAGE)).text

    doorstep.tell_everybody(Reply("And now it is approved.", "en", asks_private=True))
    after_more_news = (await client.get("/", headers=A_PAGE)).text

    assert 'class="composer" data-talk data-private>' in asked
    for page in (waiting, after_more_news):
        assert '<p class="text">•••••••••0001</p>' in page
        assert "0101900210001" not in page


def test_web_addresses_become_links_and_nothing_else_does() -> None:
    shown = linked("See https://example.org/a?b=1&c=2. <b>javascript:alert(1)</b>")

    assert shown == (
        'See <a href="https://example.org/a?b=1&amp;c=2" rel="noreferrer">https://example.org/a?b=1&amp;c=2</a>. '
        "&lt;b&gt;javascript:alert(1)&lt;/b&gt;"
    )


async def test_the_page_follows_the_language_of_the_talk(client: AsyncClient) -> None:
    await press(client, text="shqip")

    page = (await client.get("/", headers=A_PAGE | {"Accept-Language": "en"})).text

    assert '<html lang="sq">' in page
    assert '<div class="said" lang="sq">' in page


async def test_a_device_can_forget(client: AsyncClient) -> None:
    await client.get("/", headers=A_PAGE)

    forgotten = await client.post("/forget")
    page = await client.get(forgotten.headers["location"])

    assert "komshi" not in client.cookies
    assert "This device has forgotten the conversation" in page.text


# What travels along


@pytest.mark.parametrize("path", ["/", "/forgotten", "/api/messages", "/api/words?language=sq", "/static/0/page.css"])
async def test_every_answer_carries_the_security_headers(client: AsyncClient, path: str) -> None:
    headers = (await client.get(path, headers=A_PAGE)).headers

    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_the_page_itself_is_kept_by_no_cache(client: AsyncClient) -> None:
    assert (await client.get("/", headers=A_PAGE)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", assets.ASSETS)
async def test_assets_are_kept_for_as_long_as_they_are_the_same(client: AsyncClient, name: str) -> None:
    current = await client.get(assets.address(name))
    outdated = await client.get(f"/static/0123456789ab/{name}")

    assert current.content == assets.ASSETS[name].body
    assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert outdated.headers["cache-control"] == "no-cache"


async def test_nothing_but_the_assets_is_served(client: AsyncClient) -> None:
    assert (await client.get(f"/static/{assets.VERSION}/..%2fpage.py")).status_code == 404


def test_styles_and_script_are_small_enough_for_a_slow_telephone() -> None:
    own = [asset.packed for name, asset in assets.ASSETS.items() if name.endswith((".css", ".js"))]

    assert sum(map(len, own)) < 15_000
