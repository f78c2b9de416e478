"""A message as understanding sees it: its words with their slips corrected, its entities, and its features."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu.corpus import Corpus
from nlu.entities import Entities, read_reference
from nlu.intents import features
from nlu.spelling import Marks, Spelling
from nlu.text import Word, words

OUT_OF_SCOPE = "out_of_scope"
MOST_WORDS = 200
NUMBER = "<number>"
PLACE = "<municipality>"
REFERENCE = "<reference>"


@dataclass(frozen=True)
class Reading:
    """`typed` are the words as they came, `words` the same ones corrected, `masked` with entities and numbers by kind.

    A reference is none of the words.
    """

    typed: Sequence[Word]
    words: Sequence[Word]
    masked: Sequence[str]
    entities: Mapping[str, str]

    @property
    def is_wordless(self) -> bool:
        """Nothing but numbers and names of places: they may answer a question, and ask none."""
        return "reference" not in self.entities and all(word in (NUMBER, PLACE) for word in self.masked)


class Reader:
    """Reads with the words of `corpus` and of the `general` dictionaries."""

    def __init__(self, corpus: Corpus, general: Sequence[Marks]) -> None:
        self._entities = Entities(corpus.wordings)
        ours, in_scope = Counter(self._entities.words()), Counter[str]()
        for sentence in corpus.sentences:
            found = [word.plain for word in words(sentence.text)]
            ours.update(found)
            if sentence.intent != OUT_OF_SCOPE:
                in_scope.update(set(found))
        self._in_scope = in_scope
        self.spelling = Spelling(ours, general)

    def read(self, text: str) -> Reading:
        reference, rest = read_reference(text)
        typed = words(rest)[:MOST_WORDS]
        corrected = [self.spelling.corrected(word) for word in typed]
        found = self._entities.find(corrected)
        masked = [NUMBER if word.isdigit() else word for word in found.masked]
        entities = found.values if reference is None else {**found.values, "reference": reference}
        return Reading(typed, corrected, masked, entities)

    def features(self, reading: Reading, times_learnt: int = 0) -> Counter[str]:
        """The features of a reading; `times_learnt`: how often the sentence itself is among those in scope."""
        masked = [REFERENCE, *reading.masked] if "reference" in reading.entities else reading.masked
        strangers = [word for word in reading.masked if self._is_stranger(word, times_learnt)]
        return features(masked, [word.plain for word in reading.words], len(strangers))

    def _is_stranger(self, word: str, times_learnt: int) -> bool:
        return word[0] != "<" and self._in_scope[word] <= times_learnt and self.spelling.is_word(word)
