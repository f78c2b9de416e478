"""Where the assistant ends: a person, an office, or somebody else's service."""

from dialogs import offices
from dialogs.session import Say
from dialogs.steps import Entry, Step, Talk, aside
from locales.phrase import Phrase, say


def person(talk: Talk) -> Say:
    """The office and how to reach it; a clerk cannot join this talk."""
    lines = (say("No clerk can join this chat yet. People at the municipality help you, by phone or at the counter."),)
    return Say((*lines, *_office(talk)), _start(talk))


def elsewhere(talk: Talk) -> Say:
    """Not ours, said so, and who can help. The portal is the state's own, with its services one by one."""
    mine = say("I cannot help with that. What I know about: {service}.", service=_title(talk))
    others = say("For other public services, see euprava.me or ask your municipality.")
    return Say((mine, others, *_office(talk)), _start(talk))


def _title(talk: Talk) -> Phrase:
    return talk.service.phrase(talk.service.title)


def _office(talk: Talk) -> tuple[Phrase, ...]:
    if talk.municipality is None:
        return (say("Write the name of your municipality, and I tell you how to reach it."),)
    return offices.lines(talk.service, talk.municipality)


def _start(talk: Talk) -> tuple[tuple[str, Phrase], ...]:
    return (
        ()
        if talk.session.under
        else (("intent:ask_office", say("Which office")), ("intent:main_menu", say("To the start")))
    )


STEPS = {"person": Step(person, passing=True), "elsewhere": Step(elsewhere, passing=True)}

INTENTS = {
    "human": Entry(lambda talk, meaning: aside("handover", "person"), say("A person")),
    "out_of_scope": Entry(lambda talk, meaning: aside("handover", "elsewhere")),
}
