"""Am I entitled? Short questions until the answer is known, then the answer with every reason."""

from collections.abc import Mapping
from dataclasses import replace

from dialogs import forms, offers, offices, parts, sources
from dialogs.eligibility import Finding, Outcome, Verdict, evaluate
from dialogs.readers import Read
from dialogs.service import Part, Question
from dialogs.session import Answer, Place, Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, always, aside, go, stay
from locales.phrase import Name, Phrase, Value, say
from nlu import Understanding

FORM = "apply"
NAMED = "form:"
NEXT = {
    "documents": ("intent:ask_documents", say("Which papers")),
    "amount": ("intent:ask_amount", say("How much money")),
    "fee": ("intent:ask_fee", say("What it costs")),
}

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
    named = next((question for question in talk.service.questions if question.id == talk.data.get("id")), None)
    return named or _open_question(talk, _answers(talk))


def _answers(talk: Talk) -> dict[str, Answer]:
    """What was answered for the municipality of the talk, here or in an application that is begun."""
    given = {id: value for answers in _given(talk).values() for id, value in answers.items()}
    return forms.holding(talk.service, given, talk.municipality.slug if talk.municipality else "")


def _open_question(talk: Talk, answers: Mapping[str, Answer]) -> Question | None:
    slug = talk.municipality.slug if talk.municipality else None
    wanted = forms.deciding(talk.service, slug, talk.today)
    skipped = str(talk.data.get("skipped", "")).split(",")
    questions = tuple(q for q in talk.service.questions if q.id in wanted and q.id not in skipped)
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
    if forms.chosen(current, heard) == offers.SKIP:
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
    return _place(talk, id=following.id) if following else _result(talk, answers)


def _result(talk: Talk, answers: Mapping[str, Answer]) -> Place:
    """The result, which begins with what the citizen needs where only one of the parts can be it."""
    judged = ((part, _verdict(talk, part, answers)) for part in talk.service.parts if part.yes)
    fitting = [part.id for part, verdict in judged if verdict.outcome is Outcome.YES]
    return _place(talk, "result", part=fitting[0]) if fitting else _place(talk, "result")


def _stored(talk: Talk, asked: Question, value: Answer) -> Move:
    name = talk.service.name
    answers = {**_answers(talk), asked.id: value}
    shown = forms.shown(asked, talk.service, value)
    said = say("{label}: {value}.", label=talk.service.phrase(asked.label), value=shown)
    return Move(to=_next(talk, answers), note=(said,), changes={"answers": {**talk.session.answers, name: answers}})


def _verdict(talk: Talk, part: Part, answers: Mapping[str, Answer]) -> Verdict:
    return evaluate(talk.local.entitling(part.id), answers, talk.today)


def result(talk: Talk) -> Say:
    lines, *more = (_judged(talk, part, _verdict(talk, part, _answers(talk))) for part in parts.shown(talk))
    choices = (
        *parts.choice(talk),
        *_apply(talk),
        *(choice for subject, choice in NEXT.items() if talk.service.knows(subject)),
        ("again", say("Answer again")),
    )
    return Say(lines, () if talk.session.under else choices, more=tuple(more))


def _apply(talk: Talk) -> tuple[tuple[str, Phrase], ...]:
    """The form of the part that fits; where that is not one part, the question which form."""
    fitting = [form for form in talk.service.forms if form.part == talk.data.get("part")]
    named = tuple((f"{NAMED}{form.id}", talk.service.phrase(form.title)) for form in fitting)
    return named or (("intent:apply", say("Apply")),)


def _judged(talk: Talk, part: Part, judged: Verdict) -> tuple[Phrase, ...]:
    title = say("{part}: {outcome}", part=talk.service.phrase(part.title), outcome=_outcome(talk, part, judged))
    reasons = tuple(line for finding in _telling(part, judged) for line in _reason(talk, finding))
    is_open = judged.outcome in (Outcome.YES, Outcome.UNKNOWN) and judged.unconfirmed
    doubt = (say("The office also has conditions that I could not confirm."),) if is_open else ()
    source = sources.lines(talk.service, (finding.rule.basis for finding in _telling(part, judged)))
    return (title, *reasons, *doubt, *_besides(talk, part, judged), *source, *_office(talk, part, judged))


def _telling(part: Part, judged: Verdict) -> tuple[Finding, ...]:
    """Every reason; where it is not this part that is needed, only those that say so."""
    is_other = part.no is not None and judged.outcome is Outcome.NO
    return tuple(finding for finding in judged.findings if not is_other or finding.holds is False)


def _outcome(talk: Talk, part: Part, judged: Verdict) -> Phrase:
    """The outcome in the words of the part where it has its own."""
    own = {Outcome.YES: part.yes, Outcome.NO: part.no}.get(judged.outcome)
    return talk.service.phrase(own) if own else OUTCOMES[judged.outcome]


def _besides(talk: Talk, part: Part, judged: Verdict) -> tuple[Phrase, ...]:
    """Who may ask for the part that is applied for elsewhere, since the questions here do not cover all of it."""
    who = talk.local.fact("entitled", part.id, talk.today)
    if who is None or judged.outcome is not Outcome.YES or part.ours:
        return ()
    return (talk.service.phrase(who.text),)


def _office(talk: Talk, part: Part, judged: Verdict) -> tuple[Phrase, ...]:
    """Where nothing is confirmed, or not all of it, the municipality's office is named."""
    is_sure = judged.outcome is not Outcome.UNCONFIRMED and not judged.unconfirmed
    if is_sure or not part.ours or talk.municipality is None:
        return ()
    return offices.lines(talk.service, talk.municipality, talk.today)


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
    if str(heard.choice).startswith(NAMED):
        return go("apply", "into", service=talk.service.name, form=str(heard.choice).removeprefix(NAMED))
    if heard.choice != "again":
        return None
    wanted = forms.deciding(talk.service, None if talk.municipality is None else talk.municipality.slug)
    kept = {key: _without(answers, wanted) for key, answers in _given(talk).items()}
    move = go("entitlement", "question", service=talk.service.name)
    return Move(to=move.to, changes={"answers": {**talk.session.answers, **kept}})


def _given(talk: Talk) -> dict[str, Mapping[str, Answer]]:
    """What was answered about this service, here and in applications that are begun."""
    keys = (talk.service.name, *(form.key for form in talk.service.forms))
    return {key: talk.answers(key) for key in keys if key in talk.session.answers}


def _without(answers: Mapping[str, Answer], ids: frozenset[str]) -> dict[str, Answer]:
    return {id: value for id, value in answers.items() if id not in ids}


def finished(talk: Talk) -> Move | None:
    return None if _current(talk) else Move(to=_result(talk, _answers(talk)))


def _reads(talk: Talk) -> bool:
    current = _current(talk)
    return current is not None and current.kind in forms.FREE_WORDS


STEPS = {
    "question": Step(question, hear_question, open=always, onward=finished, reads=_reads),
    "result": Step(result, hear_result, passing=True),
}
INTENTS = {"ask_eligibility": Entry(enter, say("Am I entitled?"), about_service=True)}
