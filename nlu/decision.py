"""Whether a meaning is to be acted on, asked back or refused: judged by signs, weighed on sentences never taught."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from nlu import Decision

Floats = NDArray[np.float32]

FAR_BELOW = -2.0
"""The score of an intent that a model does not know."""
CERTAIN = 0.8
"""A meaning that is as likely as this is not refused, however foreign the sentence sounds."""


def signs(wishes: Sequence[float], foreign: float, words: int, strangers: int, concepts: int, entities: int) -> Floats:
    """What a judgement rests on, the constant 1 first.

    `wishes` are the scores of what we do, best first, `foreign` that of everything else. `strangers` of the `words`
    exist but are in no sentence of ours; the others count the concepts and the entities that were found.
    """
    first, second, third = (*wishes[:3], FAR_BELOW, FAR_BELOW, FAR_BELOW)[:3]
    length = max(words, 1)
    return np.array(
        [
            1.0,
            first,
            first - second,
            first - third,
            foreign,
            first - foreign,
            first * foreign,
            log(length),
            strangers / length,
            log(1 + strangers),
            log(1 + concepts),
            concepts / length,
            entities,
        ],
        np.float32,
    )


@dataclass(frozen=True)
class Judgement:
    """What to do, and how likely it is that the likeliest intent is `right`, and that the sentence is `foreign`."""

    decision: Decision
    right: float
    foreign: float


@dataclass(frozen=True)
class Judge:
    """Weights of the signs for "this is not ours" and "the likeliest intent is right", and where each begins to count.

    Both come out as probabilities: of a hundred sentences judged 0.9, some ninety are so.
    """

    foreign: Floats
    right: Floats
    refuse_from: float
    answer_from: float

    def judge(self, signs: Floats) -> Judgement:
        foreign, right = _probability(self.foreign, signs), _probability(self.right, signs)
        if foreign >= self.refuse_from and right < max(self.answer_from, CERTAIN):
            return Judgement(Decision.REFUSE, right, foreign)
        return Judgement(Decision.ANSWER if right >= self.answer_from else Decision.ASK, right, foreign)


def _probability(weights: Floats, signs: Floats) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, float(weights @ signs)))))
