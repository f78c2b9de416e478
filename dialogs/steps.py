"""The whole vocabulary of a flow: what a step is lent, what it may say, and the moves it can answer with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.catalogue import municipalities, services
from dialogs.outside import Kind, Outside
from dialogs.service import Form, Local, Municipality, Service
from dialogs.session import Answer, Order, Place, Say, Session
from locales.phrase import Phrase
from nlu import Understanding

__all__ = ["Entry", "Heard", "Move", "Say", "Step", "Talk", "always", "aside", "go", "home", "stay"]

HOME = Place("start", "menu")
HOME_TIME = ZoneInfo("Europe/Podgorica")
SOUGHT = "sought"
"""Under this name a place keeps what is to be looked up again with every message."""
PHONE = "phone"
PLACE = "place"
PLACES = frozenset({PLACE, "text"})
"""The kinds of answers that a place on the map may be meant for; an address is free words."""


@dataclass(frozen=True)
class Talk:
    """What a step may look at: the session, the place it is asked at, and the world outside."""

    session: Session
    place: Place
    outside: Outside

    @property
    def data(self) -> Mapping[str, Answer]:
        return self.place.data

    @property
    def simple(self) -> bool:
        return self.session.tier == "simple"

    @property
    def service(self) -> Service:
        """The service the talk is about; the first of the house while none was named."""
        return self.named_service or next(iter(services().values()))

    @property
    def named_service(self) -> Service | None:
        """The service this place or the talk is about; where none was named, that of the newest application."""
        applied = (case.service for case in self.outside.cases if case.mine)
        name = self.data.get("service") or self.session.service or next(applied, None)
        return services().get(str(name))

    @property
    def form(self) -> Form:
        """The kind of application this place is about."""
        return self.service.form(str(self.data.get("form")))

    @property
    def municipality(self) -> Municipality | None:
        """The one that was named; where none was, that of the citizen's newest application."""
        applied = (case.municipality for case in self.outside.cases if case.mine)
        return municipalities().get(str(self.session.municipality or next(applied, None)))

    @property
    def local(self) -> Local:
        """What holds for the service in the municipality of the talk."""
        return self.service.local(self.municipality.slug if self.municipality else None)

    def answers(self, key: str) -> Mapping[str, Answer]:
        """What was answered about a service, by its name, or in a draft, by the key of its form."""
        return self.session.answers.get(key, {})

    @property
    def today(self) -> date:
        """The day in Montenegro."""
        return self.outside.now.astimezone(HOME_TIME).date()

    def but(self, **changes: Any) -> "Talk":
        """The same talk with changes to the session."""
        return replace(self, session=replace(self.session, **changes))


@dataclass(frozen=True)
class Heard:
    """What the citizen said to a step. `choice` is the id of the choice that was meant, if one was."""

    text: str
    choice: str | None
    meaning: Understanding


@dataclass(frozen=True)
class Move:
    """What a step answers with.

    `to` is the next place, None to stay. `note` is said before what comes next. `aside`: come back here afterwards.
    `done`: the flow is over, and what it interrupted goes on. `back`: one step back. `changes` are fields of the
    session.
    """

    to: Place | None = None
    note: tuple[Phrase, ...] = ()
    aside: bool = False
    done: bool = False
    back: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()
    missed: bool = False


@dataclass(frozen=True)
class Step:
    """One step: how it is asked, and what it makes of an answer (None: not an answer to this).

    `open`: it is a question to come back to. `passing`: it says something and, where it interrupted a question, that
    one goes on at once.
    `onward`: the move to make at once where there is nothing to ask, None to ask.
    `reads`: it takes free words as its answer (a name, a street), which are no sign of the language. `verbatim`: every
    word is for somebody else, and only a bare command is for us. `corrects`: where to go when something is to be put
    right, None for one step back. `looks_up`: the answer is a number or a code, and what goes by it is looked up
    outside before the step hears it; a place that keeps one as SOUGHT has that one looked up instead. `kind`: what kind
    of answer is asked for, empty where it does not matter to what comes instead of words. `public`: it is
    asked for what anybody may know of an office, such as its account.
    """

    ask: Callable[[Talk], Say]
    hear: Callable[[Talk, Heard], Move | None] = lambda talk, heard: None
    open: Callable[[Talk], bool] = lambda talk: False
    passing: bool = False
    onward: Callable[[Talk], Move | None] = lambda talk: None
    reads: Callable[[Talk], bool] = lambda talk: False
    verbatim: Callable[[Talk], bool] = lambda talk: False
    corrects: Callable[[Talk, Heard], Move | None] = lambda talk, heard: None
    looks_up: Kind | None = None
    kind: Callable[[Talk], str] = lambda talk: ""
    public: bool = False


def always(talk: Talk) -> bool:
    """For a step that is a question at every time."""
    return True


@dataclass(frozen=True)
class Entry:
    """How an intent enters a flow; `label` names it when a citizen is asked which of two things was meant.

    `about_service`: it can only be answered once it is known which service it is about.
    """

    enter: Callable[[Talk, Understanding], Move]
    label: Phrase | None = None
    about_service: bool = False


def go(flow: str, step: str, /, **data: Answer) -> Move:
    """On to another place."""
    return Move(to=Place(flow, step, data))


def aside(flow: str, step: str, /, **data: Answer) -> Move:
    """To another place, and back here when it is done."""
    return Move(to=Place(flow, step, data), aside=True)


def stay(*note: Phrase, **changes: Any) -> Move:
    """Here again, after a word about why."""
    return Move(note=note, changes=changes)


def home(*note: Phrase, **changes: Any) -> Move:
    """To the start; what was interrupted is left."""
    return Move(to=HOME, note=note, changes={"under": (), "trail": (), **changes})
