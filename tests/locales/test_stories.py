"""Every story of every language, played again: what the product says today is what the story says."""

from pathlib import Path

import pytest

from bot.assistant import Brain
from bot.stage import play

HERE = Path(__file__).parent
STORIES = sorted(HERE.glob("*/stories/*.txt"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
async def test_a_story_goes_as_it_is_told(path: Path, brain: Brain, request: pytest.FixtureRequest) -> None:
    told = path.read_text(encoding="utf-8")

    played = await play(told, brain)

    if request.config.getoption("--rewrite"):
        path.write_text(played, encoding="utf-8")
    else:
        assert played == told
