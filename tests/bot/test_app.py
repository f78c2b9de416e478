"""One whole process: a message is answered by its loops, its health can be asked, and it stops when told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient

from bot.app import App, build, found_channels, now
from bot.messages import Address, Entry, Message
from bot.retention import Retention
from bot.settings import Settings
from bot.store import Store
from dialogs.catalogue import services
from dialogs.outside import Outside
from dialogs.session import Case, Reply, Session, Turn
from dialogs.session import Message as Said
from integrations.workflow.embedded import Decision
from locales import DEFAULT
from tests.fakes.brain import BRAIN, advance, tell
from tests.fakes.channel import ListChannel
from tests.fakes.key import KEY

ANNA = Address("list", "anna")
PATIENCE = 20


@pytest.fixture
def built(database: str, store: Store) -> App:
    """Over the same database as the store, which has emptied it."""
    settings = Settings.model_validate({"database": database, "secret_key": KEY})
    brain = replace(BRAIN, advance=_advance_in_words, tell=_tell_in_words)
    app = build(settings, brain, {name: service.process for name, service in services().items()}, {})
    app.mount(ListChannel("list", repeatable=True))
    return app


def _advance_in_words(session: Session, message: Said, outside: Outside) -> Turn:
    """In a language that the page knows. What is said after `number` is private, until something else is asked."""
    turn = advance(session, message, outside)
    session = replace(turn.session, language=DEFAULT, asks_private=message.text == "number")
    replies = [replace(reply, language=DEFAULT, asks_private=session.asks_private) for reply in turn.replies]
    return replace(turn, session=session, replies=tuple(replies))


def _tell_in_words(session: Session, case: Case, event: str) -> Reply:
    return replace(tell(session, case, event), asks_private=session.asks_private)


@asynccontextmanager
async def browsing(app: App) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(app.http)
    async with AsyncClient(transport=transport, base_url="http://test", headers={"Accept": "text/html"}) as client:
        yield client


@pytest.fixture
async def app(built: App) -> AsyncIterator[App]:
    async with built:
        yield built


async def say(app: App, text: str) -> int:
    return (await app.accept(Message(uuid4().hex, ANNA, text, datetime.now(UTC)))).sequence


async def until(app: App, words: str) -> Entry:
    """The first line that begins with these words; they must come while there is patience."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for entry in await app.history(ANNA, 0):
                if words in entry.text:
                    return entry
            await app.change(ANNA, timedelta(seconds=1))


async def test_a_message_is_answered(app: App) -> None:
    await say(app, "hello")

    assert not (await until(app, "You said hello")).heard


async def test_an_application_goes_all_the_way_to_its_decision(app: App) -> None:
    await say(app, "apply")
    await until(app, "received")
    (task, *_) = await app.office.open_tasks()

    await app.office.decide(task.key, Decision.APPROVE, "")

    await until(app, "approved")


async def test_whoever_waits_for_a_change_is_woken_by_a_message(app: App) -> None:
    waiting = asyncio.create_task(app.change(ANNA, timedelta(minutes=5)))
    await asyncio.sleep(0)

    await say(app, "hello")

    async with asyncio.timeout(PATIENCE):
        await waiting


async def test_whoever_comes_back_after_a_long_silence_is_greeted_again(app: App) -> None:
    async with browsing(app) as client:
        first = await client.get("/")
        in_forty_days = now() + timedelta(days=40)
        await Retention(app.store, timedelta(days=30), timedelta(days=30), lambda: in_forty_days).sweep()

        pages = [await client.get("/") for _ in range(2)]

    assert "1. You said" in first.text
    assert [page.text.count("1. You said") for page in pages] == [1, 1]


async def test_news_during_a_private_question_leaves_the_answer_private(app: App) -> None:
    async with browsing(app) as client:
        await client.post("/", data={"text": "apply"})
        await client.post("/", data={"text": "number"})
        async with asyncio.timeout(PATIENCE):
            while "data-talk data-private>" not in (await client.get("/")).text:
                await asyncio.sleep(0)
            while not (tasks := await app.office.open_tasks()):
                await asyncio.sleep(0)
        await app.office.decide(tasks[0].key, Decision.APPROVE, "")
        async with asyncio.timeout(PATIENCE):
            while "approved: approved" not in (page := await client.get("/")).text:
                await asyncio.sleep(0)

        await client.post("/", data={"text": "0101900210001"})
        answered = await client.get("/")

    assert 'class="composer" data-talk data-private>' in page.text
    assert 'class="composer" data-talk>' in answered.text
    assert f'<p class="text">{"•" * 13}</p>' in answered.text
    assert '<p class="text">0101900210001</p>' not in answered.text


async def test_health_can_be_asked(app: App) -> None:
    async with AsyncClient(transport=ASGITransport(app.http), base_url="http://test") as client:
        answer = await client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_health_says_so_when_the_database_is_away() -> None:
    settings = Settings.model_validate({"database": "postgresql://127.0.0.1:1/komshi", "secret_key": KEY})
    app = build(settings, BRAIN, {}, {})

    async with AsyncClient(transport=ASGITransport(app.http), base_url="http://test") as client:
        answer = await client.get("/healthz")

    assert answer.status_code == 503


async def test_a_process_that_has_stopped_leaves_nothing_running(built: App) -> None:
    before = asyncio.all_tasks()

    async with built:
        assert len(asyncio.all_tasks()) > len(before)

    assert asyncio.all_tasks() == before


def test_every_channel_in_the_folder_is_found(built: App) -> None:
    names = {channel.name for channel in found_channels(built, {})}

    assert names <= {path.stem for path in (Path(__file__).parents[2] / "bot" / "channels").glob("*.py")}
    assert "web" in names
