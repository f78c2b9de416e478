"""What a process writes for its operator holds no token, no name and no word of a citizen, whatever goes wrong."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fakes.telegram import Fault, Person, Telegram, Upload, serving

HOUSE = Path(__file__).parents[2]
PATIENCE = 60
TOKEN = "1:AAsecretsecretsecretsecretsecretsec"
WORDS = "How much does Kotor pay for my child Milica?"
PAPER = Upload("izvod-milica.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")


@dataclass
class Process:
    """`komshi serve` with nothing but Telegram; `log` is all it wrote once it has stopped."""

    environment: dict[str, str]
    log: str = ""
    _process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    async def start(self) -> None:
        command = (sys.executable, "-m", "bot.cli", "serve")
        environment = {**os.environ, **self.environment}
        self._process = await asyncio.create_subprocess_exec(
            *command, cwd=HOUSE, env=environment, stdout=PIPE, stderr=PIPE
        )

    async def stop(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            _, log = await self._process.communicate()
        self.log = log.decode()


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(Telegram(TOKEN)) as telegram:
        yield telegram


@pytest.fixture
async def process(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Process]:
    process = Process(
        {
            "KOMSHI_DATABASE": f"sqlite:///{tmp_path / 'komshi.db'}",
            "KOMSHI_KEY_FILE": str(tmp_path / "secret.key"),
            "KOMSHI_PORT": "0",
            "KOMSHI_WATCH_PORT": "0",
            "TELEGRAM_TOKEN": TOKEN,
            "KOMSHI_TELEGRAM_API": telegram.url,
        }
    )
    await process.start()
    yield process
    await process.stop()


def answers(person: Person) -> list[str]:
    return [line.text for line in person.screen().messages if line.by_bot]


async def test_a_talk_in_bad_weather_leaves_nothing_personal_in_the_log(telegram: Telegram, process: Process) -> None:
    anna = telegram.person("Anastasija", language="en", username="anastasija_kotor")
    telegram.faults.plan(Fault.ERROR_HTML, methods=["sendMessage"])
    telegram.faults.plan(Fault.RESET_BEFORE, methods=["getFile", "getUpdates"])
    telegram.faults.plan(Fault.GARBLED, methods=["getUpdates"])

    anna.write(WORDS)
    await telegram.record.until(lambda: len(answers(anna)) > 0, PATIENCE)
    anna.document(PAPER)
    await telegram.record.until(lambda: len(answers(anna)) > 1, PATIENCE)
    await process.stop()

    kept = [TOKEN, "AAsecret", str(anna.id), "Anastasija", "anastasija_kotor", "Milica", "Kotor", "izvod", "komshi.db"]
    assert [word for word in kept if word in process.log] == []
    assert "error" in process.log
