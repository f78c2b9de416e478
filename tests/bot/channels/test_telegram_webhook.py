"""The webhook over real HTTP: who is let in, and what Telegram is answered."""

from collections.abc import AsyncIterator, Mapping

import pytest
from httpx import AsyncClient, Response

from bot.channels.telegram import open_channel
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.choices import carried
from tests.bot.channels.porch import MILICA, PAYLOADS, SECRET, TOKEN, Porch, payload, webhook_of

UPDATE = (PAYLOADS / "message.json").read_bytes()
HEADER = "X-Telegram-Bot-Api-Secret-Token"
SEEN = sorted(path.stem for path in PAYLOADS.glob("*.json") if "photo" not in path.stem)


@pytest.fixture
def porch() -> Porch:
    return Porch()


@pytest.fixture
async def telegram(porch: Porch) -> AsyncIterator[Telegram]:
    """Its Bot API is away: nothing of this asks there."""
    channel = open_channel(porch, {"TELEGRAM_TOKEN": TOKEN, "KOMSHI_TELEGRAM_API": "http://127.0.0.1:9"})
    assert channel is not None
    yield channel
    await channel.close()


@pytest.fixture
async def url(telegram: Telegram) -> AsyncIterator[str]:
    async with webhook_of(telegram) as url:
        yield url


@pytest.fixture
async def caller() -> AsyncIterator[AsyncClient]:
    async with AsyncClient() as caller:
        yield caller


async def deliver(caller: AsyncClient, url: str, content: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return await caller.post(url, content=content, headers={HEADER: SECRET} if headers is None else headers)


async def test_a_message_is_stored_before_telegram_is_answered(caller: AsyncClient, url: str, porch: Porch) -> None:
    answer = await deliver(caller, url, UPDATE)

    assert (answer.status_code, answer.content) == (200, b"")
    assert [message.address for message in porch.accepted] == [MILICA]


async def test_a_repeated_delivery_is_one_message(caller: AsyncClient, url: str, porch: Porch) -> None:
    await deliver(caller, url, UPDATE)
    again = await deliver(caller, url, UPDATE)

    assert again.status_code == 200
    assert len(porch.accepted) == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: SECRET[:-1]}, {HEADER: SECRET.upper()}],
    ids=["none", "empty", "wrong", "shorter", "upper case"],
)
async def test_who_does_not_know_the_secret_is_not_heard(
    headers: Mapping[str, str], caller: AsyncClient, url: str, porch: Porch
) -> None:
    answer = await deliver(caller, url, UPDATE, headers)

    assert answer.status_code == 401
    assert porch.accepted == []


async def test_a_secret_outside_ascii_is_only_a_wrong_one(caller: AsyncClient, url: str) -> None:
    answer = await caller.post(url, content=UPDATE, headers=[(HEADER.encode(), "šifra".encode())])

    assert answer.status_code == 401


async def test_a_stranger_is_refused_before_anything_is_read(caller: AsyncClient, url: str) -> None:
    answer = await deliver(caller, url, b"x" * 2_000_000, {})

    assert answer.status_code == 401


async def test_a_call_that_is_too_large_is_refused_while_it_is_read(caller: AsyncClient, url: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    answer = await caller.post(url, content=endless(), headers={HEADER: SECRET})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"update_id": "x"}',
        b'{"message": 1}',
    ],
    ids=["empty", "open", "null", "list", "bytes", "deep list", "deep object", "no number", "no message"],
)
async def test_what_cannot_be_read_is_not_asked_for_again(
    content: bytes, caller: AsyncClient, url: str, porch: Porch
) -> None:
    answer = await deliver(caller, url, content)

    assert answer.status_code == 200
    assert porch.accepted == []


@pytest.mark.parametrize("name", SEEN)
async def test_every_update_is_answered_with_ok(name: str, caller: AsyncClient, url: str) -> None:
    answer = await deliver(caller, url, (PAYLOADS / f"{name}.json").read_bytes())

    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["press", "press_on_inaccessible", "press_of_game", "group_press"])
async def test_every_press_is_confirmed_in_the_answer(name: str, caller: AsyncClient, url: str) -> None:
    answer = await deliver(caller, url, (PAYLOADS / f"{name}.json").read_bytes())

    query = payload(name)["callback_query"]["id"]
    assert answer.json() == {"method": "answerCallbackQuery", "callback_query_id": query}


async def test_a_long_choice_is_found_in_what_was_offered(caller: AsyncClient, url: str, porch: Porch) -> None:
    long = "3f0c9a1d:bill:" + "0" * 80
    porch.offer("3f0c9a1d:no", long)
    press = (PAYLOADS / "press.json").read_text(encoding="utf-8").replace("3f0c9a1d:no", carried(long))

    await deliver(caller, url, press.encode())

    assert [message.choice for message in porch.accepted] == [long]


async def test_who_blocks_the_bot_leaves(caller: AsyncClient, url: str, porch: Porch) -> None:
    await deliver(caller, url, (PAYLOADS / "blocked.json").read_bytes())

    assert porch.gone == [MILICA]


async def test_a_file_that_cannot_be_fetched_is_told_of(caller: AsyncClient, url: str, porch: Porch) -> None:
    answer = await deliver(caller, url, (PAYLOADS / "photo.json").read_bytes())

    (message,) = porch.accepted
    assert answer.status_code == 200
    assert message.attachment is not None
    assert (message.attachment.refused, message.file) == ("away", None)
