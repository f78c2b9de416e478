"""Where the assistant ends: a person, an office, or somebody else's service."""

from dialogs import offices
from dialogs.catalogue import services
from dialogs.session import Say
from dialogs.steps import Entry, Step, Talk, aside
from locales.phrase import Phrase, say


def person(talk: Talk) -> Say:
    """The office and how to reach it; a clerk cannot join this talk."""
    lines = (say("No clerk can join this chat yet. People at the municipality help you, by phone or at the counter."),)
    return Say((*lines, *_office(talk)), _start(talk))


def office(talk: Talk) -> Say:
    """How to reach the municipality, whatever it is about."""
    return Say(_office(talk), _start(talk))


def elsewhere(talk: Talk) -> Say:
    """Not ours, said so, and who can help. The portal is the state's own, with its services one by one."""
    mine = tuple(say("– {item}", item=service.phrase(service.title)) for service in services().values())
    others = say("For other public services, see euprava.me or ask your municipality.")
    return Say((say("I cannot help with that. What I know about:"), *mine, others, *_office(talk)), _start(talk))


def _office(talk: Talk) -> tuple[Phrase, ...]:
    if talk.municipality is None:
        return (say("Write the name of your municipality, and I tell you how to reach it."),)
    return offices.lines(talk.named_service, talk.municipality, talk.today)


def _start(talk: Talk) -> tuple[tuple[str, Phrase], ...]:
    return (
        ()
        if talk.session.under
        else (("intent:ask_office", say("Which office")), ("intent:main_menu", say("To the start")))
    )


STEPS = {
    "person": Step(person, passing=True),
    "office": Step(office, passing=True),
    "elsewhere": Step(elsewhere, passing=True),
}

INTENTS = {
    "human": Entry(lambda talk, meaning: aside("handover", "person"), say("A person")),
    "out_of_scope": Entry(lambda talk, meaning: aside("handover", "elsewhere")),
}
