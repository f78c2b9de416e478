"""How well sentences that were never taught are understood. Floors lie a few points below what is reached today."""

import json
from collections.abc import Iterable
from statistics import mean

import pytest

from nlu import Understanding
from nlu.embedded import Embedded
from nlu.scoring import Case, Heard, entity_f1, foreign, groups, language_accuracy, read_cases, wishes
from tests.nlu.conftest import ROOT

NOTICES = {"subscribe", "unsubscribe", "latest_notices"}


def _read(name: str) -> list[Case]:
    return read_cases(ROOT / "tests" / "nlu" / f"{name}.jsonl")


def _heard(engine: Embedded, cases: Iterable[Case]) -> Heard:
    return [(case, engine.understand(case.text)) for case in cases]


@pytest.fixture(scope="module", params=["cnr", "sq", "en"])
def heard(request: pytest.FixtureRequest, engine: Embedded) -> Heard:
    return _heard(engine, _read(request.param))


FLOORS = {"cnr": (0.94, 0.98, 0.95), "sq": (0.94, 0.98, 0.95), "en": (0.92, 0.97, 0.94)}
VARIANT_LOSS = 0.04


@pytest.mark.parametrize("language", FLOORS)
def test_wishes_are_understood_and_served(engine: Embedded, language: str) -> None:
    found = wishes(_heard(engine, _read(language)))
    first, first_three, served = FLOORS[language]

    assert found.first >= first
    assert found.first_three >= first_three
    assert found.served >= served


def test_no_way_of_writing_is_understood_much_worse(heard: Heard) -> None:
    variants = {variant: wishes(group) for variant, group in groups(heard, lambda case: case.variant)}
    many = {variant: found.first for variant, found in variants.items() if found.count >= 50}

    assert min(many.values()) >= many["plain"] - VARIANT_LOSS


def test_hardly_any_wish_is_refused_and_direct_answers_are_right(heard: Heard) -> None:
    found = wishes(heard)

    assert found.refused <= 0.03
    assert found.right >= 0.97


def test_what_is_not_ours_is_refused(heard: Heard) -> None:
    found = foreign(heard)

    assert found.refused >= 0.88
    assert found.answered <= 0.04


@pytest.mark.parametrize(("kind", "floor"), [("municipality", 0.97), ("service", 0.95), ("reference", 1.0)])
def test_entities_are_found_and_not_invented(heard: Heard, kind: str, floor: float) -> None:
    assert (entity_f1(heard, kind) or 0) >= floor


def test_topics_are_found_where_notices_are_wished(heard: Heard) -> None:
    about_notices = [(case, meaning) for case, meaning in heard if case.intent in NOTICES]

    assert (entity_f1(about_notices, "topic") or 0) >= 0.9


def test_the_language_is_told_and_hardly_ever_mistaken(heard: Heard) -> None:
    mistaken = [
        case.text for case, meaning in heard if meaning.language and not meaning.language.startswith(case.language)
    ]

    assert len(mistaken) <= 0.005 * len(heard)
    assert (language_accuracy(heard) or 0) >= 0.99


def test_cyrillic_is_answered_in_cyrillic(engine: Embedded) -> None:
    heard = _heard(engine, [case for case in _read("cnr") if case.variant == "cyrillic"])

    assert {meaning.language for _, meaning in heard} <= {"cnr-Cyrl", None}


def test_sixty_questions_of_the_domain_are_understood(engine: Embedded) -> None:
    lines = (ROOT / "tests" / "nlu" / "questions.jsonl").read_text().splitlines()
    heard = [(question, engine.understand(question["text"])) for question in map(json.loads, lines)]

    assert mean(meaning.intent in case["intents"] for case, meaning in heard) >= 0.9
    assert [case["text"] for case, meaning in heard if meaning.language not in (case["language"], None)] == []
    assert [case["text"] for case, meaning in heard if _named(meaning) != case["entities"]] == []


def _named(meaning: Understanding) -> dict[str, str]:
    return {name: value for name, value in meaning.entities.items() if name in {"service", "municipality"}}
