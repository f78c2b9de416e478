"""Montenegrin Latin to Cyrillic and back. Letters, exceptions and what stays Latin are in `cnr-Cyrl/alphabet.toml`."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from pathlib import Path

_DATA = tomllib.loads((Path(__file__).parent / "cnr-Cyrl" / "alphabet.toml").read_text(encoding="utf-8"))
_PAIRS: dict[str, str] = _DATA["letters"]
_APART = {word.replace("|", ""): word.index("|") for word in _DATA["apart"]["beginnings"]}

# The digraphs in one code point (U+01C4 to U+01CC), a relic of old code pages, become two letters.
_RELICS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x01C4, 0x01CD)}


def _cases(letter: str) -> set[str]:
    return {letter, letter.upper(), letter.capitalize(), letter[0] + letter[1:].upper()}


_TO_CYRILLIC = {
    written: cyrillic.upper() if written[0].isupper() else cyrillic
    for latin, cyrillic in _PAIRS.items()
    for written in _cases(latin)
}
_TO_LATIN = {cyrillic: latin for latin, cyrillic in _PAIRS.items()}
_KNOWN = frozenset("".join((*_TO_CYRILLIC, *_TO_CYRILLIC.values())))


def _either(words: Iterable[str]) -> str:
    """A pattern for any of these, the longest first, so that a letter of two signs is not read as two letters."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WORD = re.compile(r"[^\W\d_]+")
_LATIN_LETTER = re.compile(_either(_TO_CYRILLIC))
_CYRILLIC_LETTER = re.compile(_either(case for letter in _TO_LATIN for case in (letter, letter.upper())))
_BEGINNING = re.compile(_either(_APART))
_KEPT = re.compile(
    rf"""(
      \{{[^{{}}]*\}}                                                            # a placeholder
    | \w+://\S+ | \bwww\.\S+                                                    # a web address
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                              # an e-mail address
    | \b(?:[\w-]+\.)+(?:{_either(_DATA["kept"]["domains"])})\b(?:/\S*)?         # a web address without http
    | (?<!\S)/[a-z]+\b                                                          # a command in a messenger
    | \b(?=[A-Z0-9-]*[0-9])(?=[A-Z0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*\b        # an IBAN, a reference, a form
    | \b[0-9]+\s?m\b | \bm[23²³]\b                                              # metres
    | \b(?:{_either(_DATA["kept"]["exact"])})\b
    | \b(?i:{_either(_DATA["kept"]["beginnings"])})\w*
    )""",
    re.VERBOSE,
)


def cyrillic(text: str) -> str:
    """The text in Cyrillic, NFC. Addresses, codes, placeholders and words with letters we do not have stay Latin."""
    parts = _KEPT.split(unicodedata.normalize("NFC", text).translate(_RELICS))
    return "".join(part if place % 2 else _WORD.sub(_cyrillic_word, part) for place, part in enumerate(parts))


def _cyrillic_word(match: re.Match[str]) -> str:
    word = match.group()
    if not _KNOWN.issuperset(word):
        return word
    beginning = _BEGINNING.match(word.lower())
    border = _APART[beginning.group()] if beginning else 0
    return "".join(
        _LATIN_LETTER.sub(lambda m: _TO_CYRILLIC[m.group()], part) for part in (word[:border], word[border:])
    )


def latin(text: str) -> str:
    """The text in Latin, NFC, letter by letter; letters of other alphabets stay as they are."""
    return _CYRILLIC_LETTER.sub(_latin_letter, unicodedata.normalize("NFC", text))


def _latin_letter(match: re.Match[str]) -> str:
    """A capital Њ is NJ among capitals and Nj elsewhere."""
    letter = match.group()
    written = _TO_LATIN[letter.lower()]
    if letter.islower():
        return written
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    shouted = after.isupper() or (before.isupper() and not after.islower())
    return written.upper() if shouted else written.capitalize()
