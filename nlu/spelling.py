"""Which words exist, and the known word meant by one that does not. Words are folded everywhere here."""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.text import Word

Marks = NDArray[np.uint32]

# A letter held down: "joooo", "hvalaa".
REPEATED = re.compile(r"(.)\1+")

SHORTEST = 4
LONG = 8


def marks(words: Iterable[str]) -> Marks:
    """The words as sorted 32-bit check sums: half a million in 2 MB, and one stranger in 7,000 mistaken for a word."""
    return np.unique(np.fromiter((_mark(word) for word in words), np.uint32))


def holds(known: Marks, word: str) -> bool:
    # In the array's own type: numpy would convert the whole array to that of a plain number.
    mark = np.uint32(_mark(word))
    place = int(known.searchsorted(mark))
    return place < len(known) and bool(known[place] == mark)


def _mark(word: str) -> int:
    return zlib.crc32(word.encode())


def _ends(word: str) -> tuple[str, str]:
    return f"^{word[:2]}", f"{word[-2:]}$"


class Spelling:
    """`ours` are the words of the training sentences and entities, by how often they occur; `general` all others."""

    def __init__(self, ours: Mapping[str, int], general: Sequence[Marks]) -> None:
        self._ours = ours
        self._general = general
        self._by_ends: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in ours:
            if len(word) >= SHORTEST:
                for end in _ends(word):
                    self._by_ends[end, len(word)].append(word)

    def is_word(self, word: str) -> bool:
        return word in self._ours or any(holds(marks, word) for marks in self._general)

    def corrected(self, word: Word) -> Word:
        """The word, or the closest one of ours where nobody knows it: one slip away, two if it is long."""
        plain = word.plain
        if not (plain.isascii() and plain.isalpha()) or self.is_word(plain):
            return word
        calm = REPEATED.sub(r"\1", plain)
        if calm in self._ours:
            return word._replace(plain=calm)
        if len(plain) < SHORTEST:
            return word
        slips = 2 if len(plain) >= LONG else 1
        near = process.extract(plain, self._similar(plain, slips), scorer=OSA.distance, score_cutoff=slips, limit=5)
        best = min(near, key=lambda hit: self._strangeness(plain, hit[0], hit[1]), default=None)
        return word._replace(plain=best[0]) if best else word

    def _similar(self, plain: str, slips: int) -> list[str]:
        """Words of about the same length that begin or end alike: a slip hardly ever touches both ends."""
        lengths = range(len(plain) - slips, len(plain) + slips + 1)
        keys = ((end, length) for end in _ends(plain) for length in lengths)
        return list(chain.from_iterable(self._by_ends.get(key, ()) for key in keys))

    def _strangeness(self, plain: str, meant: str, slips: float) -> tuple[float, bool, bool, int]:
        """A letter not doubled is the least of slips, the first letter is seldom wrong, common words are likelier."""
        is_doubling = REPEATED.sub(r"\1", meant) == plain
        return slips, not is_doubling, meant[0] != plain[0], -self._ours[meant]
