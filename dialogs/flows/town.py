"""Which municipality it is about. Whoever needs to know sends the talk here and says where to go on."""

from dialogs.catalogue import municipalities
from dialogs.session import Answer, Place, Say
from dialogs.steps import PLACE, Entry, Heard, Move, Step, Talk
from locales.phrase import Name, say
from nlu import Decision

FACTS = "answer"
LONGEST_PLACE = 3


def ask(talk: Talk) -> Say:
    choices = tuple((slug, say("{municipality}", municipality=Name(slug))) for slug in municipalities())
    asked = talk.named_service
    own = asked.phrase(asked.where) if asked and asked.where else None
    return Say((own or say("Which municipality do you live in? Write its name, or choose."),), choices)


def hear(talk: Talk, heard: Heard) -> Move | None:
    slug = heard.choice or heard.meaning.entities.get("municipality")
    if heard.choice is None and heard.meaning.decision is Decision.ANSWER and len(heard.text.split()) > LONGEST_PLACE:
        return None
    if slug not in municipalities():
        one, *_, other = map(Name, municipalities())
        unknown = say("I do not find that municipality. Write, for example: {one} or {other}.", one=one, other=other)
        return Move(note=(unknown,), missed=True)
    return Move(to=onward(talk), changes={"municipality": slug})


def known(talk: Talk) -> Move | None:
    return Move(to=onward(talk)) if talk.municipality else None


def is_for_a_form(talk: Talk) -> bool:
    """A form is come back to; a question about a fact is left for the next one."""
    return talk.data["flow"] != FACTS


def onward(talk: Talk) -> Place:
    rest: dict[str, Answer] = {key: value for key, value in talk.data.items() if key not in ("flow", "step")}
    return Place(str(talk.data["flow"]), str(talk.data["step"]), rest)


STEPS = {"ask": Step(ask, hear, open=is_for_a_form, onward=known, kind=lambda talk: PLACE)}
INTENTS: dict[str, Entry] = {}
