"""What about a service is asked, and what has happened in somebody's life: heard beside the question, never instead."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from nlu.corpus import Corpus
from nlu.embedded import Embedded
from nlu.entities import UNSCORED
from nlu.reading import Reader
from nlu.scoring import Case, Heard, entity_f1
from tests.nlu.conftest import ROOT

SERVICES = ROOT / "dialogs" / "services"
# Asked for by a way of asking, not by a part of a service.
ESTIMATE = "estimate"


def _cases() -> list[Case]:
    lines = (ROOT / "tests" / "nlu" / "subjects.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case(intent="", **json.loads(line)) for line in lines]


def _ids(file: str, key: str) -> Iterator[str]:
    for path in SERVICES.glob(f"*/{file}"):
        yield from (entry["id"] for entry in tomllib.loads(path.read_text(encoding="utf-8")).get(key, ()))


@pytest.fixture(scope="module")
def heard(engine: Embedded) -> Heard:
    return [(case, engine.understand(case.text)) for case in _cases()]


@pytest.mark.parametrize("language", ["cnr", "sq", "en"])
@pytest.mark.parametrize("kind", ["subject", "event"])
def test_what_is_told_is_heard_in_every_language(heard: Heard, kind: str, language: str) -> None:
    theirs = [(case, meaning) for case, meaning in heard if case.language == language]

    assert (entity_f1(theirs, kind) or 0) >= 0.97


@pytest.mark.parametrize("variant", ["cyrillic", "ascii", "dialect", "typo"])
def test_it_is_heard_however_it_is_written(heard: Heard, variant: str) -> None:
    theirs = [(case, meaning) for case, meaning in heard if case.variant == variant]

    assert (entity_f1(theirs, "subject") or 0) >= 0.95
    assert (entity_f1(theirs, "event") or 0) >= 0.95


@pytest.mark.parametrize("kind", ["subject", "event"])
def test_nobody_is_told_of_what_they_did_not_say(heard: Heard, kind: str) -> None:
    invented = [case.text for case, meaning in heard if meaning.entities.get(kind) not in {None, _wanted(case, kind)}]

    assert invented == []


def _wanted(case: Case, kind: str) -> str | None:
    return (case.entities or {}).get(kind)


def test_every_subject_and_event_is_tried_in_every_language(corpus: Corpus) -> None:
    tried = {(case.language, value) for case in _cases() for value in (case.entities or {}).values()}
    known = {value for kind in UNSCORED for value in corpus.wordings[kind].synonyms}

    assert {(language, value) for language in corpus.languages for value in known} - tried == set()


def test_whatever_a_service_tells_can_be_asked_for(corpus: Corpus) -> None:
    assert set(corpus.wordings["subject"].synonyms) - {ESTIMATE} == set(_ids("service.toml", "subject"))
    assert set(corpus.wordings["event"].synonyms) == set(_ids("events.toml", "event"))


def test_scoring_sees_the_same_with_them_and_without(corpus: Corpus) -> None:
    scored = {kind: wording for kind, wording in corpus.wordings.items() if kind not in UNSCORED}
    with_them, without = Reader(corpus, ()), Reader(replace(corpus, wordings=scored), ())
    pairs = [(with_them.read(case.text), without.read(case.text)) for case in _cases()]

    assert [one.words for one, _ in pairs] == [other.words for _, other in pairs]
    assert [with_them.features(one) for one, _ in pairs] == [without.features(other) for _, other in pairs]
    assert [list(with_them.signs(one, [1.0], 0.0)) for one, _ in pairs] == [
        list(without.signs(other, [1.0], 0.0)) for _, other in pairs
    ]
