"""The command as a clerk types it, beside a server that runs."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App, build
from bot.messages import Address, Message
from bot.settings import Settings
from bot.store import Store
from dialogs.catalogue import services
from tests.fakes.brain import BRAIN
from tests.fakes.channel import ListChannel
from tests.fakes.key import KEY

HOUSE = Path(__file__).parents[2]
ANNA = Address("list", "anna")
PATIENCE = 60


class Terminal:
    """`code` and `words` are what the last command ended with."""

    def __init__(self, **settings: str) -> None:
        self._environment = {"PATH": os.environ["PATH"], "COLUMNS": "200", **settings}
        self.code = 0
        self.words = ""

    async def komshi(self, *arguments: str) -> None:
        command = (sys.executable, "-m", "bot.cli", *arguments)
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
        process = await asyncio.create_subprocess_exec(*command, cwd=HOUSE, env=self._environment, **pipes)
        words, _ = await process.communicate()
        self.code, self.words = process.returncode or 0, words.decode()


@pytest.fixture
def terminal(database: str) -> Terminal:
    return Terminal(KOMSHI_DATABASE=database, KOMSHI_SECRET_KEY=KEY)


@pytest.fixture
async def app(database: str, store: Store) -> AsyncIterator[App]:
    """Over the same database as the store, which has emptied it."""
    settings = Settings.model_validate({"database": database, "secret_key": KEY})
    app = build(settings, BRAIN, {name: service.process for name, service in services().items()}, {})
    app.mount(ListChannel("list", repeatable=True))
    async with app:
        yield app


async def until(app: App, words: str) -> str:
    async with asyncio.timeout(PATIENCE):
        while True:
            for entry in await app.history(ANNA, 0):
                if words in entry.text:
                    return entry.text
            await app.change(ANNA, timedelta(seconds=1))


async def test_a_clerk_lists_shows_and_decides_while_the_server_runs(app: App, terminal: Terminal) -> None:
    await app.accept(Message("one", ANNA, "apply", datetime.now(UTC)))
    reference = (await until(app, "Saved as")).split()[-1]
    await until(app, "received")

    await terminal.komshi("case", "list", "--status", "received")
    assert reference in terminal.words
    await terminal.komshi("case", "show", reference.lower())
    assert "0101900210001" in terminal.words
    await terminal.komshi("case", "decide", reference, "approve")
    assert terminal.code == 0

    await until(app, "approved")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_refusal_is_a_sentence_and_a_status(terminal: Terminal) -> None:
    await terminal.komshi("case", "decide", "KOM-2026-AAAAAA", "refuse", "--reason", "Why not.")

    assert terminal.code == 1
    assert terminal.words.strip() == "There is no application 'KOM-2026-AAAAAA'. A number looks like KOM-2026-7F3K9A."


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("KOMSHI_PORT", "door", "KOMSHI_PORT: "),
        ("KOMSHI_NLU", "rasa", "KOMSHI_NLU: Write embedded, or rasa:http://HOST:PORT."),
        ("KOMSHI_SECRET_KEY", "password", "The secret key is not one"),
        ("KOMSHI_DATABASE", "postgresql://127.0.0.1:1/komshi", "The database does not answer"),
    ],
)
async def test_a_wrong_setting_is_named(setting: str, value: str, sentence: str, tmp_path: Path) -> None:
    terminal = Terminal(
        **{"KOMSHI_DATABASE": f"sqlite:///{tmp_path}/komshi.db", "KOMSHI_SECRET_KEY": KEY, setting: value}
    )

    await terminal.komshi("migrate")

    assert terminal.code == 1
    assert terminal.words.startswith(sentence)
