"""How well sentences that were never taught are understood. Floors lie a few points below what is reached today."""

import json
from collections.abc import Iterable, Mapping
from statistics import mean
from typing import Any

import pytest

from nlu import Decision, Understanding
from nlu.embedded import Embedded
from tests.nlu.conftest import ROOT

OUT_OF_SCOPE = "out_of_scope"

Case = Mapping[str, Any]
Heard = list[tuple[Case, Understanding]]


def _read(name: str) -> list[Case]:
    lines = (ROOT / "tests" / "nlu" / f"{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def _heard(engine: Embedded, cases: Iterable[Case]) -> Heard:
    return [(case, engine.understand(case["text"])) for case in cases]


def _in_scope(heard: Heard) -> Heard:
    return [(case, meaning) for case, meaning in heard if case["intent"] != OUT_OF_SCOPE]


def _likeliest(meaning: Understanding) -> list[str]:
    return [intent for intent in (meaning.intent, *dict(meaning.alternatives)) if intent != OUT_OF_SCOPE][:3]


def _is_served(case: Case, meaning: Understanding) -> bool:
    if meaning.decision is Decision.ASK:
        return case["intent"] in _likeliest(meaning)
    return meaning.decision is Decision.ANSWER and meaning.intent == case["intent"]


@pytest.fixture(scope="module", params=["cnr", "sq", "en"])
def heard(request: pytest.FixtureRequest, engine: Embedded) -> Heard:
    return _heard(engine, _read(request.param))


FLOORS = {"cnr": (0.88, 0.92, 0.89), "sq": (0.87, 0.92, 0.87), "en": (0.78, 0.89, 0.81)}


@pytest.mark.parametrize("language", FLOORS)
def test_wishes_are_understood(engine: Embedded, language: str) -> None:
    heard = _in_scope(_heard(engine, _read(language)))
    first, first_three, served = FLOORS[language]

    assert mean(_likeliest(meaning)[0] == case["intent"] for case, meaning in heard) >= first
    assert mean(case["intent"] in _likeliest(meaning) for case, meaning in heard) >= first_three
    assert mean(_is_served(case, meaning) for case, meaning in heard) >= served


def test_hardly_any_wish_is_refused(heard: Heard) -> None:
    assert mean(meaning.decision is Decision.REFUSE for _, meaning in _in_scope(heard)) <= 0.06


def test_direct_answers_are_right(heard: Heard) -> None:
    answered = [(case, meaning) for case, meaning in _in_scope(heard) if meaning.decision is Decision.ANSWER]

    assert mean(meaning.intent == case["intent"] for case, meaning in answered) >= 0.87


def test_what_is_not_ours_is_refused(heard: Heard) -> None:
    foreign = [meaning for case, meaning in heard if case["intent"] == OUT_OF_SCOPE]

    assert mean(meaning.decision is Decision.REFUSE for meaning in foreign) >= 0.85
    assert mean(meaning.decision is Decision.ANSWER for meaning in foreign) <= 0.1


def test_services_municipalities_and_references_are_found(heard: Heard) -> None:
    named = [
        ({*case["entities"].items()} - {("language", case["entities"].get("language"))}, meaning.entities)
        for case, meaning in _in_scope(heard)
    ]

    hits = [wanted <= {*found.items()} for wanted, found in named if wanted]
    assert mean(hits) >= 0.93
    assert mean(not found.keys() & {"service", "municipality"} for wanted, found in named if not wanted) >= 0.95


@pytest.mark.parametrize("language", ["cnr", "sq", "en"])
def test_the_language_is_never_mistaken_and_seldom_missed(engine: Embedded, language: str) -> None:
    heard = _heard(engine, _read(language))
    tags = [(f"{language}-Cyrl" if case["variant"] == "cyrillic" else language, case, got) for case, got in heard]

    assert [case["text"] for tag, case, got in tags if got.language not in (tag, None)] == []
    assert mean(got.language == tag for tag, case, got in tags if len(case["text"].split()) >= 4) >= 0.98


def test_sixty_questions_of_the_domain_are_understood(engine: Embedded) -> None:
    heard = _heard(engine, _read("questions"))

    assert mean(meaning.intent in case["intents"] for case, meaning in heard) >= 0.9
    assert [case["text"] for case, meaning in heard if meaning.language not in (case["language"], None)] == []
    assert [case["text"] for case, meaning in heard if _named(meaning) != case["entities"]] == []


def _named(meaning: Understanding) -> dict[str, str]:
    return {name: value for name, value in meaning.entities.items() if name in {"service", "municipality"}}
