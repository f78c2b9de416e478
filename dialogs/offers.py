"""Choices: how many are shown at a time, and which one a citizen meant."""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from dialogs.session import Choice, Message, Place, Say, Session
from locales import LANGUAGES
from locales.phrase import Phrase, say
from locales.wording import word
from nlu import Decision, Understanding
from nlu.entities import UNSCORED
from nlu.numbers import read_number
from nlu.phrasing import is_question, is_unknown
from nlu.text import fold

MORE = "more"
SKIP = "skip"
STALE = "stale"
ANY = "any"
WISH = "intent:"
SHORTEST_BEGINNING = 3
LABELS = 10_000
STEM = 4
LIMITS = {"ordinary": 5, "simple": 3}
SPOKEN = {"affirm": "yes", "deny": "no"}

Offer = tuple[str, Phrase]


def shown(said: Say, session: Session) -> tuple[Offer, ...]:
    """The choices of the page on show, and one that turns the page of a long list; not to know does not count.

    A choice that is there twice goes by other words too, and is shown by the first.
    """
    limit = LIMITS[session.tier]
    choices = _once(said.choices)
    answers = tuple(offer for offer in choices if offer[0] != SKIP)
    skip = choices[len(answers) :]
    if len(answers) <= limit:
        return choices
    pages = [answers[start : start + limit - 1] for start in range(0, len(answers), limit - 1)]
    return (*pages[session.page % len(pages)], (MORE, say("More")), *skip)


def _once(choices: tuple[Offer, ...]) -> tuple[Offer, ...]:
    labels: dict[str, Phrase] = {}
    for id, label in choices:
        labels.setdefault(id, label)
    return tuple(labels.items())


def worded(offers: Iterable[Offer], session: Session, place: Place) -> tuple[Choice, ...]:
    language = str(session.language)
    return tuple(Choice(_marked(id, place), word(label, language, session.tier)) for id, label in offers)


def _marked(id: str, place: Place) -> str:
    """A wish may be pressed at any time; an answer only while its question is asked."""
    return f"{ANY if id.startswith(WISH) else code(place)}:{id}"


def code(place: Place) -> str:
    """A short mark of the question a choice belongs to: an old button is no answer to a new question."""
    return f"{zlib.crc32(repr((place.flow, place.step, sorted(place.data.items()))).encode()):08x}"


def pressed(message: Message, said: Say, place: Place) -> str | None:
    """The id of the pressed choice; STALE for a button of an earlier question; None where nothing was pressed."""
    if message.choice is None:
        return None
    mark, _, id = message.choice.partition(":")
    if mark == ANY and id.startswith(WISH):
        return id
    known = id in {MORE, *(choice for choice, _ in said.choices)}
    return id if known and mark == code(place) else STALE


def meant(text: str, said: Say, session: Session, meaning: Understanding) -> str | None:
    """The id of the choice that was typed: by its words in any language, by its number, or by a plain yes or no.

    The words go first: a keyboard of a messenger writes the label ("Another number") when it is pressed.
    """
    if not said.choices:
        return None
    if is_unknown(text):
        # "Na plaži, nemam zakup" is the answer that says so, and no "I do not know".
        said_so = None if is_question(text) else mentioned(text, said.choices)
        return said_so or (SKIP if SKIP in dict(said.choices) else _labelled(text, said.choices))
    return _labelled(text, said.choices) or _numbered(text, shown(said, session)) or _spoken(said.choices, meaning)


def _numbered(text: str, offers: tuple[Offer, ...]) -> str | None:
    number = read_number(text)
    return offers[number - 1][0] if number and number <= len(offers) else None


@lru_cache(maxsize=LABELS)
def plain(label: str) -> str:
    """A label as it is compared. Every message is held against all that are on offer, in every language."""
    return fold(label)


def _labelled(text: str, offers: tuple[Offer, ...]) -> str | None:
    """By the very words, or else by words that differ only in script, case and marks."""
    words = fold(text)
    every = ((id, name) for id, names in (*offers, (MORE, say("More"))) for name in _every(names))
    found = [(id, name) for id, name in every if words in (plain(name), plain(_unexplained(name)))]
    exactly = (id for id, name in found if name == text)
    return next(exactly, found[0][0] if found else None)


def _unexplained(label: str) -> str:
    """The label without what stands in brackets after it."""
    return label.partition(" (")[0]


def _spoken(offers: tuple[Offer, ...], meaning: Understanding) -> str | None:
    is_plain = meaning.decision is Decision.ANSWER and not meaning.entities.keys() - UNSCORED
    id = SPOKEN.get(meaning.intent) if is_plain else None
    return id if id in {choice for choice, _ in offers} else None


def mentioned(text: str, offers: tuple[Offer, ...]) -> str | None:
    """The one choice whose words all stand in a longer answer ("ja sam majka"); None for none or for two.

    Of "restaurant" and "national restaurant" in one answer the longer is meant.
    """
    words = set(fold(text).split())
    standing = ((id, name) for id, names in offers for name in _every(names) if _stands(name, words))
    # "Ne znam" has a "ne" in it, which is no answer there; "nema ime" is one.
    found = [(id, set(plain(name).split())) for id, name in standing if not is_unknown(text) or is_unknown(name)]
    longest = {id for id, name in found if not any(name < other for _, other in found)}
    return longest.pop() if len(longest) == 1 else None


def deferred(text: str, offers: tuple[Offer, ...]) -> str | None:
    """For somebody who does not know: the one choice that stands for not knowing yet, if there is one."""
    found = {id for id, names in offers for name in _every(names) if is_unknown(name)}
    return found.pop() if is_unknown(text) and len(found) == 1 else None


def _every(names: Phrase) -> Iterator[str]:
    for language in LANGUAGES:
        yield from word(names, language).split(";")


def named(text: str, offers: tuple[Offer, ...]) -> str | None:
    """The one choice of whose words the text has one, in any case form ("telefona" for "Vaš telefon"); None for two."""
    stems = {word[:STEM] for word in fold(text).split() if len(word) >= STEM}
    found = {
        id for id, names in offers for name in _every(names) if stems & {word[:STEM] for word in plain(name).split()}
    }
    return found.pop() if len(found) == 1 else None


def begun(text: str, offers: tuple[Offer, ...]) -> str | None:
    """The one choice whose words begin with what was typed ("change" for "Change an answer"); None for two."""
    words = fold(text)
    found = {id for id, label in offers if any(plain(word(label, tongue)).startswith(words) for tongue in LANGUAGES)}
    return found.pop() if len(found) == 1 and len(words) >= SHORTEST_BEGINNING else None


def _stands(label: str, words: set[str]) -> bool:
    parts = set(plain(label).split())
    return bool(parts) and parts <= words
