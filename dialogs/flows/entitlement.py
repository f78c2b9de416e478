"""Am I entitled? Short questions until the answer is known, then the answer with every reason."""

from dialogs import forms, offices
from dialogs.catalogue import Part, Question
from dialogs.eligibility import Finding, Outcome, Verdict, evaluate
from dialogs.readers import Read
from dialogs.session import Answer, Place, Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, always, aside, go
from locales.phrase import Name, Phrase, Value, say
from nlu import Understanding

SKIP = "skip"
MOST_OPTIONS_WITH_SKIP = 4

OUTCOMES = {
    Outcome.YES: say("By your answers, you are entitled."),
    Outcome.NO: say("By your answers, you are not entitled."),
    Outcome.UNKNOWN: say("It is not known yet."),
    Outcome.UNCONFIRMED: say("I have no confirmed conditions. The office decides."),
}


def enter(talk: Talk, meaning: Understanding) -> Move:
    if talk.municipality is None:
        return aside("town", "ask", flow="entitlement", step="question", service=talk.service.name)
    return aside("entitlement", "question", service=talk.service.name)


def _open_question(talk: Talk) -> Question | None:
    slug = talk.municipality.slug if talk.municipality else None
    wanted = forms.ruled(talk.service, slug, talk.today)
    skipped = str(talk.data.get("skipped", "")).split(",")
    questions = tuple(q for q in talk.service.form if q.id in wanted and q.id not in skipped)
    return forms.next_open(questions, talk.answers(talk.service.name))


def question(talk: Talk) -> Say:
    """The next question; where nothing is left to ask, the talk goes on to the result instead."""
    open_question = _open_question(talk)
    if open_question is None:
        return result(talk)
    said = forms.asked(open_question, talk)
    skip = ((SKIP, say("I do not know")),) if len(said.choices) <= MOST_OPTIONS_WITH_SKIP else ()
    return Say(said.lines, (*said.choices, *skip))


def hear_question(talk: Talk, heard: Heard) -> Move | None:
    open_question = _open_question(talk)
    if open_question is None:
        return None
    if heard.choice == SKIP:
        return Move(to=_skipping(talk, open_question.id))
    found = forms.answer(open_question, talk, heard)
    if not isinstance(found, Read):
        return Move(note=forms.helpful(open_question, talk.service, found), missed=True)
    return _stored(talk, open_question, found.value)


def _skipping(talk: Talk, id: str) -> Place:
    skipped = ",".join(filter(None, (str(talk.data.get("skipped", "")), id)))
    return Place("entitlement", "question", {**talk.data, "skipped": skipped})


def _stored(talk: Talk, asked: Question, value: Answer) -> Move:
    name = talk.service.name
    answers = {**talk.session.answers, name: {**talk.answers(name), asked.id: value}}
    said = say(
        "{label}: {value}.", label=talk.service.phrase(asked.label), value=forms.shown(asked, talk.service, value)
    )
    return Move(note=(said,), changes={"answers": answers})


def verdict(talk: Talk, part: Part) -> Verdict:
    rules = tuple(rule for rule in talk.local.rules if rule.part == part.id)
    return evaluate(rules, talk.answers(talk.service.name), talk.today)


def result(talk: Talk) -> Say:
    own_first = sorted(talk.service.parts, key=lambda part: part.id != talk.service.applies_to)
    lines = tuple(line for part in own_first for line in _judged(talk, part, verdict(talk, part)))
    choices = (
        ("intent:apply", say("Apply")),
        ("intent:ask_documents", say("Which papers")),
        ("intent:ask_amount", say("How much money")),
        ("again", say("Answer again")),
    )
    return Say(lines, choices)


def _judged(talk: Talk, part: Part, judged: Verdict) -> tuple[Phrase, ...]:
    title = say("{part}: {outcome}", part=talk.service.phrase(part.title), outcome=OUTCOMES[judged.outcome])
    reasons = tuple(line for finding in judged.findings for line in _reason(talk, finding))
    doubt = (say("The office also has conditions that I could not confirm."),) if judged.unconfirmed else ()
    unsure = judged.outcome is Outcome.UNCONFIRMED and talk.municipality and part.id == talk.service.applies_to
    office = offices.lines(talk.service, talk.municipality) if unsure and talk.municipality else ()
    return (title, *reasons, *doubt, *office)


def _reason(talk: Talk, finding: Finding) -> tuple[Phrase, ...]:
    rule = finding.rule
    if finding.holds is None:
        ask = talk.service.phrase(rule_label(talk, finding))
        return (say("– Not yet known: {question}", question=ask),)
    values: dict[str, Value] = {"last_day": finding.last_day} if finding.last_day else {}
    if talk.municipality:
        values["municipality"] = Name(talk.municipality.slug)
    text = talk.service.phrase(rule.met if finding.holds else rule.failed, **values)
    change = (talk.service.phrase(rule.change, **values),) if rule.change and not finding.holds else ()
    act = talk.service.phrase(rule.basis.act)
    return (say("– {reason} ({act}, checked on {day})", reason=text, act=act, day=rule.basis.checked), *change)


def rule_label(talk: Talk, finding: Finding) -> str:
    return talk.service.question(finding.rule.question).label


def hear_result(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice != "again":
        return None
    wanted = forms.ruled(talk.service, None if talk.municipality is None else talk.municipality.slug)
    left = {id: value for id, value in talk.answers(talk.service.name).items() if id not in wanted}
    move = go("entitlement", "question", service=talk.service.name)
    return Move(to=move.to, changes={"answers": {**talk.session.answers, talk.service.name: left}})


def finished(talk: Talk) -> Place | None:
    return None if _open_question(talk) else Place("entitlement", "result", talk.data)


def _reads(talk: Talk) -> bool:
    open_question = _open_question(talk)
    return open_question is not None and open_question.kind in forms.FREE_WORDS


STEPS = {
    "question": Step(question, hear_question, open=always, onward=finished, reads=_reads),
    "result": Step(result, hear_result),
}
INTENTS = {"ask_eligibility": Entry(enter, say("Am I entitled?"))}
