"""Applying: one question a message, every answer checked at once, everything reviewed before it is sent."""

from collections.abc import Mapping
from dataclasses import replace

from dialogs import drafts, forms, limits, offers
from dialogs.catalogue import municipalities, services
from dialogs.deadlines import lasting
from dialogs.eligibility import Finding, Outcome, evaluate
from dialogs.readers import Problem, Read, same_month
from dialogs.service import Form, Question
from dialogs.session import Answer, Order, Place, Say
from dialogs.standing import OPEN
from dialogs.steps import PLACE, Entry, Heard, Move, Step, Talk, always, aside, go, home, stay
from locales.phrase import Name, Phrase, say
from nlu import Understanding

MUNICIPALITY = forms.MUNICIPALITY


def enter(talk: Talk, meaning: Understanding) -> Move:
    """Into the form that was named, the only one the service has, or first to the question which one."""
    named = [form for form in talk.service.forms if form.key == meaning.entities.get("form")]
    if len(talk.service.forms) > 1 and not named:
        return aside("apply", "which", service=talk.service.name)
    return _into(talk, (named or talk.service.forms)[0])


def which(talk: Talk) -> Say:
    choices = tuple((form.id, talk.service.phrase(form.title)) for form in talk.service.forms)
    return Say((say("What would you like to send?"),), choices)


def hear_which(talk: Talk, heard: Heard) -> Move | None:
    """The form that was chosen, or whose words stand in a longer answer."""
    id = heard.choice or offers.mentioned(heard.text, _names(talk))
    return _into(talk, talk.service.form(id)) if id else None


def _names(talk: Talk) -> tuple[forms.Offer, ...]:
    also = ((form.id, talk.service.phrase(form.also)) for form in talk.service.forms if form.also)
    return (*which(talk).choices, *also)


def _into(talk: Talk, form: Form) -> Move:
    """On with its draft, else to its beginning, or first to the municipality."""
    place: dict[str, Answer] = {"service": form.service, "form": form.id}
    if form.key in talk.session.drafts:
        return _going_on(talk, form)
    if talk.municipality is None:
        return aside("town", "ask", **{"flow": "apply", "step": "begin", **place})
    return go("apply", "begin", **place)


def begin(talk: Talk) -> Move:
    """From here on there is a draft; said once: what it is for, and that there is no hurry."""
    form, draft = talk.form, _draft(talk)
    place, title = Name(str(draft[MUNICIPALITY])), talk.service.phrase(form.title)
    note = (
        say("Application: {part}, {municipality}.", part=title, municipality=place),
        *_sent_before(talk),
        say("You can stop at any time and go on later."),
    )
    begun = (*(key for key in talk.session.drafts if key != form.key), form.key)
    return replace(_next(talk, form, draft), note=note, changes={**_keeping(talk, draft), "drafts": begun})


def resume(talk: Talk, meaning: Understanding) -> Move:
    """On with the draft of the service that was named, else with the one begun last, or with one begun elsewhere."""
    form = drafts.latest(talk, meaning.entities.get("service"))
    if form is None:
        return replace(aside("carry", "code"), note=(say("You have no application to continue."),))
    return _going_on(talk, form)


def _going_on(talk: Talk, form: Form) -> Move:
    going_on = say("We go on where you stopped.")
    if talk.place.flow == "apply" and talk.place.step not in ("sent", "which", "into") and talk.form == form:
        return stay(going_on)
    return replace(_next(talk, form, talk.answers(form.key)), note=(going_on,), changes={"under": ()})


def _draft(talk: Talk) -> dict[str, Answer]:
    """The answers so far that hold in the municipality the application is for."""
    given = talk.answers(talk.form.key)
    slug = str(given.get(MUNICIPALITY) or (talk.municipality.slug if talk.municipality else ""))
    known = forms.known(talk.service, talk.form, talk.session.answers, slug)
    return {**known, **forms.holding(talk.service, given, slug), MUNICIPALITY: slug}


def _keeping(talk: Talk, draft: Mapping[str, Answer]) -> dict[str, Mapping[str, Mapping[str, Answer]]]:
    return {"answers": {**talk.session.answers, talk.form.key: draft}}


def _there(talk: Talk) -> Talk:
    """The talk in the municipality of the draft, whatever was asked about in between."""
    return talk.but(municipality=_draft(talk).get(MUNICIPALITY))


def _questions(talk: Talk) -> tuple[Question, ...]:
    return forms.needed(talk.service, talk.form, str(_draft(talk)[MUNICIPALITY]), talk.outside.private)


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
    running = [case for case in sent if case.status in OPEN and talk.service.form(case.form) == talk.form]
    return (say("You have already sent {reference}.", reference=running[0].reference),) if running else ()


def hear_question(talk: Talk, heard: Heard) -> Move | None:
    return _taken(talk, _current(talk), forms.answer(_current(talk), _there(talk), heard), heard)


def _taken(talk: Talk, current: Question, found: Read | Problem, heard: Heard) -> Move:
    if not isinstance(found, Read):
        return Move(note=forms.helpful(current, talk.service, found), missed=True)
    if not found.sure:
        return _go(talk, "confirm", id=current.id, value=found.value)
    note = (*_read_back(talk, current, found.value, heard.text), *_time_limit(talk, current, found.value))
    return replace(_stored(talk, current.id, found.value), note=note)


def _read_back(talk: Talk, current: Question, value: Answer, heard: str) -> tuple[Phrase, ...]:
    """What was understood, where it is not the citizen's own words: a 3 may be the third answer, or three years."""
    is_plain = current.kind not in (*forms.CHOSEN, "date", "name")
    is_own_words = is_plain and isinstance(value, str) and (current.private or value in heard)
    label, shown = talk.service.phrase(current.label), forms.shown(current, talk.service, value)
    return () if is_own_words else (say("{label}: {value}.", label=label, value=shown),)


def _time_limit(talk: Talk, current: Question, value: Answer) -> tuple[Phrase, ...]:
    """For a day that a time limit is counted from: whether it is kept, with the last day and where that is written."""
    return limits.lines(talk.service, _limits(talk, current, value))


def _limits(talk: Talk, current: Question, value: Answer) -> tuple[Finding, ...]:
    return limits.found(_there(talk).local, talk.form, current, value, talk.today)


def _go(talk: Talk, step: str, **data: Answer) -> Move:
    """To another step of the same application."""
    return go("apply", step, **{"service": talk.service.name, "form": talk.form.id, **data})


def _stored(talk: Talk, id: str, value: Answer) -> Move:
    """The answer is kept with the draft, and the talk goes on to what is still open."""
    draft = {**_draft(talk), id: value}
    return replace(_next(talk, talk.form, draft), changes=_keeping(talk, draft))


def _next(talk: Talk, form: Form, draft: Mapping[str, Answer]) -> Move:
    service = services()[form.service]
    questions = forms.needed(service, form, str(draft[MUNICIPALITY]), talk.outside.private)
    following = forms.next_open(questions, draft)
    if following is None:
        return go("apply", "review", service=form.service, form=form.id, key=talk.outside.key)
    return go("apply", "question", service=form.service, form=form.id, id=following.id)


def confirm(talk: Talk) -> Say:
    return forms.read_back(forms.shown(_current(talk), talk.service, talk.data["value"]))


def hear_confirm(talk: Talk, heard: Heard) -> Move | None:
    """Yes keeps it, no asks again, and another answer corrects it at once ("no, on the 23rd")."""
    current = _current(talk)
    move = _confirmed(talk, current, heard)
    return replace(move, changes={**move.changes, "trail": talk.session.trail})


def _confirmed(talk: Talk, current: Question, heard: Heard) -> Move:
    if heard.choice == "yes":
        value = talk.data["value"]
        return replace(_stored(talk, current.id, value), note=_time_limit(talk, current, value))
    found = forms.answer(current, _there(talk), heard)
    if not isinstance(found, Read):
        again = _go(talk, "question", id=current.id)
        return again if heard.choice == "no" else _taken(talk, current, found, heard)
    if current.kind == "date":
        found = Read(same_month(str(talk.data["value"]), found, heard.text, talk.today), found.sure)
    return _taken(talk, current, found, heard)


def review(talk: Talk) -> Say:
    draft, questions = _draft(talk), _questions(talk)
    place = say("{label}: {value}", label=say("Municipality"), value=_named(draft))
    answered = tuple(_line(talk, q, draft[q.id]) for q in questions if q.id in draft)
    choices = (("yes", say("Send")), ("change", say("Change an answer")), ("stop", say("Stop and keep it")))
    elsewhere = () if talk.simple else (("intent:carry_draft", say("Go on elsewhere")),)
    head, ask = say("Please check everything before I send it."), say("Shall I send it?")
    return Say((head, place, *answered, *_warning(talk), *_to_bring(talk), ask), (*choices, *elsewhere))


def _named(draft: dict[str, Answer]) -> Phrase:
    return say("{municipality}", municipality=Name(str(draft[MUNICIPALITY])))


def _line(talk: Talk, question: Question, value: Answer) -> Phrase:
    label = talk.service.phrase(question.label)
    return say("{label}: {value}", label=label, value=forms.shown(question, talk.service, value))


def _warning(talk: Talk) -> tuple[Phrase, ...]:
    """Late or not entitled by these answers: said with every reason, but the office decides."""
    draft, service = _draft(talk), talk.service
    found = (finding for q in _questions(talk) if q.id in draft for finding in _limits(talk, q, draft[q.id]))
    late = limits.lines(service, tuple(finding for finding in found if not finding.holds))
    rules = tuple(rule for rule in _there(talk).local.for_form(talk.form) if rule.form is None)
    judged = evaluate(rules, draft, talk.today)
    if judged.outcome is not Outcome.NO:
        return late
    said = say("From these answers, you may not be entitled. You can still apply; the office decides.")
    failed = tuple(finding for finding in judged.findings if finding.holds is False)
    return (*late, said, *limits.lines(service, failed, municipality=Name(str(draft[MUNICIPALITY]))))


def _to_bring(talk: Talk) -> tuple[Phrase, ...]:
    """What must not be asked here, because others may see it, is brought to the counter."""
    if talk.outside.private:
        return ()
    kept_back = [question for question in talk.form.questions if question.private and question.note]
    return tuple(
        say("Bring to the counter: {paper}.", paper=talk.service.phrase(str(question.note))) for question in kept_back
    )


def unfinished(talk: Talk) -> Move | None:
    """A review without its answers, or of an application already sent, is none."""
    if talk.form.key not in talk.session.drafts:
        return home()
    draft = _draft(talk)
    return _next(talk, talk.form, draft) if forms.next_open(_questions(talk), draft) else None


def corrects(talk: Talk, heard: Heard) -> Move | None:
    """ "I made a mistake with the phone": to the question that was named, or from the review to the list of answers."""
    draft = _draft(talk)
    answered = tuple((q.id, talk.service.phrase(q.label)) for q in _questions(talk) if q.id in draft)
    id = offers.named(heard.text, answered)
    if id is not None:
        return _go(talk, "question", id=id)
    return _go(talk, "change") if talk.place.step == "review" else None


def hear_review(talk: Talk, heard: Heard) -> Move | None:
    match heard.choice:
        case "yes":
            return unfinished(talk) or _sent(talk)
        case "change":
            return _go(talk, "change")
        case "stop":
            return replace(go("start", "stopped"), changes={"under": (), "trail": ()})
    return None


def _sent(talk: Talk) -> Move:
    """The order to hand it in, under the key of this review; what is asked once and used again stays remembered."""
    name, form, draft, reference = talk.service.name, talk.form, _draft(talk), talk.outside.reference
    legal_time = lasting(talk.today, form.decision_days)
    body = {
        "reference": reference,
        "service": name,
        "form": form.id,
        "municipality": draft[MUNICIPALITY],
        "answers": {question.id: draft[question.id] for question in _questions(talk)},
        "facts": {"municipality": draft[MUNICIPALITY], "form": form.id, "legal_time": legal_time},
    }
    remembered = {question.id: draft[question.id] for question in form.questions if _lasts(question, draft)}
    others = {key: answers for key, answers in talk.session.answers.items() if key != form.key}
    return Move(
        to=Place("apply", "sent", {"service": name, "form": form.id, "reference": reference}),
        orders=(Order("submit", str(talk.data["key"]), body),),
        changes={
            "answers": {**others, name: remembered},
            "drafts": tuple(key for key in talk.session.drafts if key != form.key),
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
        return _go(talk, "town")
    asked = {question.id for question in _questions(talk)}
    return _go(talk, "question", id=heard.choice) if heard.choice in asked else None


def town(talk: Talk) -> Say:
    choices = tuple((slug, say("{municipality}", municipality=Name(slug))) for slug in municipalities())
    return Say((say("Which municipality shall decide? Write its name, or choose."),), choices)


def hear_town(talk: Talk, heard: Heard) -> Move | None:
    slug = heard.choice or heard.meaning.entities.get("municipality")
    if slug not in municipalities():
        return None
    draft = forms.holding(talk.service, {**_draft(talk), MUNICIPALITY: str(slug)}, str(slug))
    return replace(_next(talk, talk.form, draft), changes=_keeping(talk, draft))


def _kind(talk: Talk) -> str:
    return _current(talk).kind


def _reads(talk: Talk) -> bool:
    return _kind(talk) in forms.FREE_WORDS


def into(talk: Talk) -> Move:
    """Into a form that was offered elsewhere."""
    return _into(talk, talk.form)


def _is_for_the_office(talk: Talk) -> bool:
    return _kind(talk) == forms.LONG


STEPS = {
    "into": Step(question, onward=into),
    "which": Step(which, hear_which),
    "begin": Step(question, onward=begin),
    "question": Step(
        question, hear_question, open=always, reads=_reads, verbatim=_is_for_the_office, corrects=corrects, kind=_kind
    ),
    "confirm": Step(confirm, hear_confirm, open=always, corrects=corrects),
    "review": Step(review, hear_review, open=always, onward=unfinished, corrects=corrects),
    "change": Step(change, hear_change, open=always),
    "town": Step(town, hear_town, open=always, kind=lambda talk: PLACE),
    "sent": Step(sent, passing=True),
}

INTENTS = {
    "apply": Entry(enter, say("Apply"), about_service=True),
    "resume_application": Entry(resume, say("Continue my application")),
}
