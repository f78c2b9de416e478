"""Wordings as the data files have them: words in a row, `*` for any ending, `…` for up to three words between."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.text import fold

ANY_ENDING = "*"
GAP = "…"
LONGEST_GAP = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a pattern, folded. `gap`: other words may stand before it."""

    word: str
    any_ending: bool
    gap: bool

    def fits(self, word: str) -> bool:
        return word.startswith(self.word) if self.any_ending else word == self.word


Parts = tuple[Part, ...]


def read_parts(wording: str) -> Parts:
    """The parts of a wording; empty where it has no word."""
    parts: list[Part] = []
    gap = False
    for token in wording.split():
        if token == GAP:
            gap = True
            continue
        for word in fold(token).split():
            parts.append(Part(word, token.endswith(ANY_ENDING), gap))
            gap = False
    return tuple(parts)


def places(parts: Parts, start: int, words: Sequence[str]) -> tuple[int, ...]:
    """Where the parts stand among the folded `words` from `start` on, one place each; empty if not all stand there."""
    found: list[int] = []
    at = start
    for part in parts:
        reach = range(at, min(at + 1 + LONGEST_GAP * part.gap, len(words)))
        place = next((place for place in reach if part.fits(words[place])), None)
        if place is None:
            return ()
        found.append(place)
        at = place + 1
    return tuple(found)
