"""Whatever is posted to the webhooks of a running server: refused or ignored, never an error, and nothing of it kept.

After each bad call somebody writes on the same messenger, and the same process answers.
"""

import hmac
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import Connection, func, select

from bot.channels.telegram.settings import Settings
from bot.store import Store
from bot.store.tables import addresses, files, messages
from tests.fakes import telegram as bot_api
from tests.fakes.key import KEY
from tests.fakes.postgres import Cluster
from tests.fakes.server import Server
from tests.fakes.surroundings import free_port
from tests.fakes.telegram import Telegram
from tests.fakes.viber.platform import Viber
from tests.fakes.viber.service import serving as serving_viber

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "X-Telegram-Bot-Api-Secret-Token"
SIGNATURE = "X-Viber-Content-Signature"
DEEP = 10_000
LARGE = 1_100_000
"""Bytes; both channels read at most a million or so."""
STRANGER = 5_012_345_678
NUMBERS = count(9_000_000_000)
ENDLESS = "".join(sha256(bytes([number])).hexdigest() for number in range(160))
"""No database keeps an index of such names, however well it packs them."""

Headers = list[tuple[bytes, bytes]]


@dataclass
class Town:
    """A process with both messengers, as the platforms reach it. Both are fakes, and know its webhooks."""

    client: AsyncClient
    store: Store
    telegram: Telegram
    viber: Viber

    async def post_update(self, body: bytes, **headers: str) -> int:
        """The status that Telegram's server is answered with; with the right secret unless a header says otherwise."""
        shown = {SECRET: secret_of(self.telegram), "Content-Type": "application/json", **headers}
        return (await self.client.post("/telegram/webhook", content=body, headers=shown)).status_code

    async def post_event(self, body: bytes, **headers: str) -> int:
        """The status that Viber's server is answered with; signed rightly unless a header says otherwise."""
        shown = {SIGNATURE: signed(body, self.viber.token), "Content-Type": "application/json", **headers}
        return (await self.client.post("/viber/webhook", content=body, headers=shown)).status_code

    async def kept(self) -> tuple[int, ...]:
        """How many messages, files and addresses there are."""
        return await self.store.read(_counts)

    async def answers_on_telegram(self) -> bool:
        """Whether somebody new who writes there is answered."""
        person = self.telegram.person()
        person.start()
        return bool((await person.reads()).text)

    async def answers_on_viber(self) -> bool:
        person = self.viber.person(f"somebody-{next(NUMBERS)}")
        person.write("hello")
        return bool((await person.reads()).text)


def _counts(connection: Connection) -> tuple[int, ...]:
    tables = (messages, files, addresses)
    return tuple(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def secret_of(telegram: Telegram) -> str:
    return Settings.model_validate({"telegram_token": telegram.token}).secret


def signed(body: bytes, token: str) -> str:
    return hmac.new(token.encode(), body, sha256).hexdigest()


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["sqlite", "postgresql"])
async def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One for all tests on a database: whatever one of them leaves behind, the next ones meet."""
    database = f"sqlite:///{tmp_path_factory.mktemp('town') / 'komshi.db'}"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        database = cluster.new_database()
    async with bot_api.serving(Telegram(limits=None)) as telegram, serving_viber(Viber()) as viber:
        port = free_port()
        environment = {
            "KOMSHI_DATABASE_URL": database,
            "KOMSHI_SECRET_KEY": KEY,
            "KOMSHI_WATCH_PORT": "0",
            "KOMSHI_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TELEGRAM_TOKEN": telegram.token,
            "KOMSHI_TELEGRAM_API": telegram.url,
            "VIBER_TOKEN": viber.token,
            "KOMSHI_VIBER_API": viber.url,
        }
        server, store = Server(environment, port), Store.open(database, KEY)
        await server.start()
        async with AsyncClient(base_url=server.url) as client:
            await telegram.record.until(lambda: telegram.bot.webhook.settings)
            await viber.record.until(lambda: viber.account.webhook)
            yield Town(client, store, telegram, viber)
        await store.close()
        await server.stop()


def update(number: int | None = None, **message: Any) -> bytes:
    """A good update with a message of a stranger; `message` is what is different about it."""
    chat = {"id": STRANGER, "type": "private", "first_name": "Milica"}
    sender = {"id": STRANGER, "is_bot": False, "first_name": "Milica"}
    said = {"message_id": 11, "from": sender, "chat": chat, "date": 1_772_442_011, "text": "Dobar dan", **message}
    return json.dumps({"update_id": number or next(NUMBERS), "message": said}).encode()


def press(**query: Any) -> bytes:
    """A good update with the press of a button by a stranger."""
    sender = {"id": STRANGER, "is_bot": False, "first_name": "Milica"}
    pressed = {"id": "21527860938471234567", "from": sender, "chat_instance": "1", "data": "a:b", **query}
    return json.dumps({"update_id": next(NUMBERS), "callback_query": pressed}).encode()


def event(**fields: Any) -> bytes:
    """A good event with a message of a stranger; `fields` are what is different about it."""
    sender = {"id": "qV7uLmR2T0eXwYb9sKd1Zg==", "name": "Ana", "api_version": 10}
    said = {"sender": sender, "message": {"type": "text", "text": "Dobar dan"}}
    told = {"event": "message", "timestamp": 1_772_442_000_123, "message_token": next(NUMBERS), **said, **fields}
    return json.dumps(told).encode()


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    """A body whose length no header tells."""
    for _ in range(size // 1000):
        yield b" " * 1000


NO_MESSAGE = {
    "nothing": b"",
    "no JSON": b"hello",
    "half a JSON": b'{"update_id": 1, "message": {"te',
    "bytes": b"\xff\xfe\x00\x01",
    "null": b"null",
    "list": b"[]",
    "number": b"7",
    "word": b'"hello"',
    "empty object": b"{}",
    "deep list": b"[" * DEEP + b"]" * DEEP,
    "deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "endless number": b'{"update_id": ' + b"9" * 10_000 + b"}",
    "infinite number": b'{"update_id": 1e999, "message_token": 1e999, "event": "message"}',
    "the same name twice": b'{"update_id": 1, "update_id": "x", "event": 1, "event": 2}',
    "a form": b"update_id=1&event=message",
}
"""What neither platform sends, in any state."""

FORGED = {
    "deep inside": update(extra=1).replace(b'"extra": 1', b'"extra": ' + b"[" * DEEP + b"]" * DEEP),
    "half a character": update(text="?").replace(b'"?"', b'"\\ud83d"'),
    "no chat": update(chat=None),
    "chat of no kind": update(chat={"id": STRANGER, "type": "secret"}),
    "chat beyond 64 bits": update(chat={"id": 10**30, "type": "private"}),
    "date beyond all calendars": update(date=10**30),
    "date that is text": update(date="yesterday"),
    "text that is a list": update(text=["Dobar dan"]),
    "press without an id": press(id=None),
    "press of nobody": press(**{"from": None}),
    "press with an id with an end in it": press(id="2152\x007860"),
    "press with an endless id": press(id=ENDLESS),
    "number beyond 64 bits": update(number=10**30),
    "unknown kind": json.dumps({"update_id": 1, "reaction_of_a_kind": {"id": 1}}).encode(),
    "no kind": json.dumps({"update_id": 1}).encode(),
}
"""Calls with the right secret that Telegram would not make, or that are not for us."""

SIGNED = {
    "deep inside": event(extra=1).replace(b'"extra": 1', b'"extra": ' + b"[" * DEEP + b"]" * DEEP),
    "half a character": event(context="?").replace(b'"?"', b'"\\ud83d"'),
    "unknown event": event(event="reaction_added"),
    "event that is a list": event(event=["message"]),
    "no token": event(message_token=None),
    "token that is a list": event(message_token=[1]),
    "token beyond 64 bits": event(message_token=10**30),
    "token with an end in it": event(message_token="574131\x00"),
    "endless token": event(message_token=ENDLESS),
    "nobody": event(sender=None),
    "sender without an id": event(sender={"id": ""}),
    "sender with an end in the id": event(sender={"id": "qV7u\x00"}),
    "sender with an endless id": event(sender={"id": ENDLESS}),
    "no message": event(message=None),
    "message of no type": event(message={"text": "Dobar dan"}),
    "receipt of nothing": event(event="delivered", message_token=None),
    "receipt with an end in the token": event(event="seen", message_token="574131\x00"),
    "receipt with an endless token": event(event="seen", message_token=ENDLESS),
    "leaves with an end in the id": event(event="unsubscribed", user_id="qV7u\x00"),
    "leaves with an endless id": event(event="unsubscribed", user_id=ENDLESS),
}
"""Calls signed by Viber that Viber would not make, or that are not for us."""


@pytest.mark.parametrize("body", NO_MESSAGE.values(), ids=NO_MESSAGE)
async def test_what_is_no_update_is_not_sent_again_by_telegram(town: Town, body: bytes) -> None:
    before = await town.kept()

    assert await town.post_update(body) == 200
    assert await town.kept() == before
    assert await town.answers_on_telegram()


@pytest.mark.parametrize("body", NO_MESSAGE.values(), ids=NO_MESSAGE)
async def test_what_is_no_event_is_not_sent_again_by_viber(town: Town, body: bytes) -> None:
    before = await town.kept()

    assert await town.post_event(body) == 200
    assert await town.kept() == before
    assert await town.answers_on_viber()


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED)
async def test_an_update_that_telegram_would_not_make_is_ignored(town: Town, body: bytes) -> None:
    before = await town.kept()

    assert await town.post_update(body) == 200
    assert await town.kept() == before
    assert await town.answers_on_telegram()


@pytest.mark.parametrize("body", SIGNED.values(), ids=SIGNED)
async def test_an_event_that_viber_would_not_make_is_ignored(town: Town, body: bytes) -> None:
    before = await town.kept()

    assert await town.post_event(body) == 200
    assert await town.kept() == before
    assert await town.answers_on_viber()


WRONG_SECRETS: Mapping[str, Headers] = {
    "none": [],
    "empty": [(SECRET.encode(), b"")],
    "wrong": [(SECRET.encode(), b"0" * 64)],
    "not in ASCII": [(SECRET.encode(), "šifra".encode())],
    "not even UTF-8": [(SECRET.encode(), b"\xff\xfe")],
    "very long": [(SECRET.encode(), b"a" * 10_000)],
    "under another name": [(b"Authorization", b"Bearer 0")],
}


@pytest.mark.parametrize("headers", WRONG_SECRETS.values(), ids=WRONG_SECRETS)
async def test_who_does_not_know_the_secret_is_refused(town: Town, headers: Headers) -> None:
    before = await town.kept()

    answer = await town.client.post("/telegram/webhook", content=update(), headers=headers)

    assert answer.status_code == 401
    assert await town.kept() == before
    assert await town.answers_on_telegram()


WRONG_SIGNATURES: Mapping[str, Headers] = {
    "none": [],
    "empty": [(SIGNATURE.encode(), b"")],
    "wrong": [(SIGNATURE.encode(), b"0" * 64)],
    "not in ASCII": [(SIGNATURE.encode(), "žaba".encode())],
    "not even UTF-8": [(SIGNATURE.encode(), b"\xff\xfe")],
    "very long": [(SIGNATURE.encode(), b"a" * 10_000)],
    "by another token": [(SIGNATURE.encode(), signed(event(), "another token").encode())],
}


@pytest.mark.parametrize("headers", WRONG_SIGNATURES.values(), ids=WRONG_SIGNATURES)
async def test_who_cannot_sign_is_refused(town: Town, headers: Headers) -> None:
    before = await town.kept()

    answer = await town.client.post("/viber/webhook", content=event(), headers=headers)

    assert answer.status_code == 403
    assert await town.kept() == before
    assert await town.answers_on_viber()


async def test_a_signature_is_good_for_its_own_bytes_only(town: Town) -> None:
    before, body = await town.kept(), event()
    signature = signed(body, town.viber.token)

    changed = await town.post_event(body.replace(b"Dobar dan", b"Dobro vece"), **{SIGNATURE: signature})
    spaced = await town.post_event(body + b" ", **{SIGNATURE: signature})

    assert (changed, spaced) == (403, 403)
    assert await town.kept() == before


async def test_a_replayed_update_is_one_message(town: Town) -> None:
    said, body = (await town.kept())[0], update()

    statuses = await town.post_update(body), await town.post_update(body)

    assert statuses == (200, 200)
    assert (await town.kept())[0] == said + 1


async def test_a_replayed_event_is_one_message(town: Town) -> None:
    said, body = (await town.kept())[0], event()

    statuses = await town.post_event(body), await town.post_event(body)

    assert statuses == (200, 200)
    assert (await town.kept())[0] == said + 1


@pytest.mark.parametrize("path", ["/telegram/webhook", "/viber/webhook"])
async def test_what_is_too_large_is_refused_unread(town: Town, path: str) -> None:
    before, body = await town.kept(), b" " * LARGE
    shown = {SECRET: secret_of(town.telegram), SIGNATURE: signed(body, town.viber.token)}

    whole = await town.client.post(path, content=body, headers=shown)
    in_chunks = await town.client.post(path, content=in_pieces(LARGE), headers=shown)

    assert (whole.status_code, in_chunks.status_code) == (413, 413)
    assert await town.kept() == before
    assert await town.answers_on_telegram()


@pytest.mark.parametrize("path", ["/telegram/webhook", "/viber/webhook"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_a_post_is_a_call(town: Town, path: str, method: str) -> None:
    before = await town.kept()
    shown = {SECRET: secret_of(town.telegram), SIGNATURE: signed(b"", town.viber.token)}

    answer = await town.client.request(method, path, headers=shown)

    assert answer.status_code == 405
    assert await town.kept() == before


@pytest.mark.parametrize("type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "\\"])
async def test_what_kind_of_content_it_is_said_to_be_does_not_matter(town: Town, type: str) -> None:
    said = (await town.kept())[0]

    heard = await town.post_update(update(), **{"Content-Type": type})
    told = await town.post_event(event(), **{"Content-Type": type})

    assert (heard, told) == (200, 200)
    assert (await town.kept())[0] == said + 2


async def test_a_message_with_a_thousand_marked_words_is_one_message(town: Town) -> None:
    said = (await town.kept())[0]
    marks = [{"type": "bold", "offset": place, "length": 10**18} for place in range(1_000)]

    status = await town.post_update(update(text="a " * 1_000, entities=marks))

    assert status == 200
    assert (await town.kept())[0] == said + 1
    assert await town.answers_on_telegram()
