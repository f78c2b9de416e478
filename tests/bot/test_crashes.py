"""The process is killed between any two steps of a day: nothing is lost, answered twice, done twice or told twice."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.postgres import Cluster

HOUSE = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["sqlite, seen once", "postgresql, seen twice"])
def days(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What was left after each killing: on a channel that shows a doubled delivery once, and on one that does not."""
    folder = tmp_path_factory.mktemp("world")
    if request.param.startswith("sqlite"):
        return killed(f"sqlite:///{tmp_path_factory.mktemp('store')}/komshi.db", str(folder), "1", "repeatable")
    server: Cluster = request.getfixturevalue("cluster")
    return killed(server.new_database(), str(folder), "1")


def killed(*arguments: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.bot.crashing", *arguments]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_process_was_killed_many_times(days: list[dict[str, Any]]) -> None:
    assert len(days) > 20


def test_every_message_is_answered_once_and_in_order(days: list[dict[str, Any]]) -> None:
    expected = {
        "anna": ["1. You said hello", "2. Saved as KOM-2026-", "3. KOM-2026-"],
        "boris": ["1. One", "1. Two", "2. Saved as KOM-2026-", "3. Withdrawing"],
    }
    for day in days:
        for who, begins in expected.items():
            answers = [text for text in day["seen"][who] if text[0].isdigit()]
            assert [text[: len(begin)] for text, begin in zip(answers, begins, strict=True)] == begins


def test_every_order_is_carried_out_once_at_the_office(days: list[dict[str, Any]]) -> None:
    for day in days:
        assert day["cases"] == ["approved", "withdrawn"]
        assert day["office"] in (["APPROVED", "WITHDRAWN"], ["APPROVED"])


def test_every_news_is_told_once(days: list[dict[str, Any]]) -> None:
    for day in days:
        news = {who: Counter(_events(seen)) for who, seen in day["seen"].items()}
        assert news["anna"] == {"received": 1, "approved": 1}
        assert news["boris"]["withdrawn"] == 1
        assert news["boris"]["received"] <= 1
        assert day["untold"] == []


def test_what_was_said_is_on_the_screens_and_in_order(days: list[dict[str, Any]]) -> None:
    for day in days:
        for who, said in day["seen"].items():
            shown = {place: text for name, place, text in day["screens"] if name == who}
            lost = day["states"].count("unknown")
            assert list(shown) == sorted(shown)
            assert len(said) - lost <= len(shown) <= len(said)
            assert set(shown.values()) <= set(said)


def test_where_it_would_show_nothing_is_sent_twice(days: list[dict[str, Any]]) -> None:
    for day in days:
        places = [(name, place) for name, place, _ in day["screens"]]
        assert len(places) - len(set(places)) <= day["repeatable"]


def test_at_most_what_was_being_sent_is_left_unknown(days: list[dict[str, Any]]) -> None:
    for day in days:
        states = Counter(day["states"])
        assert states["unknown"] <= 1
        assert states["unknown"] + states["sent"] == len(day["states"])


def _events(seen: list[str]) -> list[str]:
    return [text.partition(":")[0] for text in seen if ":" in text]
