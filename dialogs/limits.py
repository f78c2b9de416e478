"""Time limits of a form: whether a day is still in time, until when, and where that is written."""

from collections.abc import Mapping
from datetime import date

from dialogs import sources
from dialogs.eligibility import Finding, find
from dialogs.service import Form, Local, Question, Service
from dialogs.session import Answer
from locales.phrase import Phrase, Value


def found(local: Local, form: Form, question: Question, value: Answer, today: date) -> tuple[Finding, ...]:
    """The confirmed time limits that are counted from the answer to this question."""
    rules = local.for_form(form)
    about = (rule for rule in rules if rule.form and rule.question == question.id and rule.basis.holds(today))
    return tuple(finding for rule in about if (finding := find(rule, value, today)).last_day)


def lines(service: Service, findings: tuple[Finding, ...], **values: Value) -> tuple[Phrase, ...]:
    """Whether each rule is kept, by which day, what can still be done where it is not, and the source."""
    told = tuple(line for finding in findings for line in _told(service, finding, values))
    return (*told, *sources.lines(service, (finding.rule.basis for finding in findings)))


def _told(service: Service, finding: Finding, values: Mapping[str, Value]) -> tuple[Phrase, ...]:
    rule = finding.rule
    known = {**values, "last_day": finding.last_day} if finding.last_day else values
    if finding.holds:
        return (service.phrase(rule.met, **known),)
    change = (service.phrase(rule.change, **known),) if rule.change else ()
    return (service.phrase(rule.failed, **known), *change)
