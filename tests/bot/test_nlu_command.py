"""`komshi nlu` as it is typed: sentences in, meanings and figures out."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nlu.embedded import Embedded
from tests.conftest import CACHE, HOUSE

Komshi = Callable[..., "subprocess.CompletedProcess[str]"]

OTHERS = 'version: "3.1"\nnlu:\n' + "".join(
    f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
    for intent, texts in {
        "yes": ["yes", "yes please", "sure thing", "right", "of course", "that is so", "indeed", "certainly"],
        "no": ["no", "no thanks", "not at all", "by no means", "never", "I do not", "wrong", "not today"],
        "oos": ["how deep is the sea", "who won the match", "play a song", "is it raining", "fry an egg", "my dog"],
    }.items()
)


@pytest.fixture
def komshi(engine: Embedded) -> Komshi:
    """The command, with a model that is trained already."""

    def run(*arguments: str | Path, typed: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "bot.cli", "nlu", *map(str, arguments)]
        environment = {"PATH": os.environ["PATH"], "KOMSHI_CACHE": str(CACHE), **settings}
        return subprocess.run(command, input=typed, capture_output=True, text=True, cwd=HOUSE, env=environment)

    return run


def test_lines_of_text_become_lines_of_json(komshi: Komshi) -> None:
    done = komshi("parse", typed="Kad radi opština u Baru?\nСа ким причам\n\nsi ta rinovoj pasaportën\n")

    first, second, empty, foreign = map(json.loads, done.stdout.splitlines())
    assert list(first) == ["text", "language", "intent", "confidence", "decision", "entities", "alternatives"]
    assert (first["text"], first["language"], first["intent"]) == ("Kad radi opština u Baru?", "cnr", "ask_office")
    assert (first["decision"], first["entities"]) == ("answer", {"municipality": "bar"})
    assert first["alternatives"][0] == ["ask_office", first["confidence"]]
    assert (second["language"], second["intent"]) == ("cnr-Cyrl", "bot_identity")
    assert (empty["intent"], empty["decision"], empty["language"]) == ("out_of_scope", "refuse", None)
    assert (foreign["intent"], foreign["decision"]) == ("out_of_scope", "refuse")
    assert all(len(found["alternatives"]) >= 3 for found in (first, second, empty, foreign))
    assert all("out_of_scope" not in dict(found["alternatives"]) for found in (first, second, empty, foreign))


def test_lines_of_json_may_say_the_language_that_the_text_does_not(komshi: Komshi) -> None:
    lines = [{"text": "po", "language": "sq"}, {"text": "jednostavnije molim vas", "language": "en"}, {"text": "OK"}]

    done = komshi("parse", "--jsonl", typed="\n".join(map(json.dumps, lines)))

    assert done.returncode == 0
    assert [json.loads(line)["language"] for line in done.stdout.splitlines()] == ["sq", "cnr", None]


def test_a_line_that_is_no_request_is_named_and_the_others_are_answered(komshi: Komshi) -> None:
    done = komshi("parse", "--jsonl", typed='{"text": "hello"}\nhello\n{"sentence": "hello"}\n{"text": "bye"}\n')

    assert [json.loads(line)["intent"] for line in done.stdout.splitlines()] == ["greet", "goodbye"]
    assert "line 2" in done.stderr
    assert "line 3" in done.stderr
    assert done.returncode == 1


def test_a_score_shows_languages_and_variants_and_a_picture(komshi: Komshi, tmp_path: Path) -> None:
    cases = tmp_path / "sq.jsonl"
    cases.write_text('{"text": "faleminderit shumë", "intent": "thank", "entities": {}, "variant": "plain"}\n')
    picture = tmp_path / "confusions.png"

    done = komshi("score", cases, "--plot", picture)

    assert "sq plain" in done.stdout
    assert "100.0%" in done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_other_peoples_sentences_can_be_learnt_and_scored(komshi: Komshi, tmp_path: Path) -> None:
    data, cases = tmp_path / "others.yml", tmp_path / "cases.jsonl"
    data.write_text(OTHERS)
    cases.write_text('{"text": "yes", "intent": "yes"}\n{"text": "fry an egg", "intent": "oos"}\n')

    done = komshi("score", cases, "--data", data, "--json", KOMSHI_CACHE=str(tmp_path))

    found = json.loads(done.stdout)["all"]
    assert (found["wishes"]["first"], found["foreign"]["refused"]) == (1.0, 1.0)


def test_training_says_how_much_it_learnt(komshi: Komshi, tmp_path: Path) -> None:
    data = tmp_path / "others.yml"
    data.write_text(OTHERS)

    done = komshi("train", "--data", data, KOMSHI_CACHE=str(tmp_path))

    assert done.stdout.startswith("22 sentences learnt in ")


def test_a_file_that_holds_no_cases_is_a_sentence_and_not_a_traceback(komshi: Komshi, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("nonsense\n")

    done = komshi("score", cases)

    assert (done.returncode, done.stderr.strip()) == (1, "cases.jsonl, line 1: not an object with text and intent")
