"""Am I entitled? Short questions until the answer is known, then the answer with every reason."""

from collections.abc import Mapping
from dataclasses import replace

from dialogs import forms, offers, offices, parts, sources
from dialogs.catalogue import Part, Question
from dialogs.eligibility import Finding, Outcome, Verdict, evaluate
from dialogs.readers import Read
from dialogs.session import Answer, Place, Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, always, aside, go, stay
from locales.phrase import Name, Phrase, Value, say
from nlu import Understanding

FORM = "apply"

OUTCOMES = {
    Outcome.YES: say("From your answers, you are entitled."),
    Outcome.NO: say("From your answers, you are not entitled."),
    Outcome.UNKNOWN: say("It is not known yet."),
    Outcome.UNCONFIRMED: say("I have no confirmed conditions. The office decides."),
    Outcome.DOUBTFUL: say("Perhaps not: a condition that I could not confirm speaks against it. Ask the office."),
}


def enter(talk: Talk, meaning: Understanding) -> Move:
    """Into the questions; in the middle of an application, which asks them too, to who is entitled."""
    if (talk.place.flow, talk.place.step) == ("entitlement", "question"):
        return stay()
    if talk.place.flow == FORM:
        return aside("answer", "fact", subject="entitled", service=talk.service.name)
    if talk.municipality is None:
        return aside("town", "ask", flow="entitlement", step="question", service=talk.service.name)
    return aside("entitlement", "question", service=talk.service.name)


def _current(talk: Talk) -> Question | None:
    """The question of this place: the named one, or the first open one; None when nothing is left to ask."""
    if "id" in talk.data:
        return talk.service.question(str(talk.data["id"]))
    return _open_question(talk, _answers(talk))


def _answers(talk: Talk) -> dict[str, Answer]:
    """What was answered for the municipality of the talk."""
    return forms.holding(
        talk.service, talk.answers(talk.service.name), talk.municipality.slug if talk.municipality else ""
    )


def _open_question(talk: Talk, answers: Mapping[str, Answer]) -> Question | None:
    slug = talk.municipality.slug if talk.municipality else None
    wanted = forms.ruled(talk.service, slug, talk.today)
    skipped = str(talk.data.get("skipped", "")).split(",")
    questions = tuple(q for q in talk.service.form if q.id in wanted and q.id not in skipped)
    return forms.next_open(questions, answers)


def question(talk: Talk) -> Say:
    current = _current(talk)
    if current is None:
        return result(talk)
    said = forms.asked(current, talk)
    return Say(said.lines, (*said.choices, (offers.SKIP, say("I do not know"))))


def hear_question(talk: Talk, heard: Heard) -> Move | None:
    current = _current(talk)
    if current is None:
        return None
    if heard.choice == offers.SKIP:
        skipped = ",".join(filter(None, (str(talk.data.get("skipped", "")), current.id)))
        there = replace(talk, place=_place(talk, skipped=skipped))
        return Move(to=_next(there, _answers(talk)))
    found = forms.answer(current, talk, heard)
    if not isinstance(found, Read):
        return Move(note=forms.helpful(current, talk.service, found), missed=True)
    return _stored(talk, current, found.value)


def _place(talk: Talk, step: str = "question", **data: Answer) -> Place:
    kept = {key: value for key, value in talk.data.items() if key in ("service", "skipped")}
    return Place("entitlement", step, {**kept, **data})


def _next(talk: Talk, answers: Mapping[str, Answer]) -> Place:
    following = _open_question(talk, answers)
    return _place(talk, id=following.id) if following else _place(talk, "result")


def _stored(talk: Talk, asked: Question, value: Answer) -> Move:
    name = talk.service.name
    answers = {**_answers(talk), asked.id: value}
    shown = forms.shown(asked, talk.service, value)
    said = say("{label}: {value}.", label=talk.service.phrase(asked.label), value=shown)
    return Move(to=_next(talk, answers), note=(said,), changes={"answers": {**talk.session.answers, name: answers}})


def verdict(talk: Talk, part: Part) -> Verdict:
    rules = tuple(rule for rule in talk.local.rules if rule.part == part.id)
    return evaluate(rules, _answers(talk), talk.today)


def result(talk: Talk) -> Say:
    lines, *more = (_judged(talk, part, verdict(talk, part)) for part in parts.shown(talk))
    choices = (
        *parts.choice(talk),
        ("intent:apply", say("Apply")),
        ("intent:ask_documents", say("Which papers")),
        ("intent:ask_amount", say("How much money")),
        ("again", say("Answer again")),
    )
    return Say(lines, () if talk.session.under else choices, more=tuple(more))


def _judged(talk: Talk, part: Part, judged: Verdict) -> tuple[Phrase, ...]:
    title = say("{part}: {outcome}", part=talk.service.phrase(part.title), outcome=OUTCOMES[judged.outcome])
    reasons = tuple(line for finding in judged.findings for line in _reason(talk, finding))
    is_open = judged.outcome in (Outcome.YES, Outcome.UNKNOWN) and judged.unconfirmed
    doubt = (say("The office also has conditions that I could not confirm."),) if is_open else ()
    source = sources.lines(talk.service, (finding.rule.basis for finding in judged.findings))
    return (title, *reasons, *doubt, *_besides(talk, part, judged), *source, *_office(talk, part, judged))


def _besides(talk: Talk, part: Part, judged: Verdict) -> tuple[Phrase, ...]:
    """Who may ask for the part that is applied for elsewhere, since the questions here do not cover all of it."""
    who = talk.local.fact("entitled", part.id, talk.today)
    if who is None or judged.outcome is not Outcome.YES or part.id == talk.service.applies_to:
        return ()
    return (talk.service.phrase(who.text),)


def _office(talk: Talk, part: Part, judged: Verdict) -> tuple[Phrase, ...]:
    """Where nothing is confirmed, or not all of it, the municipality's office is named."""
    is_own = part.id == talk.service.applies_to
    is_sure = judged.outcome is not Outcome.UNCONFIRMED and not judged.unconfirmed
    return () if is_sure or not is_own or talk.municipality is None else offices.lines(talk.service, talk.municipality)


def _reason(talk: Talk, finding: Finding) -> tuple[Phrase, ...]:
    rule = finding.rule
    if finding.holds is None:
        asked = talk.service.question(rule.question)
        return (say("– Not yet known: {question}.", question=talk.service.phrase(asked.label)),)
    values: dict[str, Value] = {"last_day": finding.last_day} if finding.last_day else {}
    if talk.municipality:
        values["municipality"] = Name(talk.municipality.slug)
    text = talk.service.phrase(rule.met if finding.holds else rule.failed, **values)
    change = (talk.service.phrase(rule.change, **values),) if rule.change and not finding.holds else ()
    return (say("– {reason}", reason=text), *change)


def hear_result(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice == parts.OTHER:
        return go("entitlement", "result", **{**talk.data, "part": parts.other(talk).id})
    if heard.choice != "again":
        return None
    wanted = forms.ruled(talk.service, None if talk.municipality is None else talk.municipality.slug)
    left = {id: value for id, value in talk.answers(talk.service.name).items() if id not in wanted}
    move = go("entitlement", "question", service=talk.service.name)
    return Move(to=move.to, changes={"answers": {**talk.session.answers, talk.service.name: left}})


def finished(talk: Talk) -> Move | None:
    return None if _current(talk) else Move(to=_place(talk, "result"))


def _reads(talk: Talk) -> bool:
    current = _current(talk)
    return current is not None and current.kind in forms.FREE_WORDS


STEPS = {
    "question": Step(question, hear_question, open=always, onward=finished, reads=_reads),
    "result": Step(result, hear_result, passing=True),
}
INTENTS = {"ask_eligibility": Entry(enter, say("Am I entitled?"))}
