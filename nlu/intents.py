"""What a citizen wants: words, concepts and parts of words, weighed by a linear model. Trained elsewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

SHORTEST_PART = 2
LONGEST_PART = 4
MOST_PAIRED = 25
EDGES = ("^", "$")
STRANGER = "<stranger>"
# How a feature begins that is not a word or a pair of neighbours.
PART = "~"
CONCEPT = "@"
TOGETHER = "&"
# How much a family of features counts beside the words, found on sentences of writers left out.
SHARES = {PART: 0.6, TOGETHER: 0.5}

Floats = NDArray[np.float32]


def features(masked: Sequence[str], plain: Sequence[str], concepts: Sequence[str], strangers: int) -> Counter[str]:
    """The features of a sentence with how often each occurs.

    `masked` has the kind of an entity in place of its words, `plain` the words themselves. `strangers` counts the
    words that no sentence of ours has although they exist: they are what marks a question as not ours.
    """
    words = [word for word, before in zip(masked, ("", *masked), strict=False) if word != before or word[0] != "<"]
    counts = Counter(words)
    counts.update(_neighbours(words))
    for word in plain:
        counts.update(PART + part for part in _parts(f" {word} "))
    counts.update(CONCEPT + concept for concept in concepts)
    counts.update(CONCEPT + pair for pair in _neighbours(concepts))
    counts.update(TOGETHER + " ".join(pair) for pair in combinations(sorted(concepts[:MOST_PAIRED]), 2))
    if strangers:
        counts[STRANGER] = strangers
    return counts


def _neighbours(words: Sequence[str]) -> Iterator[str]:
    return (f"{one} {other}" for one, other in pairwise((EDGES[0], *words, EDGES[1])))


def _parts(word: str) -> Iterator[str]:
    for length in range(SHORTEST_PART, LONGEST_PART + 1):
        for start in range(len(word) - length + 1):
            yield word[start : start + length]


@dataclass(frozen=True)
class Intents:
    """A trained model: a row of `weights` for every feature, a column for every intent; `shares` scale the features.

    `sharpness` is how steeply scores become probabilities.
    """

    names: tuple[str, ...]
    places: Mapping[str, int]
    shares: Floats
    weights: Floats
    bias: Floats
    sharpness: float

    def scores(self, counts: Mapping[str, int]) -> Floats:
        """A score for every intent, in the order of `names`: above zero means rather yes."""
        known = [(self.places[feature], count) for feature, count in counts.items() if feature in self.places]
        rows = [place for place, _ in known]
        values = self.shares[rows] * np.array([1 + log(count) for _, count in known], np.float32)
        length = sqrt(float(values @ values)) or 1.0
        return np.asarray((values / length) @ self.weights[rows] + self.bias, np.float32)
