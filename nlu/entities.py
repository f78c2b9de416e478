"""Which service, municipality, topic, language and reference a text names. The words for them are data."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlu.corpus import Wordings
from nlu.text import Word, fold

ANY_ENDING = "*"
GAP = "…"
LONGEST_GAP = 3
LONGEST_CODE = 3
HOME_REACH = 4

# Letters that a Cyrillic keyboard has in the same shape: a reference is copied by the eye.
_LOOK_ALIKES = str.maketrans("АВЕЈКМНОРСТУХІЅ", "ABEJKMHOPCTYXIS")
_BETWEEN = r"[\s./\u2010-\u2015-]*"
_SIGN = "[A-Z0-9АВЕЈКМНОРСТУХІЅ]"
_REFERENCE = re.compile(
    rf"\b[KК][OО][MМ]{_BETWEEN}([0-9]{{4}}){_BETWEEN}({_SIGN}(?:[\s-]?{_SIGN}){{5}})\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Part:
    """One word of a pattern, folded. `gap`: other words may stand before it."""

    word: str
    any_ending: bool
    gap: bool

    def fits(self, word: str) -> bool:
        return word.startswith(self.word) if self.any_ending else word == self.word


@dataclass(frozen=True)
class Pattern:
    """One wording of a value; None for a wording that only looks like one. A code counts in capitals only."""

    value: str | None
    parts: tuple[Part, ...]
    is_code: bool


@dataclass(frozen=True)
class Match:
    """A value and the places of the words that name it."""

    value: str | None
    places: tuple[int, ...]

    @property
    def first(self) -> int:
        return self.places[0]


@dataclass(frozen=True)
class Found:
    """The entities of a text, and its words with those that name an entity replaced by its kind."""

    values: Mapping[str, str]
    masked: tuple[str, ...]


def read_references(text: str) -> tuple[str, ...]:
    """Every reference in `text` as it is printed, however it was typed: in lower case, with spaces, in Cyrillic."""
    return tuple(_printed(found) for found in _REFERENCE.finditer(text))


def read_reference(text: str) -> tuple[str | None, str]:
    """The first reference in `text` as it is printed, and the text without it."""
    found = _REFERENCE.search(text)
    if not found:
        return None, text
    return _printed(found), f"{text[: found.start()]} {text[found.end() :]}"


def _printed(found: re.Match[str]) -> str:
    year, signs = (part.upper().translate(_LOOK_ALIKES) for part in found.groups())
    return f"KOM-{year}-{re.sub(r'[^A-Z0-9]', '', signs)}"


def read_pattern(value: str | None, example: str) -> Pattern:
    """The pattern an example of the data describes."""
    parts: list[Part] = []
    gap = False
    for token in example.split():
        if token == GAP:
            gap = True
            continue
        for word in fold(token).split():
            parts.append(Part(word, token.endswith(ANY_ENDING), gap))
            gap = False
    return Pattern(value, tuple(parts), example.isupper() and len(example) <= LONGEST_CODE)


class Lexicon:
    """The wordings of one kind of entity."""

    def __init__(self, wordings: Wordings) -> None:
        self._by_start: dict[str, list[Pattern]] = defaultdict(list)
        self._lists = {name: frozenset(map(fold, examples)) for name, examples in wordings.lookups.items()}
        for value, examples in (*wordings.synonyms.items(), (None, wordings.lookups.get("other", ()))):
            for pattern in (read_pattern(value, example) for example in examples):
                self._by_start[pattern.parts[0].word].append(pattern)
        self._longest_start = max(map(len, self._by_start))

    def words(self) -> Iterator[str]:
        """Every whole word of the wordings that may be meant by a slip: the ones of several meanings are not."""
        several = self._list("doubtful") | self._list("capitalised")
        patterns = (pattern for patterns in self._by_start.values() for pattern in patterns if not pattern.is_code)
        for part in (part for pattern in patterns for part in pattern.parts):
            if not part.any_ending and part.word not in several:
                yield part.word

    def matches(self, words: Sequence[Word]) -> list[Match]:
        """Wordings that stand in `words` and do not overlap, in order; of two that overlap the fuller one stands."""
        shouted = len(words) > 1 and all(word.typed.isupper() for word in words)
        candidates = [match for start in range(len(words)) for match in self._from(start, words, shouted)]
        candidates.sort(key=lambda match: (-len(match.places), match.first))
        taken: set[int] = set()
        kept: list[Match] = []
        for match in candidates:
            if taken.isdisjoint(match.places):
                taken.update(match.places)
                kept.append(match)
        return sorted((match for match in kept if match.value), key=lambda match: match.first)

    def best(self, words: Sequence[Word], matches: Sequence[Match]) -> str | None:
        """The value that counts: the first one after a word of home, else the first one."""
        home = self._list("home")
        for match in matches:
            if any(word.plain in home for word in words[max(0, match.first - HOME_REACH) : match.first]):
                return match.value
        return matches[0].value if matches else None

    def _from(self, start: int, words: Sequence[Word], shouted: bool) -> Iterator[Match]:
        word = words[start].plain
        for length in range(1, min(len(word), self._longest_start) + 1):
            for pattern in self._by_start.get(word[:length], ()):
                places = _places(pattern.parts, start, words)
                if places and self._counts(pattern, places, words, shouted):
                    yield Match(pattern.value, places)

    def _counts(self, pattern: Pattern, places: tuple[int, ...], words: Sequence[Word], shouted: bool) -> bool:
        typed, plain = words[places[0]].typed, words[places[0]].plain
        if pattern.is_code and (shouted or not typed.isupper()):
            return False
        if len(places) > 1 or pattern.value is None:
            return True
        capitalised = places[0] > 0 and typed[0].isupper() and not (shouted or pattern.is_code)
        if plain in self._list("capitalised"):
            return capitalised
        if plain in self._list("doubtful"):
            return capitalised or len(words) == 1 or bool(self.before(places[0], words))
        return True

    def before(self, place: int, words: Sequence[Word]) -> range:
        """The places of the words that lead up to a name and say nothing else: "u", "komuna e"."""
        for start in (place - 2, place - 1):
            lead = " ".join(word.plain for word in words[start:place]) if start >= 0 else ""
            if lead in self._list("before"):
                return range(start, place)
        return range(0)

    def _list(self, name: str) -> frozenset[str]:
        return self._lists.get(name, frozenset())


def _places(parts: Sequence[Part], start: int, words: Sequence[Word]) -> tuple[int, ...]:
    """Where the parts stand from `start` on, one place each; empty if they do not all stand there."""
    places: list[int] = []
    at = start
    for part in parts:
        reach = range(at, min(at + 1 + LONGEST_GAP * part.gap, len(words)))
        place = next((place for place in reach if part.fits(words[place].plain)), None)
        if place is None:
            return ()
        places.append(place)
        at = place + 1
    return tuple(places)


class Entities:
    """Finds all kinds of entities at once."""

    def __init__(self, wordings: Mapping[str, Wordings]) -> None:
        self._lexicons = {entity: Lexicon(wording) for entity, wording in wordings.items()}

    def words(self) -> Iterator[str]:
        for lexicon in self._lexicons.values():
            yield from lexicon.words()

    def find(self, words: Sequence[Word]) -> Found:
        values: dict[str, str] = {}
        kinds: dict[int, str] = {}
        for entity, lexicon in self._lexicons.items():
            matches = lexicon.matches(words)
            value = lexicon.best(words, matches)
            if value:
                values[entity] = value
            for match in matches:
                for place in (*lexicon.before(match.first, words), *match.places):
                    kinds.setdefault(place, f"<{entity}>")
        return Found(values, tuple(kinds.get(place, word.plain) for place, word in enumerate(words)))
