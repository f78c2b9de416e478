"""How long the sentences of a text are: the measure that plain language is held to."""

import re
from collections.abc import Iterator

from locales.languages import SPOKEN, Tier

MOST_WORDS = {Tier.ORDINARY: 20, Tier.SIMPLE: 12}
"""In one sentence. Easy-read guides ask for 10 to 15 words at most; the simple tier keeps well inside."""

_END = re.compile(r"[.!?…]+[\"”“»')\]]*\s+(?=[\"„“«('\[{]?[^\W_])")
_LAST_WORD = re.compile(r"(?:[\w{}:]+\.)*[\w{}:]+$")


def sentences(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a text; a line break ends one too. KeyError for a language that is not ours.

    A full stop after an ordinal ("5. mart"), an initial or one of the language's abbreviations ("br. 3") ends nothing.
    """
    abbreviations = SPOKEN[language].abbreviations
    return tuple(found for line in text.splitlines() for found in _split(line, abbreviations) if words(found))


def words(sentence: str) -> int:
    """How many words: whatever stands between spaces and has a letter or a figure. An open place counts as one."""
    return sum(any(sign.isalnum() for sign in part) for part in sentence.split())


def longest(text: str, language: str) -> str:
    """The sentence with most words, the first of equals; empty for a text without words."""
    return max(sentences(text, language), key=words, default="")


def _split(line: str, abbreviations: tuple[str, ...]) -> Iterator[str]:
    start = 0
    for end in _END.finditer(line):
        if _ends(line[start : end.start()], end.group(), line[end.end() :], abbreviations):
            yield line[start : end.end()].strip()
            start = end.end()
    yield line[start:].strip()


def _ends(before: str, mark: str, after: str, abbreviations: tuple[str, ...]) -> bool:
    if not mark.startswith("."):
        return True
    first = after.lstrip("\"„“«('[")[:1]
    last = _LAST_WORD.search(before)
    word = last.group() if last else ""
    if word.lower() in abbreviations or (len(word) == 1 and word.isupper()):
        return False
    return first.isupper() or first == "{" or (first.isdigit() and not word.isdigit())
