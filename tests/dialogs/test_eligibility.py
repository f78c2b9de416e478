"""Entitlement as a citizen meets it: yes, no, or not yet known, with every reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.eligibility import Outcome, evaluate
from dialogs.service import Basis, Rule

TODAY = date(2026, 11, 24)
CONFIRMED = Basis(act="Act", source="https://example.org", checked=TODAY, status="confirmed")
UNCONFIRMED = Basis(act="Act", source="https://example.org", checked=TODAY, status="to be confirmed")
OLD = Basis(act="Act", source="https://example.org", checked=TODAY, status="confirmed", published=2017)


def rule(id: str, question: str, test: str, value: object, basis: Basis = CONFIRMED) -> Rule:
    return Rule(id, "town", question, test, value, "met", "failed", basis)


BIRTHDAY = rule("birthday", "born", "within", {"months": 12})
RESIDENCE = rule("residence", "residence", "at_least", 2)
ELSEWHERE = rule("elsewhere", "elsewhere", "is", False)
RULES = (BIRTHDAY, RESIDENCE, ELSEWHERE)
ENTITLED = {"born": "2026-05-01", "residence": 3, "elsewhere": False}


def test_every_condition_met_is_a_yes() -> None:
    assert evaluate(RULES, ENTITLED, TODAY).outcome is Outcome.YES


def test_one_condition_failed_is_a_no_and_the_others_are_still_told() -> None:
    verdict = evaluate(RULES, {**ENTITLED, "residence": 1}, TODAY)

    assert verdict.outcome is Outcome.NO
    assert [finding.holds for finding in verdict.findings] == [True, False, True]


def test_an_open_question_is_neither_a_yes_nor_a_no() -> None:
    assert evaluate(RULES, {"born": "2026-05-01"}, TODAY).outcome is Outcome.UNKNOWN


def test_a_no_stands_even_while_other_questions_are_open() -> None:
    assert evaluate(RULES, {"elsewhere": True}, TODAY).outcome is Outcome.NO


@pytest.mark.parametrize("basis", [UNCONFIRMED, OLD])
def test_a_condition_nobody_confirmed_decides_nothing(basis: Basis) -> None:
    verdict = evaluate((rule("elsewhere", "elsewhere", "is", False, basis),), {"elsewhere": True}, TODAY)

    assert verdict.outcome is Outcome.UNCONFIRMED
    assert [left.id for left in verdict.unconfirmed] == ["elsewhere"]


def test_a_condition_nobody_confirmed_that_fails_takes_away_a_yes_and_gives_no_no() -> None:
    doubtful = (*RULES, rule("deadline", "born", "within", {"days": 30}, OLD))

    assert evaluate(doubtful, ENTITLED, TODAY).outcome is Outcome.DOUBTFUL
    assert evaluate(doubtful, {**ENTITLED, "born": "2026-11-20"}, TODAY).outcome is Outcome.YES


@pytest.mark.parametrize(
    ("born", "holds"), [("2025-11-24", True), ("2025-11-23", False), ("2026-11-24", True), ("2025-12-31", True)]
)
def test_the_first_birthday_itself_is_still_in_time(born: str, holds: bool) -> None:
    [finding] = evaluate((BIRTHDAY,), {"born": born}, TODAY).findings

    assert finding.holds is holds


def test_a_broken_rule_is_an_error_and_never_a_no() -> None:
    with pytest.raises(ValueError, match="unknown test"):
        evaluate((rule("odd", "residence", "atleast", 2),), {"residence": 3}, TODAY)
    with pytest.raises(TypeError):
        evaluate((RESIDENCE,), {"residence": "three"}, TODAY)


@given(st.sampled_from([{}, {"residence": 0}, {"residence": 3}]), st.booleans())
def test_another_answer_never_turns_a_no_into_a_yes(first: dict[str, int], elsewhere: bool) -> None:
    before = evaluate(RULES, first, TODAY).outcome
    after = evaluate(RULES, {**first, "elsewhere": elsewhere}, TODAY).outcome

    assert (before, after) not in {(Outcome.NO, Outcome.YES), (Outcome.NO, Outcome.UNKNOWN)}
