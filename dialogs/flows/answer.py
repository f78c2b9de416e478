"""Questions about a service: each answered for the chosen municipality, part by part, with its act and date."""

from functools import partial

from dialogs import offices, parts, sources
from dialogs.catalogue import Fact, Part
from dialogs.session import Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, aside, go
from locales.phrase import Name, Phrase, say
from nlu import Understanding

Lines = tuple[Phrase, ...]

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
ENTITLED = ("intent:ask_eligibility", say("Am I entitled?"))
APPLY = ("intent:apply", say("Apply"))


def service(talk: Talk) -> Say:
    return Say((talk.service.phrase(talk.service.summary), say("What would you like to know?")), onward("about"))


def onward(subject: str) -> tuple[tuple[str, Phrase], ...]:
    others = tuple((key, label) for key, label in LABELS.items() if key != subject)
    return (APPLY, ENTITLED, *others)


def hear_subject(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice == parts.OTHER:
        return go("answer", "fact", **{**talk.data, "part": parts.other(talk).id})
    return enter(str(heard.choice), talk, heard.meaning) if heard.choice in LABELS else None


def enter(subject: str, talk: Talk, meaning: Understanding) -> Move:
    """The answer, or first the question for which municipality; what something is can be said without one."""
    place = {"subject": subject, "service": talk.service.name}
    if talk.municipality is None and subject != "about":
        return aside("town", "ask", flow="answer", step="fact", **place)
    return aside("answer", "fact", **place)


def fact(talk: Talk) -> Say:
    """Both parts in one message, the municipality's own first; in simple mode one part a message."""
    lines, *more = ((*_part(talk, part), *_office(talk, part)) for part in parts.shown(talk))
    choices = () if talk.session.under else (*parts.choice(talk), *onward(str(talk.data["subject"])))
    return Say(lines, choices, more=tuple(more))


def _known(talk: Talk, part: Part) -> Fact | None:
    return talk.local.fact(str(talk.data["subject"]), part.id, talk.today)


def _part(talk: Talk, part: Part) -> Lines:
    known = _known(talk, part)
    return _stated(talk, part, known) if known else _unconfirmed(talk, part)


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
    elsewhere = office is not None and part.id != talk.service.applies_to
    return (title, unknown, talk.service.phrase(office.text)) if elsewhere and office else (title, unknown)


def _office(talk: Talk, part: Part) -> Lines:
    """How to reach the municipality's office, where it was asked for or where only the office knows."""
    if talk.municipality is None or part.id != talk.service.applies_to:
        return ()
    known = _known(talk, part)
    is_needed = talk.data["subject"] == "office" or known is None or known.names_office
    return offices.lines(talk.service, talk.municipality) if is_needed else ()


STEPS = {
    "service": Step(service, hear_subject),
    "fact": Step(fact, hear_subject, passing=True),
}

INTENTS = {
    f"ask_{'service_info' if subject == 'about' else subject}": Entry(partial(enter, subject), label)
    for subject, label in LABELS.items()
}
