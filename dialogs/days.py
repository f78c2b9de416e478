"""A day that a flow asks for: left open, read back where it is not sure, and corrected at once.

The flow has a step "confirm" that reads it back. The place keeps it as DAY, beside all else that it knows.
"""

from dataclasses import dataclass, replace
from datetime import date

from dialogs import forms, offers
from dialogs.readers import Read, read, same_month
from dialogs.session import Answer, Say
from dialogs.steps import Heard, Move, Talk, go
from locales.phrase import say
from nlu.numbers import read_number
from nlu.phrasing import is_question

DAY = "day"
PAST = "date"
NOT_YET = "not_yet"
OPEN = ((NOT_YET, say("Not yet")), (offers.SKIP, say("I do not know")))
"""The choices of somebody who has no day to tell."""


def known(talk: Talk) -> date | None:
    """The day of this place; None where it was left open."""
    return date.fromisoformat(str(talk.data[DAY])) if DAY in talk.data else None


def go_on(talk: Talk, step: str, **data: Answer) -> Move:
    """To another step of the same flow, about the same thing; the day is only kept where it is named."""
    kept = {key: value for key, value in talk.data.items() if key != DAY}
    return go(talk.place.flow, step, **{**kept, **data})


def confirm(talk: Talk) -> Say:
    """The day is read back before it is used."""
    return forms.read_back(say("{day}", day=date.fromisoformat(str(talk.data[DAY]))))


@dataclass(frozen=True)
class Wanted:
    """A day of this `kind`: the step `asked` asks for it, and the step `then` goes on, with it or without."""

    kind: str
    asked: str
    then: str

    def hear(self, talk: Talk, heard: Heard) -> Move | None:
        """On with the day or without one, or the same question again; None for a question back."""
        if heard.choice in (NOT_YET, offers.SKIP):
            return go_on(talk, self.then)
        found = read(self.kind, heard.text, talk.today)
        if isinstance(found, Read):
            return self._taken(talk, found)
        return None if is_question(heard.text) else Move(note=(found,), missed=True)

    def hear_confirm(self, talk: Talk, heard: Heard) -> Move | None:
        """Yes goes on, no asks again, and another day corrects it at once; None for no day. "Back" passes it by."""
        move = self._confirmed(talk, heard)
        return replace(move, changes={**move.changes, "trail": talk.session.trail}) if move else None

    def _confirmed(self, talk: Talk, heard: Heard) -> Move | None:
        if heard.choice == "yes":
            return go_on(talk, self.then, day=talk.data[DAY])
        corrected = self._corrected(talk, heard)
        if corrected is None and heard.choice == "no":
            return go_on(talk, self.asked)
        return corrected

    def _corrected(self, talk: Talk, heard: Heard) -> Move | None:
        """With another day, also beside a no; a number that makes a choice is none."""
        is_counted = heard.choice is not None and read_number(heard.text) is not None
        found = read(self.kind, heard.text, talk.today)
        if is_counted or not isinstance(found, Read):
            return None
        if self.kind != PAST:
            return self._taken(talk, found)
        return self._taken(talk, replace(found, value=same_month(str(talk.data[DAY]), found, heard.text, talk.today)))

    def _taken(self, talk: Talk, found: Read) -> Move:
        return go_on(talk, self.then if found.sure else "confirm", day=found.value)
