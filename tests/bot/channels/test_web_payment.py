"""A payment order on the page: a link under what was said, and a page that can be printed, copied and scanned."""

from html.parser import HTMLParser
from uuid import uuid4

import pytest
from httpx import AsyncClient

from bot.pages.payment import payment_page
from dialogs.session import Reply
from integrations.bills.order import PaymentOrder
from tests.bot.channels.doorstep import ORDER, Doorstep

A_PAGE = {"Accept": "text/html"}


class Listed(HTMLParser):
    """What stands in the list of a page, label by value."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open = ""
        self.words: dict[str, list[str]] = {"dt": [], "dd": []}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.words.get(self._open, []).append(data)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


@pytest.fixture
async def payment(client: AsyncClient) -> str:
    """The address of the page of a payment order that was said."""
    await client.post("/", data={"client_msg_id": str(uuid4()), "text": "pay"})
    entries = (await client.get("/api/messages")).json()["entries"]
    return str(entries[-1]["payment"])


async def test_the_link_stands_under_the_message(client: AsyncClient, payment: str) -> None:
    page = (await client.get("/", headers=A_PAGE)).text

    assert payment == "/payment/2"
    assert '<a href="/payment/2" data-word="payment">Print it, or scan it with your bank&#39;s app</a>' in page


async def test_a_message_without_an_order_has_none(client: AsyncClient) -> None:
    await client.post("/", data={"client_msg_id": str(uuid4()), "text": "hello"})

    entries = (await client.get("/api/messages")).json()["entries"]
    page = (await client.get("/", headers=A_PAGE)).text

    assert [entry["payment"] for entry in entries] == [None, None]
    assert "/payment/" not in page


async def test_every_line_stands_on_the_page_to_the_letter(client: AsyncClient, payment: str) -> None:
    page = (await client.get(payment)).text

    listed = Listed(page).words
    assert dict(zip(listed["dt"], listed["dd"], strict=True)) == {
        "Payee": "Opština Tivat",
        "Account": "510-9068014-36",
        "IBAN": "ME25510000000906801436",
        "Amount": "123,45 EUR",
        "Purpose": "Porez na nepokretnosti",
        "Reference": "001234",
    }
    assert ">Text to copy</label>" in page
    assert "Reference: 001234</textarea>" in page
    assert "Compare it with your bill before you pay." in page


async def test_the_code_can_be_seen_and_is_named_for_who_cannot_see_it(client: AsyncClient, payment: str) -> None:
    page = (await client.get(payment)).text

    assert '<svg role="img"' in page
    assert "<title>QR code with the same payment order</title>" in page
    assert "<script" not in page


async def test_only_its_own_visitor_sees_it(url: str, client: AsyncClient, payment: str) -> None:
    async with AsyncClient(base_url=url) as stranger:
        without_a_talk = await stranger.get(payment)
        await stranger.get("/", headers=A_PAGE)
        with_another_talk = await stranger.get(payment)

    assert (without_a_talk.status_code, without_a_talk.json()["code"]) == (401, "no_talk")
    assert (with_another_talk.status_code, with_another_talk.json()["code"]) == (404, "no_payment")


@pytest.mark.parametrize(("path", "status"), [("1", 404), ("99", 404), ("0", 422), ("first", 422)])
async def test_what_is_no_payment_order_has_no_page(client: AsyncClient, payment: str, path: str, status: int) -> None:
    assert (await client.get(f"/payment/{path}")).status_code == status


async def test_later_words_change_nothing(client: AsyncClient, payment: str, doorstep: Doorstep) -> None:
    doorstep.tell_everybody(Reply("Bill 2026-00017 is paid.", "en"))

    assert (await client.get(payment)).status_code == 200


async def test_it_is_kept_by_no_cache_and_framed_by_nobody(client: AsyncClient, payment: str) -> None:
    headers = (await client.get(payment)).headers

    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors" in headers["content-security-policy"]


def test_it_speaks_the_language_of_the_message() -> None:
    page = payment_page(ORDER, "cnr-Cyrl")

    assert '<html lang="' in page
    assert "Opština Tivat" in page
    assert "ME25510000000906801436" in page


def test_a_reference_that_no_code_can_carry_is_shown_without_a_code() -> None:
    page = payment_page(PaymentOrder("Opština Tivat", ORDER.account, 100, "Porez", "ш-12"), "en")

    assert "<svg" not in page
    assert "There is no QR code" in page
    assert "ш-12" in page


def test_markup_in_an_order_is_shown_as_text() -> None:
    page = payment_page(PaymentOrder("<script>alert(1)</script>", ORDER.account, 100, "Porez", "1"), "en")

    assert "<script>" not in page
