"""What a citizen wants: words, pairs of words and parts of words, weighed by a linear model. Trained elsewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

SHORTEST_PART = 2
LONGEST_PART = 4
EDGES = ("^", "$")

Floats = NDArray[np.float32]


def features(masked: Sequence[str], plain: Sequence[str], strangers: int) -> Counter[str]:
    """The features of a sentence with how often each occurs.

    `masked` has the kind of an entity in place of its words, `plain` the words themselves. `strangers` counts the
    words that no sentence of ours has although they exist: they are what marks a question as not ours.
    """
    words = [word for word, before in zip(masked, ("", *masked), strict=False) if word != before or word[0] != "<"]
    counts = Counter(words)
    counts.update(f"{one} {other}" for one, other in pairwise((EDGES[0], *words, EDGES[1])))
    for word in plain:
        counts.update(f"~{part}" for part in _parts(f" {word} "))
    if strangers:
        counts["<stranger>"] = strangers
    return counts


def _parts(word: str) -> Iterator[str]:
    for length in range(SHORTEST_PART, LONGEST_PART + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]


@dataclass(frozen=True)
class Intents:
    """A trained model: a row of `weights` for every feature, a column for every intent."""

    names: tuple[str, ...]
    places: Mapping[str, int]
    rarity: Floats
    weights: Floats
    bias: Floats
    sharpness: float

    def rank(self, counts: Mapping[str, int]) -> list[tuple[str, float]]:
        """Every intent with its probability, the likeliest first."""
        known = [(self.places[feature], count) for feature, count in counts.items() if feature in self.places]
        rows = [place for place, _ in known]
        values = self.rarity[rows] * np.array([1 + log(count) for _, count in known], np.float32)
        length = sqrt(float(values @ values)) or 1.0
        scores = (values / length) @ self.weights[rows] + self.bias
        odds = np.exp(self.sharpness * (scores - scores.max()))
        ranking = zip(self.names, (odds / odds.sum()).tolist(), strict=True)
        return sorted(ranking, key=lambda entry: -entry[1])
