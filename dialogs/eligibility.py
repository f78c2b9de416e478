"""Entitlement: rules as data over the answers so far. Three-valued: yes, no, not yet known; every reason is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dialogs.deadlines import last_day, months_later
from dialogs.service import Rule
from dialogs.session import Answer


class Outcome(StrEnum):
    """`unconfirmed`: nobody has confirmed a condition to us, so only the office can say.

    `doubtful`: every confirmed condition is met, and one that nobody has confirmed is not.
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Finding:
    """One rule applied. `holds` is None while its question is not answered.

    `last_day` is the day the rule sets: the last one, or for a day that has to lie ahead the first one.
    """

    rule: Rule
    holds: bool | None
    last_day: date | None = None


@dataclass(frozen=True)
class Verdict:
    """The outcome with every reason, in the order of the rules; `unconfirmed` are the rules nobody has confirmed."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    unconfirmed: tuple[Rule, ...]


def evaluate(rules: tuple[Rule, ...], answers: Mapping[str, Answer], today: date) -> Verdict:
    """One no settles it; otherwise one open question leaves it open; without a confirmed rule only the office knows."""
    confirmed = tuple(rule for rule in rules if rule.basis.holds(today))
    findings = tuple(find(rule, answers.get(rule.question), today) for rule in confirmed)
    unconfirmed = tuple(rule for rule in rules if not rule.basis.holds(today))
    outcome = _outcome(findings)
    if outcome is Outcome.YES and any(
        find(rule, answers.get(rule.question), today).holds is False for rule in unconfirmed
    ):
        outcome = Outcome.DOUBTFUL
    return Verdict(outcome, findings, unconfirmed)


def _outcome(findings: tuple[Finding, ...]) -> Outcome:
    if any(finding.holds is False for finding in findings):
        return Outcome.NO
    if any(finding.holds is None for finding in findings):
        return Outcome.UNKNOWN
    return Outcome.YES if findings else Outcome.UNCONFIRMED


def find(rule: Rule, answer: Answer | None, today: date) -> Finding:
    """The rule applied to one answer.

    Raises ValueError for a test the vocabulary does not have, and TypeError for an answer of the wrong type:
    a broken rule must not read as a no.
    """
    if answer is None:
        return Finding(rule, None)
    if rule.test == "within":
        last = _end(date.fromisoformat(str(answer)), rule.value)
        return Finding(rule, today <= last, last)
    if rule.test == "ahead":
        earliest = today + timedelta(days=rule.value["days"])
        return Finding(rule, date.fromisoformat(str(answer)) >= earliest, earliest)
    return Finding(rule, _compare(rule, answer))


def _end(start: date, period: Mapping[str, int]) -> date:
    """An age in months ends on its day; a time limit in days is counted as the law counts it."""
    return months_later(start, period["months"]) if "months" in period else last_day(start, period["days"])


def _compare(rule: Rule, answer: Answer) -> bool:
    match rule.test:
        case "is":
            return bool(answer == rule.value)
        case "is_not":
            return bool(answer != rule.value)
        case "one_of":
            return answer in rule.value
        case "none_of":
            return answer not in rule.value
        case "at_least":
            return _number(rule, answer) >= int(rule.value)
        case "at_most":
            return _number(rule, answer) <= int(rule.value)
    raise ValueError(f"{rule.id} has an unknown test: {rule.test}")


def _number(rule: Rule, answer: Answer) -> int:
    if not isinstance(answer, int) or isinstance(answer, bool):
        raise TypeError(f"{rule.id} compares a number, not {answer!r}")
    return answer
