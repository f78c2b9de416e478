"""Phrases of the languages' data files, and how they are found in a row of folded words."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlu.text import fold

DATA = Path(__file__).parent / "data"

Words = tuple[str, ...]
Found = tuple[int, int]
"""A number, and the place after the words that stood for it."""


def words_of(text: str) -> Words:
    """The folded words and figures of a text, apart even where they are written together: "23rd" is 23 and rd."""
    return tuple(re.findall(r"\d+|[^\W\d_]+", fold(text)))


@dataclass(frozen=True)
class Vocabulary:
    """Phrases of one or more words, each with the number it stands for."""

    phrases: Mapping[Words, int]
    longest: int

    def at(self, words: Words, start: int) -> Found | None:
        """The longest phrase that begins at `start`; None where none does."""
        for end in range(min(start + self.longest, len(words)), start, -1):
            value = self.phrases.get(words[start:end])
            if value is not None:
                return value, end
        return None

    def skip(self, words: Words, start: int) -> int:
        """Where the phrases that follow each other from `start` on end."""
        while found := self.at(words, start):
            start = found[1]
        return start


def vocabulary(phrases: Iterable[tuple[str, int]]) -> Vocabulary:
    """Each phrase, folded, with its number; a phrase that is given twice keeps the last."""
    folded = {words_of(phrase): number for phrase, number in phrases}
    return Vocabulary(folded, max(map(len, folded), default=0))


@lru_cache
def data(file: str) -> tuple[Mapping[str, Any], ...]:
    """The data file of this name of every language that has one."""
    paths = sorted(DATA.glob(f"*/{file}"))
    return tuple(yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths)


def numbered(file: str, *keys: str) -> Vocabulary:
    """The phrases under a key, `number: [phrase, …]`, of all languages at once."""
    found = (_under(about, keys) for about in data(file))
    return vocabulary((phrase, number) for table in found for number, phrases in table.items() for phrase in phrases)


def listed(file: str, *keys: str) -> Vocabulary:
    """The phrases under a key that has a plain list, of all languages at once."""
    found = (_under(about, keys) for about in data(file))
    return vocabulary((phrase, 1) for phrases in found for phrase in phrases)


def _under(about: Any, keys: Words) -> Any:
    return _under(about.get(keys[0], {}), keys[1:]) if keys else about


def lone(words: Words, read: Callable[[Words, int], Found | None], around: Vocabulary) -> int | None:
    """The one number that `read` finds among words which all are of those that may stand around it; None otherwise."""
    numbers = []
    place = 0
    while place < len(words):
        found = read(words, place)
        if found:
            numbers.append(found[0])
        step = found or around.at(words, place)
        if step is None:
            return None
        place = step[1]
    return numbers[0] if len(numbers) == 1 else None
