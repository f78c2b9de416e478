"""What words stand for in every language alike: "koliko", "sa", "how much" are HOW_MUCH. The wordings are data."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from nlu.patterns import ANY_ENDING, Parts, places, read_parts

Wordings = Mapping[str, Sequence[str]]
Lexicons = Mapping[str, Wordings]
"""The wordings of every concept, by language."""

Named = tuple[str, Parts]


class Concepts:
    """The concepts of all languages at once: people mix them, and what is not said in one harms none."""

    def __init__(self, lexicons: Lexicons) -> None:
        self._whole: dict[str, list[str]] = defaultdict(list)
        self._pairs: dict[tuple[str, str], list[Named]] = defaultdict(list)
        self._starts: dict[str, list[Named]] = defaultdict(list)
        self._stems: dict[str, list[Named]] = defaultdict(list)
        for name, wording in _wordings(lexicons):
            self._keep(name, read_parts(wording))
        self._lengths = range(min(map(len, self._stems), default=1), max(map(len, self._stems), default=0) + 1)

    def _keep(self, name: str, parts: Parts) -> None:
        """Where it is found fastest: thousands of wordings begin alike, and few go on alike."""
        first, *others = parts
        if first.any_ending:
            self._stems[first.word].append((name, parts))
        elif not others:
            self._whole[first.word].append(name)
        elif others[0].any_ending or others[0].gap:
            self._starts[first.word].append((name, parts))
        else:
            self._pairs[first.word, others[0].word].append((name, parts))

    def find(self, words: Sequence[str]) -> list[str]:
        """The concepts that folded `words` name, each once, in the order in which they are first named."""
        named = (name for start in range(len(words)) for name in sorted(self._at(start, words)))
        return list(dict.fromkeys(named))

    def words(self) -> Iterator[str]:
        """Every whole word of the wordings."""
        yield from self._whole
        longer = (*self._pairs.values(), *self._starts.values(), *self._stems.values())
        parts = (part for wordings in longer for _, parts in wordings for part in parts)
        yield from (part.word for part in parts if not part.any_ending)

    def _at(self, start: int, words: Sequence[str]) -> Iterator[str]:
        word = words[start]
        yield from self._whole.get(word, ())
        following = words[start + 1] if start + 1 < len(words) else ""
        yield from _fitting(self._pairs.get((word, following), ()), start, words)
        yield from _fitting(self._starts.get(word, ()), start, words)
        for length in self._lengths:
            if length > len(word):
                return
            yield from _fitting(self._stems.get(word[:length], ()), start, words)


def _wordings(lexicons: Lexicons) -> Iterator[tuple[str, str]]:
    for lexicon in lexicons.values():
        for name, wordings in lexicon.items():
            yield from ((name, wording) for wording in wordings)


def _fitting(wordings: Sequence[Named], start: int, words: Sequence[str]) -> Iterator[str]:
    return (name for name, parts in wordings if places(parts, start, words))


SHORTEST_STEM = 4


def faults(lexicons: Lexicons) -> Iterator[str]:
    """What is wrong with the lexicons, one sentence each: a concept that a language lacks, a wording that misleads."""
    names = {name for lexicon in lexicons.values() for name in lexicon}
    for language, lexicon in lexicons.items():
        yield from (f"{language}: {name} has no wording" for name in sorted(names - lexicon.keys()))
        for name, wordings in lexicon.items():
            yield from (f"{language}: {name}: {fault}" for fault in _odd(wordings))
        yield from (f"{language}: {fault}" for fault in _greedy(lexicon))


def _odd(wordings: Sequence[str]) -> Iterator[str]:
    seen: set[Parts] = set()
    for wording in wordings:
        parts = read_parts(wording)
        if not parts:
            yield f"{wording!r} has no word"
        elif parts in seen:
            yield f"{wording!r} stands there twice"
        elif len(parts) == 1 and parts[0].any_ending and len(parts[0].word) < SHORTEST_STEM:
            yield f"{wording!r} is too short a stem"
        seen.add(parts)


def _greedy(lexicon: Wordings) -> Iterator[str]:
    """Stems that catch a word of another concept, as hospital* catches hospitality.

    Where that is meant, the word stands in both.
    """
    alone = {name: _single_words(wordings) for name, wordings in lexicon.items()}
    owners: dict[str, set[str]] = defaultdict(set)
    for name, words in alone.items():
        for word in words:
            owners[word.rstrip(ANY_ENDING)].add(name)
    for name, words in alone.items():
        for stem in (word.rstrip(ANY_ENDING) for word in words if word.endswith(ANY_ENDING)):
            caught = (word for word in owners if word.startswith(stem) and name not in owners[word])
            yield from (f"{stem}* of {name} catches {word!r} of {', '.join(owners[word])}" for word in caught)


def _single_words(wordings: Sequence[str]) -> set[str]:
    """The folded words and stems that are a whole wording."""
    read = (read_parts(wording) for wording in wordings)
    return {parts[0].word + ANY_ENDING * parts[0].any_ending for parts in read if len(parts) == 1}
