"""Which of two wishes was meant, and which service a wish is about."""

from dataclasses import replace

from dialogs.catalogue import services
from dialogs.flows import entries
from dialogs.session import Say
from dialogs.steps import Entry, Heard, Move, Step, Talk
from locales.phrase import say


def which(talk: Talk) -> Say:
    intents = str(talk.data["intents"]).split(",")
    choices = tuple((f"intent:{intent}", label) for intent in intents if (label := entries()[intent].label))
    return Say((say("Which of these do you mean?"),), choices)


def about(talk: Talk) -> Say:
    choices = tuple((name, service.phrase(service.title)) for name, service in services().items())
    return Say((say("What is it about?"),), choices)


def hear_about(talk: Talk, heard: Heard) -> Move | None:
    """The wish goes on with the service that was chosen, or named in other words."""
    name = heard.choice or heard.meaning.entities.get("service")
    if name not in services():
        return None
    there = talk.but(service=name)
    move = entries()[str(talk.data["intent"])].enter(there, heard.meaning)
    return replace(move, changes={"service": name, **move.changes})


STEPS = {"which": Step(which), "about": Step(about, hear_about)}
INTENTS: dict[str, Entry] = {}
