"""The web channel's API over HTTP, as another client than the page sees it."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import URL, AsyncClient, Response

from bot.channels.web import open_channel
from bot.messages import Address, ReceiptState
from bot.pages.limits import Limit, place
from bot.pages.words import words
from dialogs.session import Choice, Reply
from locales import LANGUAGES
from tests.bot.channels.doorstep import WELCOME, Doorstep, serving

A_PAGE = {"Accept": "text/html"}


async def write(client: AsyncClient, text: str = "", **more: Any) -> Response:
    return await client.post("/api/messages", json={"client_msg_id": str(uuid4()), "text": text, **more})


async def events(client: AsyncClient, address: str, **headers: str) -> AsyncGenerator[dict[str, str], None]:
    async with client.stream("GET", address, headers=headers, timeout=5) as stream:
        event: dict[str, str] = {}
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if line:
                event[name] = value
            elif event:
                yield event
                event = {}


# Writing


async def test_a_repeated_message_is_answered_once(client: AsyncClient, doorstep: Doorstep) -> None:
    message = {"client_msg_id": str(uuid4()), "text": "How do I apply?"}

    first = await client.post("/api/messages", json=message)
    again = await client.post("/api/messages", json=message)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {"sequence": 1}
    assert len(doorstep.accepted) == 1


async def test_a_pressed_choice_is_heard_as_its_label(client: AsyncClient) -> None:
    await client.get("/", headers=A_PAGE)

    await write(client, choice="permit")

    entries = (await client.get("/api/messages?after=2")).json()["entries"]
    assert [entry["text"] for entry in entries] == ["A building permit", "You chose: A building permit"]


async def test_text_is_kept_composed_and_without_control_characters(client: AsyncClient, doorstep: Doorstep) -> None:
    await write(client, " Cetinje, c\u030cetvrtak\x00\r\nu podne\x1b[31m ")

    assert doorstep.accepted[0].text == "Cetinje, četvrtak\nu podne[31m"


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        ({"text": " \n "}, 422, "empty"),
        ({"text": "a" * 1_001}, 422, "too_long"),
        ({"text": "a" * 300_000}, 413, "too_large"),
        ({"text": 5}, 422, "unreadable"),
        ({"client_msg_id": "first", "text": "Good day"}, 422, "unreadable"),
    ],
)
async def test_what_cannot_be_taken_is_refused_in_words(
    client: AsyncClient, doorstep: Doorstep, message: dict[str, Any], status: int, code: str
) -> None:
    refused = await client.post("/api/messages", json={"client_msg_id": str(uuid4()), **message})

    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == code
    assert not doorstep.accepted


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refusal_speaks_the_readers_language(client: AsyncClient, language: str) -> None:
    refused = await client.post(
        "/api/messages", json={"client_msg_id": str(uuid4())}, headers={"Accept-Language": language}
    )

    assert refused.json()["detail"] == words(language)["empty"]


async def test_a_message_that_is_no_json_is_refused(client: AsyncClient) -> None:
    as_form = await client.post("/api/messages", data={"text": "Good day"})
    broken = await client.post("/api/messages", content="{", headers={"Content-Type": "application/json"})
    garbled = await client.post("/api/messages", content=b"\xff", headers={"Content-Type": "application/json"})

    assert (as_form.status_code, as_form.json()["code"]) == (415, "not_json")
    assert (broken.status_code, broken.json()["code"]) == (400, "unreadable")
    assert (garbled.status_code, garbled.json()["code"]) == (400, "unreadable")


async def test_a_body_of_unknown_length_is_refused(client: AsyncClient) -> None:
    async def drip() -> AsyncIterator[bytes]:
        yield b"{}"

    refused = await client.post("/api/messages", content=drip(), headers={"Content-Type": "application/json"})

    assert refused.status_code == 413


@pytest.mark.parametrize("origin", ["https://elsewhere.test", "null", "http://[bad"])
@pytest.mark.parametrize("path", ["/", "/api/messages", "/forget"])
async def test_another_websites_page_cannot_speak_for_a_citizen(
    client: AsyncClient, doorstep: Doorstep, path: str, origin: str
) -> None:
    refused = await client.post(path, json={}, headers={"Origin": origin})

    assert (refused.status_code, refused.json()["code"]) == (403, "foreign")
    assert not doorstep.accepted


async def test_our_own_page_may_speak(client: AsyncClient, url: str) -> None:
    taken = await client.post(
        "/api/messages", json={"client_msg_id": str(uuid4()), "text": "Good day"}, headers={"Origin": url}
    )

    assert taken.status_code == 201


async def test_a_flood_is_slowed_down_and_told_how_long_to_wait(client: AsyncClient) -> None:
    await write(client, "first")
    answers = [await write(client, str(number)) for number in range(30)]

    refused = answers[-1]
    assert (refused.status_code, refused.json()["code"]) == (429, "too_fast")
    assert int(refused.headers["retry-after"]) >= 1


def test_a_bucket_fills_up_again() -> None:
    now = 0.0
    limit = Limit(burst=2, every=timedelta(seconds=10), clock=lambda: now)

    taken = [limit.wait("anna") for _ in range(3)]
    now = 10.0

    assert taken == [timedelta(), timedelta(), timedelta(seconds=10)]
    assert limit.wait("anna") == timedelta()
    assert limit.wait("boris") == timedelta()


@pytest.mark.parametrize("host", ["2001:db8:0:7::1", "2001:db8:0:7:ffff::2"])
def test_whoever_has_a_whole_ipv6_network_is_one_place(host: str) -> None:
    assert place(host) == "2001:db8:0:7::/64"


@pytest.mark.parametrize(
    ("host", "counted"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::/64"), ("", "")],
)
def test_other_addresses_are_places_of_their_own(host: str, counted: str) -> None:
    assert place(host) == counted


def test_only_so_many_buckets_are_remembered() -> None:
    limit = Limit(burst=1, every=timedelta(hours=1), most=2, clock=lambda: 0.0)

    for key in ("anna", "boris", "clara"):
        limit.wait(key)

    assert limit.wait("clara") > timedelta()
    assert limit.wait("anna") == timedelta()


# Listening


async def test_an_open_page_hears_what_is_said(client: AsyncClient, doorstep: Doorstep) -> None:
    await write(client, "Good day")
    heard = events(client, "/api/events")

    first, second = await anext(heard), await anext(heard)
    doorstep.tell_everybody(Reply("Odobreno je.", "cnr"))
    third = await anext(heard)
    await heard.aclose()

    assert [event["id"] for event in (first, second, third)] == ["1", "2", "3"]
    assert {event["event"] for event in (first, second, third)} == {"message"}
    assert json.loads(third["data"])["html_tag"] == "sr-Latn-ME"


async def test_a_reader_who_comes_back_misses_nothing(client: AsyncClient) -> None:
    await write(client, "one")
    await write(client, "two")

    by_header = await anext(events(client, "/api/events?after=1", **{"Last-Event-ID": "3"}))
    by_query = await anext(events(client, "/api/events?after=3"))

    assert by_header["id"] == by_query["id"] == "4"


@pytest.mark.parametrize("last_event_id", ["57", "none of ours", "9" * 30])
async def test_a_reader_of_another_talk_is_told_to_read_again(client: AsyncClient, last_event_id: str) -> None:
    await write(client, "one")

    heard = [event async for event in events(client, "/api/events", **{"Last-Event-ID": last_event_id})]

    assert [event["event"] for event in heard] == ["reset"]


async def test_a_reader_who_was_away_too_long_is_told_to_read_again(client: AsyncClient, doorstep: Doorstep) -> None:
    await write(client, "one")
    doorstep.tell_everybody(*[Reply("News.", "en")] * 250)

    heard = await anext(events(client, "/api/events?after=1"))

    assert heard["event"] == "reset"


async def test_a_stopping_server_does_not_wait_for_its_readers(doorstep: Doorstep) -> None:
    async with AsyncClient() as client:
        async with serving(doorstep) as url:
            client.base_url = URL(url)
            await write(client, "one")
            heard = events(client, "/api/events?after=1")
            await anext(heard)
            reading = asyncio.create_task(anext(heard, None))

        assert await reading is None


async def test_the_stream_is_not_held_back_by_proxies(client: AsyncClient) -> None:
    await write(client, "one")

    async with client.stream("GET", "/api/events") as stream:
        assert stream.headers["x-accel-buffering"] == "no"
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-cache"


async def test_a_screen_reader_hears_the_choices_by_number(client: AsyncClient) -> None:
    await client.get("/", headers=A_PAGE)

    (entry,) = (await client.get("/api/messages")).json()["entries"]

    assert entry["spoken"] == (
        "Assistant: Good day. I am the assistant of the municipality. What do you need? "
        "3 choices. 1, Aid for a newborn child. 2, A building permit. 3, Something else."
    )


async def test_a_choice_that_is_a_question_is_heard_as_one(client: AsyncClient, doorstep: Doorstep) -> None:
    await write(client, "Good day")
    doorstep.tell_everybody(Reply("Choose.", "en", (Choice("status", "Where is my application?"),)))

    (entry,) = (await client.get("/api/messages?after=2")).json()["entries"]

    assert entry["spoken"] == "Assistant: Choose. 1 choice. 1, Where is my application?"


async def test_a_reply_counts_as_sent_once_it_is_stored(doorstep: Doorstep) -> None:
    receipt = await open_channel(doorstep, {}).send(Address("web", "anna"), WELCOME, 1)

    assert receipt.state == ReceiptState.SENT


async def test_another_client_can_end_its_session(client: AsyncClient) -> None:
    await write(client, "Good day")

    ended = await client.delete("/api/session")

    assert ended.status_code == 204
    assert (await client.get("/api/messages")).status_code == 401


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_words_of_the_page_can_be_fetched_in_every_language(client: AsyncClient, language: str) -> None:
    fetched = (await client.get("/api/words", params={"language": language})).json()

    assert fetched["language"] == language
    assert fetched["words"] == words(language)
