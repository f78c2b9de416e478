"""What a link or a QR code on a poster says: the service, the municipality and the language to begin with."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dialogs.catalogue import municipalities, services
from dialogs.offers import plain
from dialogs.session import Choice, Message, Place, Reply
from dialogs.steps import HOME, Move, Talk, aside, go, stay
from locales import DEFAULT, LANGUAGES, match
from locales.phrase import Name, Phrase, say
from locales.wording import word
from nlu.text import fold

BETWEEN = "__"
LONGEST = 64
"""Telegram hands over so many characters of A-Z a-z 0-9 _ and -."""
START = "start"
WELCOME = Place("start", "welcome")
BEGIN = say("Start")
HELLO = say("Hello. I am komshi, the digital assistant of your municipality.")
FREELY = say("I am a program, not a person. Write to me freely, or choose.")


@dataclass(frozen=True)
class Opening:
    """What is named; None for what is not."""

    service: str | None = None
    municipality: str | None = None
    language: str | None = None

    @property
    def remembered(self) -> dict[str, Any]:
        """What it changes in a session; whoever talks already has chosen a language."""
        named = {"service": self.service, "municipality": self.municipality}
        return {name: value for name, value in named.items() if value is not None}


def read(payload: str | None) -> Opening:
    """What the payload names, in any order; what is not known is left out."""
    parts = (payload or "").split(BETWEEN)
    return Opening(
        next((part for part in parts if part in services()), None),
        next((part for part in parts if part in municipalities()), None),
        next((part for part in parts if part in LANGUAGES), None),
    )


def payload(opening: Opening) -> str:
    """The payload that names this; at most LONGEST characters."""
    return BETWEEN.join(filter(None, (opening.service, opening.municipality, opening.language)))


def welcome(language: str | None, opens: str | None) -> Reply:
    """What somebody is told before they may be written to: who speaks, what a press does, and one button to begin."""
    tongue = read(opens).language or (match(language) if language else DEFAULT)
    lines = (
        HELLO,
        say("I am a program, not a person."),
        say("Press “{start}”, and I may write to you here.", start=BEGIN),
        say("You can stop at any time: write “stop”."),
    )
    return Reply("\n".join(word(line, tongue) for line in lines), tongue, (Choice(START, word(BEGIN, tongue)),))


def is_start(message: Message) -> bool:
    """The button to begin, pressed or written down in any language."""
    return message.choice == START or fold(message.text) in _begins()


@lru_cache(maxsize=1)
def _begins() -> frozenset[str]:
    """The words on the button, in every language."""
    return frozenset(plain(word(BEGIN, tongue)) for tongue in LANGUAGES)


def enter(talk: Talk, opening: Opening, *, is_new: bool, is_open: bool) -> Move:
    """To what the link names; the plain start where it names nothing, which says hello only once.

    `is_new`: nothing was said before, so it is told who speaks. `is_open`: a question waits for its answer. It is not
    lost: it goes on at once where the link is about the same service, and otherwise it is the way back.
    """
    if not opening.remembered:
        return Move(to=HOME) if talk.place == WELCOME else aside(WELCOME.flow, WELCOME.step)
    town = _town(opening)
    if is_open and opening.service in (None, talk.data.get("service")):
        return stay(*town, say("We go on where you stopped."), **opening.remembered)
    hello = (HELLO, FREELY) if is_new else ()
    kept = (say("What you have begun is kept. Write “back” to go on with it."),) if is_open else ()
    to = go("answer", "service", service=opening.service) if opening.service else Move(to=HOME)
    return Move(to=to.to, note=(*hello, *kept, *town), changes=opening.remembered)


def _town(opening: Opening) -> tuple[Phrase, ...]:
    slug = opening.municipality
    return (say("Municipality: {municipality}.", municipality=Name(slug)),) if slug else ()
