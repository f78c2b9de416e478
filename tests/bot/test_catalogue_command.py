"""`komshi catalogue check`, as whoever keeps the data types it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from dialogs.catalogue import municipalities, services

HOUSE = Path(__file__).parents[2]


async def komshi(*arguments: str) -> tuple[int, str]:
    """The status the command ends with, and everything it prints."""
    command = (sys.executable, "-m", "bot.cli", "catalogue", "check", *arguments)
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "200"}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=HOUSE, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    words, _ = await process.communicate()
    return process.returncode or 0, words.decode()


def rows(words: str) -> list[list[str]]:
    """The cells of every line of the two tables."""
    return [[cell.strip() for cell in line.strip("│\n").split("│")] for line in words.splitlines() if "│" in line]


async def test_everything_is_listed_by_municipality_and_counted() -> None:
    code, words = await komshi("--today", "2026-11-24")

    lines = [row for row in rows(words) if len(row) == 5]
    counts = {row[0]: int(row[-1]) for row in rows(words) if len(row) == 7}
    assert code == 0
    assert counts.keys() <= {"everywhere", *municipalities()}
    assert sum(counts.values()) == len(lines)


async def test_one_municipality_and_one_service_can_be_asked_for() -> None:
    [service, *_] = services()

    _, words = await komshi("--municipality", "kotor", "--service", service, "--today", "2026-11-24")

    lines = [row for row in rows(words) if len(row) == 5]
    assert {(row[0], row[1]) for row in lines} == {("kotor", f"{service}/municipalities/kotor.toml")}
    assert "source too old (2020)" in words


async def test_a_year_from_now_everything_is_to_be_checked_again() -> None:
    _, now = await komshi("--today", "2026-11-24")
    _, later = await komshi("--today", "2027-11-24")

    assert "not checked lately (2026-11-24)" not in now
    assert "not checked lately (2026-11-24)" in later


async def test_if_it_must_be_strict_a_script_sees_that_something_is_open() -> None:
    code, _ = await komshi("--strict", "--today", "2026-11-24")

    assert code == 1


@pytest.mark.parametrize(
    ("option", "value"), [("--municipality", "atlantis"), ("--service", "moon_travel"), ("--today", "tomorrow")]
)
async def test_what_does_not_exist_is_said_not_to(option: str, value: str) -> None:
    code, words = await komshi(option, value)

    assert code == 2
    assert value in words
