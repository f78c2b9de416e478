"""Files in and out: what citizens send is fetched and judged, and what Viber fetches from us is sealed."""

from base64 import b64encode
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
import zxingcpp
from fastapi import Response
from PIL import Image

from bot.attachments import MOST
from bot.channels.viber.downloads import Downloads
from bot.channels.viber.events import Media
from bot.messages import Entry, File
from dialogs.session import Attachment, Reply
from integrations.bills.order import PaymentOrder, epc
from tests.bot.channels.viber.porch import ANA, PUBLIC, House, open_house
from tests.fakes.clock import Clock

PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 100
ORDER = PaymentOrder("Opština Tivat", "ME25510000000906801436", 12_345, "Porez na nepokretnosti", "001234")


@pytest.fixture
async def house(clock: Clock) -> AsyncIterator[House]:
    async with open_house(clock) as house:
        house.porch.entries[ANA] = (
            Entry(1, heard=True, text="pay", at=clock.now),
            Entry(2, heard=False, text="Your order.", at=clock.now, language="en", payment=ORDER),
        )
        yield house


@pytest.fixture
async def downloads(house: House) -> AsyncIterator[Downloads]:
    downloads = Downloads(house.url)
    yield downloads
    await downloads.close()


def photo(url: str, size: int | None = None) -> Media:
    return Media("photo", url, "IMG-0001.jpg", size)


async def test_a_photo_is_fetched_and_known_by_its_content(house: House, downloads: Downloads) -> None:
    house.platform.files["a"] = Response(PHOTO, media_type="text/html")

    attachment, file = await downloads.fetch(photo(f"{house.url}/files/a"))

    assert attachment == Attachment("photo")
    assert file == File("IMG-0001.jpg", "image/jpeg", PHOTO)


async def test_a_photo_that_is_none_is_not_kept(house: House, downloads: Downloads) -> None:
    house.platform.files["a"] = Response(b"MZ\x90\x00", media_type="image/jpeg")

    assert await downloads.fetch(photo(f"{house.url}/files/a")) == (Attachment("photo", "type"), None)


async def test_what_is_larger_than_it_was_said_to_be_is_not_kept(house: House, downloads: Downloads) -> None:
    house.platform.files["a"] = Response(PHOTO + b"\x00" * MOST)

    assert await downloads.fetch(photo(f"{house.url}/files/a", size=1000)) == (Attachment("photo", "size"), None)


async def test_what_is_said_to_be_too_large_is_not_even_fetched(downloads: Downloads) -> None:
    large = photo("https://dl-media.viber.example/a", size=MOST + 1)

    assert await downloads.fetch(large) == (Attachment("photo", "size"), None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://dl-media.viber.com/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://localhost/a.jpg",
        "https://10.0.0.1/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a.jpg",
        "https://[::ffff:127.0.0.1]/a.jpg",
        "file:///etc/passwd",
        "https://",
        "https://[",
        "https://a:b",
    ],
)
async def test_no_link_leads_into_our_own_network(downloads: Downloads, url: str) -> None:
    assert await downloads.fetch(photo(url)) == (Attachment("photo", "away"), None)


@pytest.mark.parametrize("to", ["http://127.0.0.1:9/a", "https://192.168.0.1/a", "a"])
async def test_no_redirect_leads_there_or_nowhere(house: House, downloads: Downloads, to: str) -> None:
    house.platform.files["a"] = Response(status_code=302, headers={"Location": to})

    assert await downloads.fetch(photo(f"{house.url}/files/a")) == (Attachment("photo", "away"), None)


async def test_a_redirect_at_the_platform_is_followed(house: House, downloads: Downloads) -> None:
    house.platform.files["a"] = Response(status_code=302, headers={"Location": "b"})
    house.platform.files["b"] = Response(PHOTO)

    attachment, _ = await downloads.fetch(photo(f"{house.url}/files/a"))

    assert attachment == Attachment("photo")


async def link(house: House, sequence: int = 2) -> str:
    """Where Viber is told that the picture of this place of Ana's talk is."""
    await house.viber.send(ANA, Reply("", "en", payment=ORDER), sequence)
    address: str = house.platform.sent()[-1]["media"]
    return address.removeprefix(PUBLIC)


async def test_a_bank_app_reads_the_order_from_the_picture(house: House) -> None:
    answer = await house.client.get(await link(house))

    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.content) < 100_000
    assert read(answer.content) == epc(ORDER)


async def test_the_link_ends_after_an_hour(house: House, clock: Clock) -> None:
    path = await link(house)

    clock.move(minutes=59)
    before = await house.client.get(path)
    clock.move(minutes=2)
    after = await house.client.get(path)

    assert (before.status_code, after.status_code) == (200, 404)


async def test_the_link_tells_nobody_whose_it_is(house: House) -> None:
    path = await link(house)

    assert ANA.id.rstrip("=") not in path
    assert b64encode(ANA.id.encode()).decode().rstrip("=") not in path


@pytest.mark.parametrize("ticket", ["x", "gAAAAA", "gAAAAABpp_" + "A" * 110, "%00", "ž"])
async def test_a_link_that_is_not_ours_leads_nowhere(house: House, ticket: str) -> None:
    answer = await house.client.get(f"/viber/files/{ticket}/payment.png")

    assert answer.status_code == 404


@pytest.mark.parametrize("sequence", [1, 3])
async def test_where_no_order_is_there_is_no_picture(house: House, sequence: int) -> None:
    answer = await house.client.get(await link(house, sequence))

    assert answer.status_code == 404


def read(picture: bytes) -> str:
    """What a bank's app reads from the picture."""
    found = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    return found[0].text
