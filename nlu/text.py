"""One plain form of a text, whatever its case, script, diacritics and punctuation. Shows nothing to a citizen."""

import re
import unicodedata
from typing import NamedTuple

# A letter for a letter, as the Montenegrin alphabets have it. Ś and Ź lose their accent with all other marks.
_CYRILLIC = dict(zip("абвгдежзијклмнопрстуфхцчш", "abvgdezzijklmnoprstufhccs", strict=True)) | {
    "ђ": "dj",
    "ћ": "c",
    "љ": "lj",
    "њ": "nj",
    "џ": "dz",
}
_PLAIN = str.maketrans(_CYRILLIC | {"đ": "dj", "ð": "dj", "ł": "l", "ø": "o"})

# Accents, invisible signs, and apostrophes: people write s'kam and skam, don't and dont.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff'’‘ʼ`"
_DROPPED = re.compile(f"[{_MARKS}]+")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_LETTERS_CYRILLIC = re.compile("[\u0400-\u052f]")
_LETTERS_LATIN = re.compile("[a-zA-Z\u00c0-\u024f]")


class Word(NamedTuple):
    """A word as typed, and folded."""

    typed: str
    plain: str


def fold(text: str) -> str:
    """`text` in lower-case Latin letters without marks, its words parted by single spaces; empty without any word.

    `đ`, `ђ` and a typed `dj` come out alike; so do `s'kam` and `skam`.
    """
    # The marks go before the letters are looked up: ћ has no parts, but ќ and й have.
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return _BETWEEN_WORDS.sub(" ", _DROPPED.sub("", bare).translate(_PLAIN)).strip()


def words(text: str) -> list[Word]:
    """The words of `text` in order. One that folds to nothing or to several is left out."""
    found = (Word(typed, fold(typed)) for typed in _WORD.findall(unicodedata.normalize("NFKC", text)))
    return [word for word in found if word.plain and " " not in word.plain]


def script_of(text: str) -> str | None:
    """The script most letters are in: "Cyrl" or "Latn", as ISO 15924 has them; None where there are no such letters."""
    cyrillic, latin = len(_LETTERS_CYRILLIC.findall(text)), len(_LETTERS_LATIN.findall(text))
    if not cyrillic and not latin:
        return None
    return "Cyrl" if cyrillic > latin else "Latn"
