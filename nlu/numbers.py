"""Small numbers in figures and in words, in all languages at once. The words are in `data/<language>/numbers.yml`."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from nlu.vocabulary import Found, Vocabulary, Words, data, listed, lone, vocabulary, words_of

FILE = "numbers.yml"
TENS = (20, 30)
GREATEST = 31
LONGEST_FIGURE = 3


def read_number(text: str) -> int | None:
    """The number a text consists of ("2.", "dvije", "number two", "e dyta"), from 0 to 31 in words and 999 in figures.

    None where there is none, where there are several, and where the text says more than a number.
    """
    return lone(words_of(text), number_at, AROUND)


def number_at(words: Words, start: int) -> Found | None:
    """The number in figures or words that begins at this word."""
    return figure_at(words, start) or ORDINALS.at(words, start) or CARDINALS.at(words, start)


def figure_at(words: Words, start: int) -> Found | None:
    """The number in figures, of at most three digits, that stands at this word."""
    if start < len(words) and words[start].isdecimal() and len(words[start]) <= LONGEST_FIGURE:
        return int(words[start]), start + 1
    return None


def _forms(about: Mapping[str, Any], kind: str) -> Iterator[tuple[str, int]]:
    """The forms of one language, and those from 21 on put together: "dvadeset prvi", "dvadesetprvi", "njëzet e tre"."""
    forms = about[kind]
    yield from ((form, number) for number, written in forms.items() for form in written)
    joints = [" ", "", *(f" {word} " for word in about["between"]), *about["between"]]
    for ten in TENS:
        for unit in range(1, min(9, GREATEST - ten) + 1):
            for joint in joints:
                yield from ((f"{t}{joint}{u}", ten + unit) for t in about["cardinals"][ten] for u in forms[unit])


def _all(kind: str) -> Vocabulary:
    return vocabulary(chain.from_iterable(_forms(about, kind) for about in data(FILE)))


CARDINALS = _all("cardinals")
ORDINALS = _all("ordinals")
AROUND = listed(FILE, "around")
