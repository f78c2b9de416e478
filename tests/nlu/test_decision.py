"""From probabilities to a decision."""

import numpy as np
import pytest

from nlu import Decision
from nlu.decision import CERTAIN, Judge, signs

REFUSE_FROM, ANSWER_FROM = 0.3, 0.7


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def judged(right: float, foreign: float) -> Decision:
    """What is decided where the first sign alone carries the probability that a meaning is right or foreign."""
    judge = Judge(np.array([logit(foreign)]), np.array([logit(right)]), REFUSE_FROM, ANSWER_FROM)
    judgement = judge.judge(np.array([1.0]))
    assert (judgement.right, judgement.foreign) == pytest.approx((right, foreign))
    return judgement.decision


@pytest.mark.parametrize(
    ("right", "foreign", "decision"),
    [
        (0.9, 0.01, Decision.ANSWER),
        (0.71, 0.01, Decision.ANSWER),
        (0.69, 0.01, Decision.ASK),
        (0.1, 0.29, Decision.ASK),
        (0.1, 0.31, Decision.REFUSE),
        (0.71, 0.31, Decision.REFUSE),
        (CERTAIN + 0.01, 0.31, Decision.ANSWER),
    ],
)
def test_sure_is_answered_unsure_is_asked_and_what_is_not_ours_is_refused(
    right: float, foreign: float, decision: Decision
) -> None:
    assert judged(right, foreign) is decision


def test_certainty_does_not_excuse_a_high_limit_for_answers() -> None:
    judge = Judge(np.array([logit(0.5)]), np.array([logit(0.9)]), REFUSE_FROM, answer_from=0.95)

    assert judge.judge(np.array([1.0])).decision is Decision.REFUSE


@pytest.mark.parametrize("wishes", [[0.4], [0.4, 0.1], [0.4, 0.1, -0.2, -0.9]])
def test_signs_are_as_many_for_any_number_of_intents_and_words(wishes: list[float]) -> None:
    assert (
        signs(wishes, -1.0, words=0, strangers=0, concepts=0, entities=0).shape == signs([1, 1, 1], 0, 9, 1, 2, 1).shape
    )
