"""Which language a message is in, judged by its words and letters; None rather than a guess."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log

from nlu.corpus import Corpus
from nlu.reading import NUMBER, PLACE, Reading
from nlu.spelling import Marks, holds
from nlu.text import Word, fold, script_of, words

# A word that only a dictionary knows counts half as much as one that a sentence of ours has once.
DICTIONARY_COUNT = 0.5
UNSEEN_COUNT = 0.1
MOST_OF_ONE_WORD = 3.0
SURE = 2.3
WELL_KNOWN = 3
MERELY_QUOTED = 10
FAR_OFTENER = 4
LONGEST_NAME = 2
# Of words that our sentences have: dictionaries know surnames too. "5 mars 2026" is an answer in any language.
FEWEST_WORDS = 2
FEWEST_WORDS_BY_NUMBERS = 3

Counts = list[float]


class Languages:
    """The languages of a corpus, by the names of their folders."""

    def __init__(self, corpus: Corpus, general: Mapping[str, Marks]) -> None:
        self._scripts = {language: about.scripts for language, about in corpus.languages.items()}
        self._general = {language: general[language] for language in corpus.languages}
        self._learnt: dict[str, Counter[str]] = {language: Counter() for language in corpus.languages}
        self._whole: dict[str, set[str]] = defaultdict(set)
        letters: dict[str, set[str]] = {language: set() for language in corpus.languages}
        for sentence in (sentence for sentence in corpus.sentences if sentence.language in self._learnt):
            self._whole[fold(sentence.text)].add(sentence.language)
            self._learnt[sentence.language].update(word.plain for word in words(sentence.text))
            letters[sentence.language].update(sentence.text.casefold())
        self._foreign = {language: set().union(*letters.values()) - own for language, own in letters.items()}

    def of(self, text: str, reading: Reading) -> str | None:
        """The tag of the language `text` is in, its script included; None where it could be several or none."""
        language = self._learnt_language(reading) or self._judged(_telling(reading))
        return self._scripts[language].get(script_of(text) or "") if language else None

    def _learnt_language(self, reading: Reading) -> str | None:
        """The only language that has this very sentence; if it is one word, others may quote it now and then."""
        plain = [word.plain for word in reading.words]
        languages: set[str] = self._whole.get(" ".join(plain), set())
        language = next(iter(languages)) if len(languages) == 1 else None
        return None if language and len(plain) == 1 and not self._owns(language, plain[0]) else language

    def _owns(self, language: str, word: str) -> bool:
        """The language uses the word far oftener than all others, whose few sentences with it merely quote it."""
        elsewhere = sum(counts[word] for counts in self._learnt.values()) - self._learnt[language][word]
        return elsewhere < MERELY_QUOTED and self._learnt[language][word] >= FAR_OFTENER * elsewhere

    def _judged(self, telling: Sequence[Word]) -> str | None:
        # What is still not Latin when folded is in none of our alphabets.
        if not all(word.plain.isascii() for word in telling) or _is_name(telling):
            return None
        used = {word: counts for word, counts in zip(telling, map(self._counts, telling), strict=True) if any(counts)}
        counts = list(used.values())
        has_number = any(word.plain == NUMBER for word in telling)
        may_be_name = len(telling) <= LONGEST_NAME
        # A word that was corrected may be a surname nobody knows.
        certain = [word for word in used if not may_be_name or fold(word.typed) == word.plain]
        learnt = [word for word in certain if max(used[word]) >= 1]
        if len(learnt) < (FEWEST_WORDS_BY_NUMBERS if has_number else FEWEST_WORDS):
            return self._told_alone(counts[0]) if len(counts) == len(telling) == 1 else None
        totals = [sum(weights) for weights in zip(*map(_weights, counts), strict=True)]
        *others, first = sorted(totals)
        is_sure = not others or first - others[-1] >= SURE
        return tuple(self._scripts)[totals.index(first)] if is_sure else None

    def _counts(self, word: Word) -> Counts:
        """How much each language uses the word; one that lacks its letters does not."""
        letters = set(word.typed.casefold())
        return [
            0.0
            if letters & self._foreign[language]
            else self._learnt[language][word.plain] + DICTIONARY_COUNT * holds(self._general[language], word.plain)
            for language in self._scripts
        ]

    def _told_alone(self, counts: Counts) -> str | None:
        """A message of one word tells its language only if our sentences use the word often, in that language alone."""
        users = [language for language, count in zip(self._scripts, counts, strict=True) if count]
        return users[0] if len(users) == 1 and max(counts) >= WELL_KNOWN else None


def _weights(counts: Counts) -> list[float]:
    most = max(counts) + UNSEEN_COUNT
    return [max(log((count + UNSEEN_COUNT) / most), -MOST_OF_ONE_WORD) for count in counts]


def _telling(reading: Reading) -> list[Word]:
    """The words that can tell a language: places are called alike in several, and numbers belong to none."""
    pairs = zip(reading.words, reading.masked, strict=True)
    return [Word(word.typed, mask if mask == NUMBER else word.plain) for word, mask in pairs if mask != PLACE]


def _is_name(typed: Sequence[Word]) -> bool:
    """Every word is capitalised, as in a name or an address."""
    capitals = [word for word in typed if word.typed[0].isupper() and not word.typed.isupper()]
    return len(typed) > 1 and len(capitals) == sum(word.plain.isalpha() for word in typed)
