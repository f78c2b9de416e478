"""`komshi chat --script`: anyone's lines become a story, and the story is a test."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.assistant import Brain
from bot.chat import from_script
from bot.stage import play
from bot.stories import Person, Unreadable, read
from locales import LANGUAGES
from tests.fakes.server import HOUSE

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tier", ["ordinary", "simple"])
async def test_a_script_becomes_a_story_that_plays_itself(brain: Brain, language: str, tier: str) -> None:
    person = Person("citizen", "terminal", language, tier)

    story = await from_script(["", "0", "1", "<script>", "x" * 10_000, ""], person, brain, NOW)

    assert story.startswith("A talk from a script.\ncitizen: terminal, " + language)
    assert await play(story, brain) == story


@pytest.mark.parametrize(
    "text",
    ["", "A claim\n", "A claim\nana: web, en\n\n", "A claim\nclock: 2026-11-24 09:00\n\nana> hello\n"],
)
def test_a_head_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize("line", ["boris> hello", "ana> [Nothing]", "@ the moon is full", "! approve"])
async def test_a_line_that_cannot_be_played_is_named(brain: Brain, line: str) -> None:
    with pytest.raises(Unreadable):
        await play(f"A claim\nana: web, en\nclock: 2026-11-24 09:00\n\n{line}\n", brain)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [(("--language", "en"), 0, "Hello. I am komshi"), (("--language", "xx"), 2, "xx is not one of")],
)
async def test_the_command_prints_the_story_or_says_why_not(
    tmp_path: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    script = tmp_path / "talk.txt"
    script.write_text("hello\n", encoding="utf-8")
    command = (sys.executable, "-m", "bot.cli", "chat", "--script", str(script), *options)

    ran = await asyncio.create_subprocess_exec(
        *command,
        cwd=HOUSE,
        env={**os.environ, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await ran.communicate()

    assert ran.returncode == code
    assert words in printed.decode()
