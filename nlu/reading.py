"""A message as understanding sees it: its words with their slips corrected, its entities, and its features."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.concepts import Concepts
from nlu.corpus import OUT_OF_SCOPE, Corpus
from nlu.decision import signs
from nlu.entities import UNSCORED, Entities, read_reference
from nlu.intents import Floats, features
from nlu.spelling import Marks, Spelling, holds
from nlu.text import Word, words

MOST_WORDS = 200
NUMBER = "<number>"
PLACE = "<municipality>"
REFERENCE = "<reference>"


@dataclass(frozen=True)
class Reading:
    """`typed` are the words as they came, `words` the same ones corrected, `masked` with entities and numbers by kind.

    A reference is none of the words. `concepts` are what the words stand for.
    """

    typed: Sequence[Word]
    words: Sequence[Word]
    masked: Sequence[str]
    concepts: Sequence[str]
    entities: Mapping[str, str]

    @property
    def plain(self) -> list[str]:
        return [word.plain for word in self.words]

    @property
    def scored(self) -> int:
        """How many of the entities scoring counts."""
        return len(self.entities.keys() - UNSCORED)

    @property
    def is_wordless(self) -> bool:
        """Nothing but numbers and names of places: they may answer a question, and ask none."""
        return "reference" not in self.entities and all(word in (NUMBER, PLACE) for word in self.masked)


class Reader:
    """Reads with the words of `corpus` and of the `general` dictionaries."""

    def __init__(self, corpus: Corpus, general: Sequence[Marks]) -> None:
        self._entities = Entities(corpus.wordings)
        self._concepts = Concepts(corpus.concepts)
        taught, in_scope = Counter[str](), Counter[str]()
        for sentence in corpus.sentences:
            found = [word.plain for word in words(sentence.text)]
            taught.update(found)
            if sentence.intent != OUT_OF_SCOPE:
                in_scope.update(set(found))
        self._in_scope = in_scope
        # A word that one sentence has and no dictionary may itself be a slip.
        trusted = (word for word in taught if taught[word] > 1 or any(holds(marks, word) for marks in general))
        ours = Counter({word: taught[word] for word in trusted})
        # In order: of two words that a slip is equally near to, the first is meant.
        ours.update(sorted((*self._entities.words(), *self._concepts.words())))
        self.spelling = Spelling(ours, general)

    def read(self, text: str) -> Reading:
        reference, rest = read_reference(text)
        typed = words(rest)[:MOST_WORDS]
        corrected = [self.spelling.corrected(word) for word in typed]
        found = self._entities.find(corrected)
        masked = [NUMBER if word.isdigit() else word for word in found.masked]
        concepts = self._concepts.find([word.plain for word in corrected])
        entities = found.values if reference is None else {**found.values, "reference": reference}
        return Reading(typed, corrected, masked, concepts, entities)

    def features(self, reading: Reading, times_learnt: int = 0) -> Counter[str]:
        """The features of a reading; `times_learnt`: how often the sentence itself is among those in scope."""
        masked = [REFERENCE, *reading.masked] if "reference" in reading.entities else reading.masked
        return features(masked, reading.plain, reading.concepts, self._strangers(reading, times_learnt))

    def signs(self, reading: Reading, wishes: Sequence[float], foreign: float, times_learnt: int = 0) -> Floats:
        """What a judgement of the reading rests on, besides the scores it got."""
        strangers = self._strangers(reading, times_learnt)
        return signs(wishes, foreign, len(reading.words), strangers, len(reading.concepts), reading.scored)

    def _strangers(self, reading: Reading, times_learnt: int) -> int:
        return sum(self._is_stranger(word, times_learnt) for word in reading.masked)

    def _is_stranger(self, word: str, times_learnt: int) -> bool:
        return word[0] != "<" and self._in_scope[word] <= times_learnt and self.spelling.is_word(word)
