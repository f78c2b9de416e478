"""How well sentences with known meanings are understood: per language, per variant, and as a citizen meets it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from locales import LANGUAGES
from nlu import Decision, Understanding
from nlu.corpus import OUT_OF_SCOPE, called

OFFERED = 3
LONG_ENOUGH = 4
KINDS = ("municipality", "service", "language", "reference")
EQUAL_LOSS = 0.05


class Unreadable(ValueError):
    """A line that is no case. Its text names the line and what it lacks."""


@dataclass(frozen=True)
class Case:
    """A sentence with its meaning. `language` and `variant` are empty where nobody says; `entities` None likewise."""

    text: str
    intent: str
    language: str = ""
    variant: str = ""
    entities: Mapping[str, str] | None = None


Heard = Sequence[tuple[Case, Understanding]]


def read_cases(path: Path) -> list[Case]:
    """The cases of a JSONL file, one object a line. Without a `language`, a file named like one tells it.

    OSError, or Unreadable for a line without `text` and `intent`.
    """
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    language = path.stem if path.stem in LANGUAGES else ""
    return [_case(line, f"{path.name}, line {number}", language) for number, line in lines if line.strip()]


def _case(line: str, where: str, language: str) -> Case:
    try:
        about = json.loads(line)
        text, intent = str(about["text"]), called(str(about["intent"]))
        return Case(text, intent, about.get("language", language), about.get("variant", ""), about.get("entities"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"{where}: not an object with text and intent") from error


def likeliest(meaning: Understanding) -> list[tuple[str, float]]:
    """The intents of ours in order, the likeliest first, whatever was decided."""
    own = [] if meaning.intent == OUT_OF_SCOPE else [(meaning.intent, meaning.confidence)]
    return [*own, *meaning.alternatives]


@dataclass(frozen=True)
class Wishes:
    """What became of sentences that are ours; shares of 1, `right` of those answered directly.

    `served`: answered right, or asked back with the right meaning among the OFFERED choices.
    """

    count: int
    first: float
    first_three: float
    refused: float
    asked: float
    served: float
    right: float


@dataclass(frozen=True)
class Foreign:
    """What became of sentences that are not ours. `caught`: refused, if EQUAL_LOSS of ours were refused as well."""

    count: int
    refused: float
    answered: float
    caught: float


def wishes(heard: Heard) -> Wishes:
    ours = [(case, meaning) for case, meaning in heard if case.intent != OUT_OF_SCOPE]
    answered = [(case, meaning) for case, meaning in ours if meaning.decision is Decision.ANSWER]
    return Wishes(
        count=len(ours),
        first=_share(case.intent in _offered(meaning, 1) for case, meaning in ours),
        first_three=_share(case.intent in _offered(meaning, OFFERED) for case, meaning in ours),
        refused=_share(meaning.decision is Decision.REFUSE for _, meaning in ours),
        asked=_share(meaning.decision is Decision.ASK for _, meaning in ours),
        served=_share(_is_served(case, meaning) for case, meaning in ours),
        right=_share(meaning.intent == case.intent for case, meaning in answered),
    )


def _offered(meaning: Understanding, count: int) -> list[str]:
    return [intent for intent, _ in likeliest(meaning)[:count]]


def _is_served(case: Case, meaning: Understanding) -> bool:
    if meaning.decision is Decision.ASK:
        return case.intent in _offered(meaning, OFFERED)
    return meaning.decision is Decision.ANSWER and meaning.intent == case.intent


def foreign(heard: Heard) -> Foreign:
    ours = sorted(meaning.foreign for case, meaning in heard if case.intent != OUT_OF_SCOPE)
    others = [meaning for case, meaning in heard if case.intent == OUT_OF_SCOPE]
    limit = ours[int(len(ours) * (1 - EQUAL_LOSS))] if ours else 0.0
    return Foreign(
        count=len(others),
        refused=_share(meaning.decision is Decision.REFUSE for meaning in others),
        answered=_share(meaning.decision is Decision.ANSWER for meaning in others),
        caught=_share(meaning.foreign > limit for meaning in others),
    )


def entity_f1(heard: Heard, kind: str) -> float | None:
    """The harmonic mean of precision and recall for one kind of entity; None where no case names one."""
    pairs = [
        (case.entities.get(kind), meaning.entities.get(kind)) for case, meaning in heard if case.entities is not None
    ]
    named, found = sum(wanted is not None for wanted, _ in pairs), sum(got is not None for _, got in pairs)
    hits = sum(wanted is not None and wanted == got for wanted, got in pairs)
    return 2 * hits / (named + found) if named else None


def language_accuracy(heard: Heard) -> float | None:
    """How often the language of sentences of LONG_ENOUGH words or more is told; None where there are none."""
    long = [(case, meaning) for case, meaning in heard if case.language and len(case.text.split()) >= LONG_ENOUGH]
    return _share(_base(meaning.language) == _base(case.language) for case, meaning in long) if long else None


def _base(tag: str | None) -> str | None:
    """A language without its script: sentences in Cyrillic are no other language."""
    return tag.split("-")[0] if tag else None


def confusions(heard: Heard) -> list[tuple[str, str, int]]:
    """What was meant, what was understood instead, and how often: the most frequent first."""
    wrong = Counter((case.intent, meaning.intent) for case, meaning in heard if case.intent != meaning.intent)
    return [(meant, understood, count) for (meant, understood), count in wrong.most_common()]


def groups(heard: Heard, key: Callable[[Case], str]) -> Iterator[tuple[str, Heard]]:
    """The cases by a key, in the order in which the keys first come; those with an empty key are in no group."""
    for name in dict.fromkeys(key(case) for case, _ in heard):
        if name:
            yield name, [(case, meaning) for case, meaning in heard if key(case) == name]


def figures(heard: Heard) -> dict[str, Any]:
    """All figures of one group as plain numbers."""
    kinds = {kind: entity_f1(heard, kind) for kind in KINDS}
    return {
        "wishes": vars(wishes(heard)),
        "foreign": vars(foreign(heard)),
        "entities": {kind: f1 for kind, f1 in kinds.items() if f1 is not None},
        "language": language_accuracy(heard),
    }


def _share(truths: Iterable[bool]) -> float:
    """The share of truths; NaN of none."""
    counted = list(truths)
    return sum(counted) / len(counted) if counted else float("nan")
