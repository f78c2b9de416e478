"""A fourth service, made up, from new files only: laid over a copy of the house, it is offered, understood and decided.

The files are in `fourth_service/`, each where it would stand in the house.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from dialogs.catalogue import services
from integrations.workflow.profile import BPMN, read

HOUSE = Path(__file__).parent.parent
FOURTH = Path(__file__).parent / "fourth_service"
ROOMS = ("bot", "dialogs", "integrations", "locales", "nlu")
NAME = "dog_register"
TITLE = "Dog register"
PLAYER = FOURTH / "play.py"
NEW = sorted(
    str(path.relative_to(FOURTH))
    for room in (*ROOMS, "tests")
    for path in FOURTH.glob(f"{room}/**/*")
    if path.is_file()
)
STORIES = [name for name in NEW if name.endswith(".txt")]
PATIENCE = 300


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with the new files in it. None of them may take the place of another."""
    copy = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(HOUSE / room, copy / room, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for name in NEW:
        assert not (copy / name).exists()
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(FOURTH / name, copy / name)
    return copy


def run(house: Path, *words: str) -> str:
    """What Python prints when it is started in that house. Fails with all that was said where it ends badly."""
    environment = {**os.environ, "PYTHONPATH": str(house)}
    ran = subprocess.run(
        [sys.executable, *words], cwd=house, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def played(house: Path) -> Mapping[str, str]:
    """How each story goes in the copy, which learns its new words for all of them at once (about half a minute)."""
    went: Mapping[str, str] = json.loads(run(house, str(PLAYER), *STORIES))
    return went


def test_a_service_is_added_by_new_files_only() -> None:
    assert [name for name in NEW if (HOUSE / name).exists()] == []
    assert NAME not in services()


def test_every_text_of_it_has_words_in_every_language_and_tier(house: Path) -> None:
    remarks = run(house, "-m", "locales.completeness")

    assert NAME not in remarks


@pytest.mark.parametrize("name", STORIES, ids=lambda name: "/".join((Path(name).parts[2], Path(name).stem)))
def test_its_story_goes_as_it_is_told(name: str, played: Mapping[str, str], request: pytest.FixtureRequest) -> None:
    told = (FOURTH / name).read_text(encoding="utf-8")

    went = played[name]

    if request.config.getoption("--rewrite"):
        (FOURTH / name).write_text(went, encoding="utf-8")
    else:
        assert went == told


@pytest.mark.usefixtures("played")
def test_the_menu_offers_it_after_the_others(house: Path) -> None:
    script = house / "hello.txt"
    script.write_text("hello\n", encoding="utf-8")

    printed = run(house, "-m", "bot.cli", "chat", "--script", script.name, "--language", "en")

    titles = [service.title for service in services().values()]
    assert re.findall(r"\[(.+?)\]", printed) == [*titles, TITLE, "More"]


def test_its_process_runs_in_every_engine() -> None:
    process = read(FOURTH / "dialogs" / "services" / NAME / "process.bpmn")

    assert [each.get("id") for each in process.iter(BPMN + "process")] == [NAME]


def test_the_stories_are_told_in_every_language() -> None:
    told = {Path(name).parts[2] for name in STORIES}

    assert told == {path.parent.name for path in (HOUSE / "locales").glob("*/language.toml")}
