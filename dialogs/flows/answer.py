"""Questions about a service: each answered for the chosen municipality, part by part, with its act and date."""

from functools import partial

from dialogs import offices, parts, sources
from dialogs.service import Fact, Part, Service
from dialogs.session import Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, aside, go
from locales.phrase import Name, Phrase, say
from nlu import Understanding

Lines = tuple[Phrase, ...]
Choices = tuple[tuple[str, Phrase], ...]

LABELS = {
    "about": say("What it is"),
    "documents": say("Which papers"),
    "amount": say("How much money"),
    "fee": say("What it costs"),
    "deadline": say("Until when"),
    "duration": say("How long it takes"),
    "office": say("Which office"),
    "appeal": say("How to appeal"),
}
ALWAYS = frozenset({"about", "office", "appeal"})
APPLY = ("intent:apply", say("Apply"))
ESTIMATE = ("intent:estimate", say("Estimate the amount"))
FORM = "form:"


def service(talk: Talk) -> Say:
    return Say((talk.service.phrase(talk.service.summary), say("What would you like to know?")), onward(talk, "about"))


def onward(talk: Talk, subject: str) -> Choices:
    """What can be done or asked next: what the service does, its own subjects, and those of every service."""
    asked = talk.service
    entitled = asked.phrase(asked.entitled_label) if asked.entitled_label else say("Am I entitled?")
    own = ((own.id, asked.phrase(own.label)) for own in asked.subjects)
    standard = ((key, label) for key, label in LABELS.items() if key in ALWAYS or asked.knows(key))
    subjects = tuple(choice for choice in (*own, *standard) if choice[0] != subject)
    return (APPLY, ("intent:ask_eligibility", entitled), *_acts(asked), *subjects)


def _acts(asked: Service) -> Choices:
    estimate = (ESTIMATE,) if asked.estimate else ()
    dues = (("intent:pay", say("Pay")), ("intent:subscribe", say("Remind me"))) if asked.dues else ()
    return (*estimate, *dues)


def hear_subject(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice == parts.OTHER:
        return go("answer", "fact", **{**talk.data, "part": parts.other(talk).id})
    if str(heard.choice).startswith(FORM):
        form = str(heard.choice).removeprefix(FORM)
        return go("apply", "into", service=talk.service.name, form=form)
    known = {*LABELS, *(subject.id for subject in talk.service.subjects)}
    return enter(str(heard.choice), talk, heard.meaning) if heard.choice in known else None


def enter(subject: str, talk: Talk, meaning: Understanding) -> Move:
    """The answer, or first the question for which municipality; what something is can be said without one."""
    if subject == "amount" and not talk.service.knows(subject):
        subject = "fee"
    place = {"subject": subject, "service": talk.service.name, **_part_of_form(talk)}
    if talk.municipality is None and subject != "about":
        return aside("town", "ask", flow="answer", step="fact", **place)
    return aside("answer", "fact", **place)


def _part_of_form(talk: Talk) -> dict[str, str]:
    """Asked within a form, the part that the form is about is told first."""
    return {"part": talk.form.part} if talk.place.flow == "apply" and "form" in talk.data else {}


def enter_subject(talk: Talk, meaning: Understanding) -> Move:
    """One of the service's own subjects."""
    return enter(meaning.entities.get("subject", "about"), talk, meaning)


def enter_office(talk: Talk, meaning: Understanding) -> Move:
    """The office of the service; where none was named, how to reach the municipality."""
    return enter("office", talk, meaning) if talk.named_service else aside("handover", "office")


def fact(talk: Talk) -> Say:
    """All parts in one message, the municipality's own first; in simple mode one part a message."""
    told = tuple(lines for part in _telling(talk) if (lines := (*_part(talk, part), *_office(talk, part))))
    lines, *more = told or (_nothing(talk),)
    subject = str(talk.data["subject"])
    offered = dict((*parts.choice(talk), *_acts_on(talk, subject), *onward(talk, subject)))
    choices = () if talk.session.under else tuple(offered.items())
    return Say(lines, choices, more=tuple(more))


def _telling(talk: Talk) -> tuple[Part, ...]:
    """The parts on show; of two of which the very same is known the first."""
    shown = parts.shown(talk)
    said = [(known.text, known.items, known.basis.act) if (known := _known(talk, part)) else None for part in shown]
    return tuple(part for place, part in enumerate(shown) if said[place] is None or said[place] not in said[:place])


def _nothing(talk: Talk) -> Lines:
    """No part has anything to say on it: the office does."""
    office = offices.lines(talk.service, talk.municipality, talk.today) if talk.municipality else ()
    return (say("I have no confirmed answer to that. The office knows it."), *office)


def _acts_on(talk: Talk, subject: str) -> Choices:
    """What can be done about just this."""
    counting = (("intent:count_appeal", say("Count my last day")),) if subject == "appeal" else ()
    estimate = (ESTIMATE,) if subject == "amount" and talk.service.estimate else ()
    named = {f"intent:{own.wish}" for own in talk.service.subjects if own.id == subject}
    acts = tuple(act for act in _acts(talk.service) if act[0] in named)
    forms = (form for form in talk.service.forms if form.subject == subject)
    return (*counting, *estimate, *acts, *((f"{FORM}{form.id}", talk.service.phrase(form.title)) for form in forms))


def _known(talk: Talk, part: Part) -> Fact | None:
    return talk.local.fact(str(talk.data["subject"]), part.id, talk.today)


def _part(talk: Talk, part: Part) -> Lines:
    known = _known(talk, part)
    if known:
        return _stated(talk, part, known)
    return _unconfirmed(talk, part) if _speaks(talk, part) else ()


def _speaks(talk: Talk, part: Part) -> bool:
    return not part.silent or bool(talk.local.about(str(talk.data["subject"]), part.id))


def _stated(talk: Talk, part: Part, known: Fact) -> Lines:
    place = {"municipality": Name(talk.municipality.slug)} if talk.municipality else {}
    text = talk.service.phrase(known.text, **{**place, **known.values})
    items = tuple(say("– {item}", item=talk.service.phrase(item)) for item in known.items)
    title = say("{part}:", part=talk.service.phrase(part.title))
    return (title, text, *items, sources.line(talk.service, known.basis))


def _unconfirmed(talk: Talk, part: Part) -> Lines:
    """Nobody has confirmed it to us: said, with who knows it."""
    title = say("{part}:", part=talk.service.phrase(part.title))
    if talk.municipality is None:
        return (title, say("That differs from town to town. Tell me your municipality."))
    unknown = say("I have no confirmed answer to that. The office knows it.")
    office = talk.local.fact("office", part.id, talk.today)
    elsewhere = office is not None and not part.ours
    return (title, unknown, talk.service.phrase(office.text)) if elsewhere and office else (title, unknown)


def _office(talk: Talk, part: Part) -> Lines:
    """How to reach the municipality's office, once, where it was asked for or where only the office knows."""
    own = [part for part in _telling(talk) if part.ours and _speaks(talk, part)]
    if talk.municipality is None or not own or part != own[-1]:
        return ()
    facts = [_known(talk, part) for part in own]
    is_needed = talk.data["subject"] == "office" or any(known is None or known.names_office for known in facts)
    return offices.lines(talk.service, talk.municipality, talk.today) if is_needed else ()


STEPS = {
    "service": Step(service, hear_subject),
    "fact": Step(fact, hear_subject, passing=True),
}

INTENTS = {
    **{
        f"ask_{'service_info' if subject == 'about' else subject}": Entry(
            partial(enter, subject), label, about_service=True
        )
        for subject, label in LABELS.items()
    },
    "ask_office": Entry(enter_office, LABELS["office"]),
    "ask_subject": Entry(enter_subject, about_service=True),
}
