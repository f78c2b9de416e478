"""The stories in which an application reaches an office, with an engine of its own: told word by word alike."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.assistant import Brain
from bot.stage import OpenOffice, play
from tests.engines.conftest import DEFINITIONS
from tests.fakes.operaton_office import EngineClock, OperatonOffice
from tests.integrations import openapi

LOCALES = Path(__file__).parents[1] / "locales"
# In Cyrillic everything the office writes goes to the engine and back in other letters.
LANGUAGES = ("en", "cnr-Cyrl")
REACHES_AN_OFFICE = re.compile(r"^\* workflow\.|^@ .*has applied", re.MULTILINE)

Opener = Callable[[str], OpenOffice]


def stories(*languages: str) -> list[Path]:
    """Those of these languages in which an application reaches an office."""
    found = [path for language in languages for path in sorted((LOCALES / language / "stories").glob("*.txt"))]
    return [path for path in found if REACHES_AN_OFFICE.search(path.read_text(encoding="utf-8"))]


def name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


@pytest.fixture
def opening(judge: openapi.Judge | None) -> Opener:
    """An office at an address, with an engine that keeps the story's time."""

    def at(url: str) -> OpenOffice:
        way = judge and judge.at(url)
        return lambda _, clock: OperatonOffice(url, DEFINITIONS, clock, EngineClock(url, clock, way))

    return at


@pytest.mark.parametrize("path", stories(*LANGUAGES), ids=name)
async def test_a_story_goes_over_engine_rest_as_it_is_told(
    path: Path, brain: Brain, facade: str, opening: Opener
) -> None:
    told = path.read_text(encoding="utf-8")

    assert await play(told, brain, opening(facade)) == told


@pytest.mark.parametrize("path", stories("en"), ids=name)
async def test_a_story_goes_on_a_real_operaton_as_it_is_told(
    path: Path, brain: Brain, empty_operaton: str, opening: Opener
) -> None:
    told = path.read_text(encoding="utf-8")

    assert await play(told, brain, opening(empty_operaton)) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_stories_to_be_told(language: str) -> None:
    assert stories(language)
