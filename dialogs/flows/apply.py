"""Applying: one question a message, every answer checked at once, everything reviewed before it is sent."""

from collections.abc import Mapping
from dataclasses import replace

from dialogs import forms, offers
from dialogs.catalogue import Question, municipalities, services
from dialogs.deadlines import lasting
from dialogs.eligibility import Outcome, evaluate
from dialogs.readers import Problem, Read, same_month
from dialogs.session import Answer, Order, Place, Say
from dialogs.standing import OPEN
from dialogs.steps import Entry, Heard, Move, Step, Talk, always, aside, go, home, stay
from locales.phrase import Name, Phrase, say
from nlu import Understanding

MUNICIPALITY = forms.MUNICIPALITY
YES_NO = (("yes", say("Yes")), ("no", say("No")))


def enter(talk: Talk, meaning: Understanding) -> Move:
    """To the first open question, or first to the municipality; a draft goes on in the municipality it was begun in."""
    service = talk.service.name
    if service in talk.session.drafts:
        return resume(talk, meaning)
    if talk.municipality is None:
        return aside("town", "ask", flow="apply", step="begin", service=service)
    return go("apply", "begin", service=service)


def begin(talk: Talk) -> Move:
    """From here on there is a draft; said once: what it is for, and that there is no hurry."""
    name, draft = talk.service.name, _draft(talk)
    part = next(part for part in talk.service.parts if part.id == talk.service.applies_to)
    place, title = Name(str(draft[MUNICIPALITY])), talk.service.phrase(part.title)
    note = (
        say("Application: {part}, {municipality}.", part=title, municipality=place),
        *_sent_before(talk),
        say("You can stop at any time and go on later."),
    )
    changes = {"answers": {**talk.session.answers, name: draft}, "drafts": (*talk.session.drafts, name)}
    return replace(_next(talk, name, draft), note=note, changes=changes)


def resume(talk: Talk, meaning: Understanding) -> Move:
    if not talk.session.drafts:
        return stay(say("You have no application to continue."))
    service = talk.service.name if talk.service.name in talk.session.drafts else talk.session.drafts[-1]
    going_on = say("We go on where you stopped.")
    if talk.place.flow == "apply" and talk.place.step != "sent":
        return stay(going_on)
    return replace(_next(talk, service, talk.answers(service)), note=(going_on,), changes={"under": ()})


def _draft(talk: Talk) -> dict[str, Answer]:
    """The answers so far that hold in the municipality the application is for."""
    given = talk.answers(talk.service.name)
    slug = str(given.get(MUNICIPALITY) or (talk.municipality.slug if talk.municipality else ""))
    return {**forms.holding(talk.service, given, slug), MUNICIPALITY: slug}


def _there(talk: Talk) -> Talk:
    """The talk in the municipality of the draft, whatever was asked about in between."""
    return talk.but(municipality=_draft(talk).get(MUNICIPALITY))


def _questions(talk: Talk) -> tuple[Question, ...]:
    return forms.needed(talk.service, _draft(talk), talk.outside.private)


def _current(talk: Talk) -> Question:
    """The question of this place; where it is not asked in this municipality, the first open one."""
    questions = _questions(talk)
    named = next((question for question in questions if question.id == talk.data.get("id")), None)
    return named or forms.next_open(questions, _draft(talk)) or questions[-1]


def question(talk: Talk) -> Say:
    current, questions = _current(talk), _questions(talk)
    said = forms.asked(current, _there(talk))
    number = 1 + [question.id for question in questions].index(current.id)
    progress = say("Question {number} of {total}.", number=number, total=len(questions))
    return replace(said, lines=(progress, *said.lines))


def _sent_before(talk: Talk) -> tuple[Phrase, ...]:
    sent = [case for case in talk.outside.cases if case.mine and case.service == talk.service.name]
    running = [case for case in sent if case.status in OPEN]
    return (say("You have already sent {reference}.", reference=running[0].reference),) if running else ()


def hear_question(talk: Talk, heard: Heard) -> Move | None:
    return _taken(talk, _current(talk), forms.answer(_current(talk), _there(talk), heard), heard)


def _taken(talk: Talk, current: Question, found: Read | Problem, heard: Heard) -> Move:
    if not isinstance(found, Read):
        return Move(note=forms.helpful(current, talk.service, found), missed=True)
    if not found.sure:
        return go("apply", "confirm", service=talk.service.name, id=current.id, value=found.value)
    return replace(_stored(talk, current.id, found.value), note=_read_back(talk, current, found.value, heard.text))


def _read_back(talk: Talk, current: Question, value: Answer, heard: str) -> tuple[Phrase, ...]:
    """What was understood, where it is not the citizen's own words: a 3 may be the third answer, or three years."""
    is_plain = current.kind not in (*forms.CHOSEN, "date", "name")
    is_own_words = is_plain and isinstance(value, str) and (current.private or value in heard)
    label, shown = talk.service.phrase(current.label), forms.shown(current, talk.service, value)
    return () if is_own_words else (say("{label}: {value}.", label=label, value=shown),)


def _stored(talk: Talk, id: str, value: Answer) -> Move:
    """The answer is kept with the draft, and the talk goes on to what is still open."""
    name = talk.service.name
    answers = {**_draft(talk), id: value}
    return replace(_next(talk, name, answers), changes={"answers": {**talk.session.answers, name: answers}})


def _next(talk: Talk, service: str, answers: Mapping[str, Answer]) -> Move:
    questions = forms.needed(services()[service], answers, talk.outside.private)
    following = forms.next_open(questions, answers)
    if following is None:
        return go("apply", "review", service=service, key=talk.outside.key)
    return go("apply", "question", service=service, id=following.id)


def confirm(talk: Talk) -> Say:
    value = forms.shown(_current(talk), talk.service, talk.data["value"])
    return Say((say("{value}. Is that right?", value=value),), YES_NO)


def hear_confirm(talk: Talk, heard: Heard) -> Move | None:
    """Yes keeps it, no asks again, and another answer corrects it at once ("no, on the 23rd")."""
    current = _current(talk)
    move = _confirmed(talk, current, heard)
    return replace(move, changes={**move.changes, "trail": talk.session.trail})


def _confirmed(talk: Talk, current: Question, heard: Heard) -> Move:
    if heard.choice == "yes":
        return _stored(talk, current.id, talk.data["value"])
    found = forms.answer(current, _there(talk), heard)
    if not isinstance(found, Read):
        again = go("apply", "question", service=talk.service.name, id=current.id)
        return again if heard.choice == "no" else _taken(talk, current, found, heard)
    if current.kind == "date":
        found = Read(same_month(str(talk.data["value"]), found, heard.text, talk.today), found.sure)
    return _taken(talk, current, found, heard)


def review(talk: Talk) -> Say:
    draft, questions = _draft(talk), _questions(talk)
    place = say("{label}: {value}", label=say("Municipality"), value=_named(draft))
    answered = tuple(_line(talk, q, draft[q.id]) for q in questions if q.id in draft)
    choices = (("yes", say("Send")), ("change", say("Change an answer")), ("stop", say("Stop and keep it")))
    head = say("Please check everything before I send it.")
    return Say((head, place, *answered, *_warning(talk), *_to_bring(talk), say("Shall I send it?")), choices)


def _named(draft: dict[str, Answer]) -> Phrase:
    return say("{municipality}", municipality=Name(str(draft[MUNICIPALITY])))


def _line(talk: Talk, question: Question, value: Answer) -> Phrase:
    label = talk.service.phrase(question.label)
    return say("{label}: {value}", label=label, value=forms.shown(question, talk.service, value))


def _warning(talk: Talk) -> tuple[Phrase, ...]:
    """Not entitled by these answers: said, but the office decides."""
    there = _there(talk)
    rules = tuple(rule for rule in there.local.rules if rule.part == talk.service.applies_to)
    refused = evaluate(rules, _draft(talk), talk.today).outcome is Outcome.NO
    return (
        (say("From these answers, you may not be entitled. You can still apply; the office decides."),)
        if refused
        else ()
    )


def _to_bring(talk: Talk) -> tuple[Phrase, ...]:
    """What must not be asked here, because others may see it, is brought to the counter."""
    if talk.outside.private:
        return ()
    kept_back = [question for question in talk.service.form if question.private and question.note]
    return tuple(
        say("Bring to the counter: {paper}.", paper=talk.service.phrase(str(question.note))) for question in kept_back
    )


def unfinished(talk: Talk) -> Move | None:
    """A review without its answers, or of an application already sent, is none."""
    name = talk.service.name
    if name not in talk.session.drafts:
        return home()
    draft = _draft(talk)
    return _next(talk, name, draft) if forms.next_open(_questions(talk), draft) else None


def corrects(talk: Talk, heard: Heard) -> Move | None:
    """ "I made a mistake with the phone": to the question that was named, or from the review to the list of answers."""
    draft = _draft(talk)
    answered = tuple((q.id, talk.service.phrase(q.label)) for q in _questions(talk) if q.id in draft)
    id = offers.named(heard.text, answered)
    if id is not None:
        return go("apply", "question", service=talk.service.name, id=id)
    return go("apply", "change", service=talk.service.name) if talk.place.step == "review" else None


def hear_review(talk: Talk, heard: Heard) -> Move | None:
    match heard.choice:
        case "yes":
            return _sent(talk)
        case "change":
            return go("apply", "change", service=talk.service.name)
        case "stop":
            return home(say("Everything you answered is kept. Write “continue” to go on."))
    return None


def _sent(talk: Talk) -> Move:
    """The order to hand it in, under the key of this review; what is asked once and used again stays remembered."""
    name, draft, reference = talk.service.name, _draft(talk), talk.outside.reference
    body = {
        "reference": reference,
        "service": name,
        "municipality": draft[MUNICIPALITY],
        "answers": {question.id: draft[question.id] for question in _questions(talk)},
        "facts": {"municipality": draft[MUNICIPALITY], "legal_time": lasting(talk.today, talk.service.decision_days)},
    }
    remembered = {question.id: draft[question.id] for question in talk.service.form if _lasts(question, draft)}
    return Move(
        to=Place("apply", "sent", {"service": name, "reference": reference}),
        orders=(Order("submit", str(talk.data["key"]), body),),
        changes={
            "answers": {**talk.session.answers, name: remembered},
            "drafts": tuple(draft_of for draft_of in talk.session.drafts if draft_of != name),
            "trail": (),
            "under": (),
        },
    )


def _lasts(question: Question, draft: dict[str, Answer]) -> bool:
    return question.remembered and question.id in draft


def sent(talk: Talk) -> Say:
    reference = str(talk.data["reference"])
    saved = say("Saved as {reference}. Please keep this number.", reference=reference)
    later = say("I am sending it to the office and will tell you when the office has it.")
    return Say(
        (saved, later), (("intent:check_status", say("My applications")), ("intent:main_menu", say("To the start")))
    )


def change(talk: Talk) -> Say:
    draft = _draft(talk)
    answered = tuple((q.id, talk.service.phrase(q.label)) for q in _questions(talk) if q.id in draft)
    return Say((say("Which answer shall we change?"),), (*answered, (MUNICIPALITY, say("Municipality"))))


def hear_change(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice == MUNICIPALITY:
        return go("apply", "town", service=talk.service.name)
    asked = {question.id for question in _questions(talk)}
    return go("apply", "question", service=talk.service.name, id=heard.choice) if heard.choice in asked else None


def town(talk: Talk) -> Say:
    choices = tuple((slug, say("{municipality}", municipality=Name(slug))) for slug in municipalities())
    return Say((say("Which municipality shall decide? Write its name, or choose."),), choices)


def hear_town(talk: Talk, heard: Heard) -> Move | None:
    slug = heard.choice or heard.meaning.entities.get("municipality")
    if slug not in municipalities():
        return None
    name, there = talk.service.name, {**_draft(talk), MUNICIPALITY: str(slug)}
    answers = forms.holding(talk.service, there, str(slug))
    return replace(_next(talk, name, answers), changes={"answers": {**talk.session.answers, name: answers}})


def _reads(talk: Talk) -> bool:
    return _current(talk).kind in forms.FREE_WORDS


STEPS = {
    "begin": Step(question, onward=begin),
    "question": Step(question, hear_question, open=always, reads=_reads, corrects=corrects),
    "confirm": Step(confirm, hear_confirm, open=always, corrects=corrects),
    "review": Step(review, hear_review, open=always, onward=unfinished, corrects=corrects),
    "change": Step(change, hear_change, open=always),
    "town": Step(town, hear_town, open=always),
    "sent": Step(sent, passing=True),
}

INTENTS = {
    "apply": Entry(enter, say("Apply")),
    "resume_application": Entry(resume, say("Continue my application")),
}
