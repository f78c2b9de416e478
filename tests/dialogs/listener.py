"""Listens to stories, and says the choices that were on offer in them again: once pressed, once written down."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dialogs.engine import advance
from dialogs.flows import steps
from dialogs.offers import code
from dialogs.outside import Outside
from dialogs.session import Message, Reply, Session, Turn
from dialogs.steps import Talk
from locales.wording import word
from nlu.embedded import Embedded
from tests.dialogs.said import Said

Answered = tuple[Session, tuple[Reply, ...]]


@dataclass(frozen=True)
class Offered:
    """A choice on offer at a point of a talk. `id` is what a press of it brings back."""

    session: Session
    outside: Outside
    label: str
    id: str

    def pressed(self) -> Answered:
        return self._answered(Said("", self.id), self.outside)

    def written(self, engine: Embedded) -> Answered:
        return self._answered(Said(self.label), replace(self.outside, meaning=engine.understand(self.label)))

    def _answered(self, said: Said, outside: Outside) -> Answered:
        turn = advance(self.session, said, outside)
        return turn.session, turn.replies


class Listener:
    """The product's own turn, and every place that was reached by it, once each."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[Session, Outside]] = {}

    def advance(self, session: Session, message: Message, outside: Outside) -> Turn:
        turn = advance(session, message, outside)
        place = turn.session.where
        if place is not None:
            self._places.setdefault(f"{place.flow} {place.step} {sorted(place.data.items())}", (turn.session, outside))
        return turn

    def offered(self, language: str, tier: str) -> Iterator[Offered]:
        """Every choice at every place, as it is on offer in this language and tier, on whichever page."""
        for session, outside in self._places.values():
            yield from _offered(replace(session, language=language, tier=tier), outside)


def _offered(session: Session, outside: Outside) -> Iterator[Offered]:
    place = session.where
    if place is None:
        return
    choices = steps()[place.flow, place.step].ask(Talk(session, place, outside)).choices
    # Other words for a choice come after its label.
    for id, label in dict(reversed(choices)).items():
        mark = "any" if id.startswith("intent:") else code(place)
        yield Offered(session, outside, word(label, str(session.language), session.tier), f"{mark}:{id}")
