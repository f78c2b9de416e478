"""Being reminded of the days on which something is due, a week before each, for as long as the citizen wants."""

from dataclasses import replace

from dialogs import sources
from dialogs.catalogue import services
from dialogs.dues import TOPIC, coming
from dialogs.service import Service
from dialogs.session import Order, Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, always, aside, go, stay
from locales.phrase import Phrase, say
from nlu import Understanding

FLOW = "remind"


def subscribe(talk: Talk, meaning: Understanding) -> Move:
    """To the question; elsewhere for what has no due days."""
    service = _due(talk, meaning)
    if service is None:
        return aside("handover", "elsewhere")
    if (talk.place.flow, talk.place.step) == (FLOW, "ask"):
        return stay()
    return aside(FLOW, "ask", service=service.name)


def unsubscribe(talk: Talk, meaning: Understanding) -> Move:
    """Done at once: it can be asked for again at any time."""
    service = _due(talk, meaning)
    if service is None:
        return aside("handover", "elsewhere")
    order = Order("unremind", talk.outside.key, {"service": service.name})
    return replace(aside(FLOW, "off", service=service.name), orders=(order,))


def _due(talk: Talk, meaning: Understanding) -> Service | None:
    """The service with due days that is meant: the one named or talked about; the first where none is."""
    topic = meaning.entities.get("topic", TOPIC)
    if topic != TOPIC:
        return None
    named = None if "topic" in meaning.entities else talk.named_service
    every = (named,) if named else tuple(services().values())
    return next((service for service in every if service.dues), None)


def _dates(talk: Talk) -> tuple[Phrase, ...]:
    """The next due days, and where they are written."""
    found = coming(talk.service.dues, talk.today)
    days = (say("– {title}: {day}", title=talk.service.phrase(each.due.title), day=each.day) for each in found)
    return (*days, *sources.lines(talk.service, (each.due.basis for each in found)))


def ask(talk: Talk) -> Say:
    title = say("{title}:", title=talk.service.phrase(talk.service.title))
    question = say("Shall I remind you a week before each due date?")
    return Say((title, *_dates(talk), question), (("yes", say("Yes, remind me")), ("no", say("No"))))


def hear_ask(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice == "no":
        return Move(note=(say("I will not remind you."),), done=True)
    if heard.choice != "yes":
        return None
    order = Order("remind", talk.outside.key, {"service": talk.service.name})
    return replace(go(FLOW, "on", service=talk.service.name), orders=(order,))


def on(talk: Talk) -> Say:
    lines = (say("I will remind you a week before. These are the next dates:"), *_dates(talk))
    choices = (("intent:unsubscribe", say("No reminders")), ("intent:main_menu", say("To the start")))
    return Say(lines, () if talk.session.under else choices)


def off(talk: Talk) -> Say:
    line = say("{title}: I will not remind you any more.", title=talk.service.phrase(talk.service.title))
    choices = (("intent:subscribe", say("Remind me")), ("intent:main_menu", say("To the start")))
    return Say((line,), () if talk.session.under else choices)


STEPS = {
    "ask": Step(ask, hear_ask, open=always),
    "on": Step(on, passing=True),
    "off": Step(off, passing=True),
}

INTENTS = {
    "subscribe": Entry(subscribe, say("Remind me")),
    "unsubscribe": Entry(unsubscribe, say("No reminders")),
}
