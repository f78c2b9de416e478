"""What a text names: a service, a municipality, a reference and so on. The words for them are data."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise, product, takewhile

from nlu.corpus import Wordings
from nlu.patterns import ANY_ENDING, LONGEST_GAP, Parts, read_parts
from nlu.text import Word, fold

LONGEST_CODE = 3
OR = "|"
REACH = 4
# The lists of words that tell how likely a wish is about what is named after them; without any it is neutral.
STANDINGS = {4: "about", 3: "home", 1: "away"}
NEUTRAL = 2

UNSCORED = frozenset({"subject", "event"})
"""Kinds that only the dialogs need. Scoring is blind to them: they mask no word, mend no slip and are no sign."""

# Letters that a Cyrillic keyboard has in the same shape: a reference is copied by the eye.
_LOOK_ALIKES = str.maketrans("АВЕЈКМНОРСТУХІЅ", "ABEJKMHOPCTYXIS")
_BETWEEN = r"[\s./\u2010-\u2015-]*"
_SIGN = "[A-Z0-9АВЕЈКМНОРСТУХІЅ]"
_APOSTROPHE = re.compile("['’‘ʼ`]")
_REFERENCE = re.compile(
    rf"\b[KК][OО][MМ]{_BETWEEN}([0-9]{{4}}){_BETWEEN}({_SIGN}(?:[\s-]?{_SIGN}){{5}})\b", re.IGNORECASE
)


class Role(Enum):
    """What a wording is evidence of: NAME names a value, WEAK may, FOR and AGAINST tell in what company it does."""

    NAME = ""
    WEAK = "weak"
    FOR = "for"
    AGAINST = "against"


NAMING = (Role.NAME, Role.WEAK)


@dataclass(frozen=True)
class Pattern:
    """One wording of a value; None for a wording that only looks like one. A code counts in capitals only."""

    value: str | None
    parts: Parts
    is_code: bool
    role: Role


Hit = tuple[Pattern, tuple[int, ...]]


@dataclass(frozen=True)
class Match:
    """A value and the places of the words that name it; `weak` if they name it only in company."""

    value: str | None
    places: tuple[int, ...]
    weak: bool = False

    @property
    def first(self) -> int:
        return self.places[0]


@dataclass(frozen=True)
class Found:
    """The entities of a text, and its words with those that name an entity that is scored replaced by its kind."""

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


def read_patterns(value: str | None, example: str, role: Role = Role.NAME) -> Iterator[Pattern]:
    """The patterns an example of the data describes: one for each choice of its words, as in "papir*|takse za sobe"."""
    for chosen in product(*(token.split(OR) for token in example.split())):
        wording = " ".join(chosen)
        yield Pattern(value, read_parts(wording), wording.isupper() and len(wording) <= LONGEST_CODE, role)


class Branch:
    """Patterns that begin alike: those that end here, and how the others go on, at once or after other words."""

    def __init__(self) -> None:
        self.patterns: list[Pattern] = []
        self._near: dict[str, Branch] = {}
        self._far: dict[str, Branch] = {}

    def add(self, pattern: Pattern) -> None:
        branch = self
        for part in pattern.parts:
            ways = branch._far if part.gap else branch._near
            branch = ways.setdefault(part.word + ANY_ENDING * part.any_ending, Branch())
        branch.patterns.append(pattern)

    def found(self, at: int, words: Sequence[Sequence[str]], before: tuple[int, ...] = ()) -> Iterator[Hit]:
        """The patterns whose words go on from `at`, and the places of all their words. `words` as `_beginnings`."""
        yield from ((pattern, before) for pattern in self.patterns)
        for place in range(at, min(at + 1 + LONGEST_GAP * bool(self._far), len(words))):
            for ways in (self._near, self._far) if place == at else (self._far,):
                for branch in (ways[key] for key in words[place] if key in ways):
                    yield from branch.found(place + 1, words, (*before, place))


class Lexicon:
    """The wordings of one kind of entity."""

    def __init__(self, wordings: Wordings) -> None:
        self._lists = {name: frozenset(map(fold, examples)) for name, examples in wordings.lookups.items()}
        self._patterns = tuple(dict.fromkeys(_patterns(wordings)))
        self._root = Branch()
        for pattern in self._patterns:
            self._root.add(pattern)

    def words(self) -> set[str]:
        """Every whole word of the wordings that may be meant by a slip: the doubtful ones are not."""
        names = (pattern for pattern in self._patterns if pattern.role in NAMING and not pattern.is_code)
        parts = (part for pattern in names for part in pattern.parts)
        return {part.word for part in parts if not part.any_ending} - self._list("doubtful")

    def matches(
        self, words: Sequence[Word], beginnings: Sequence[Sequence[str]], tied: Set[int] = frozenset()
    ) -> list[Match]:
        """Wordings that stand in `words` and do not overlap, in order; of two that overlap the fuller one stands.

        `tied` are the places of words that a preposition is tied to.
        """
        shouted = len(words) > 1 and all(word.typed.isupper() for word in words)
        found = [hit for start in range(len(words)) for hit in self._root.found(start, beginnings)]
        company = {(pattern.role, pattern.value) for pattern, _ in found}
        if len(words) == 1:
            company |= {(Role.FOR, pattern.value) for pattern, _ in found}
        candidates = [
            Match(pattern.value, at, pattern.role is Role.WEAK)
            for pattern, at in found
            if _is_in_company(pattern, len(at), company) and self._counts(pattern, at, words, shouted, tied)
        ]
        candidates.sort(key=lambda match: (-len(match.places), match.weak, match.first))
        taken: set[int] = set()
        kept: list[Match] = []
        for match in candidates:
            if taken.isdisjoint(match.places):
                taken.update(match.places)
                kept.append(match)
        return sorted((match for match in kept if match.value), key=lambda match: match.first)

    def best(self, words: Sequence[Word], matches: Sequence[Match]) -> str | None:
        """The value that counts: of those the wish is rather about the first one."""
        if len(matches) < 2:
            return matches[0].value if matches else None
        taken = {place for match in matches for place in match.places}
        return max(matches, key=lambda match: (self._standing(match, taken, words), not match.weak)).value

    def _standing(self, match: Match, taken: set[int], words: Sequence[Word]) -> int:
        """How likely the wish is about a match, by the words before it that belong to no other match."""
        ahead = range(match.first - 1, max(-1, match.first - 1 - REACH), -1)
        lead = [words[place].plain for place in takewhile(lambda place: place not in taken, ahead)]
        lead += [f"{first} {second}" for second, first in pairwise(lead)]
        if not self._list("not").isdisjoint(lead):
            return 0
        standings = (rank for word in lead for rank, name in STANDINGS.items() if word in self._list(name))
        return next(standings, NEUTRAL)

    def _counts(
        self, pattern: Pattern, at: tuple[int, ...], words: Sequence[Word], shouted: bool, tied: Set[int]
    ) -> bool:
        typed, plain = words[at[0]].typed, words[at[0]].plain
        if pattern.is_code and (shouted or not typed.isupper()):
            return False
        if len(at) > 1 or pattern.value is None:
            return True
        capitalised = typed[0].isupper() and not (shouted or pattern.is_code)
        is_tied = at[0] in tied
        if plain in self._list("capitalised"):
            named = capitalised and (is_tied or at[0] > 0 or self._leads(plain, words))
            return named or (is_tied and plain in self._list("leading"))
        if plain in self._list("doubtful"):
            begins = at[0] == 0 and self._leads(plain, words)
            named = (capitalised and at[0] > 0) or (begins and (capitalised or pattern.is_code))
            return named or is_tied or len(words) == 1 or bool(self.before(at[0], words))
        return True

    def _leads(self, plain: str, words: Sequence[Word]) -> bool:
        """A name may begin the sentence, where any word is capitalised, unless the next one shows its other meaning."""
        return plain in self._list("leading") and len(words) > 1 and words[1].plain not in self._list("after")

    def before(self, place: int, words: Sequence[Word]) -> range:
        """The places of the words that lead up to a name and say nothing else: "u", "komuna e"."""
        for start in (place - 2, place - 1):
            lead = " ".join(word.plain for word in words[start:place]) if start >= 0 else ""
            if lead in self._list("before"):
                return range(start, place)
        return range(0)

    def _list(self, name: str) -> frozenset[str]:
        return self._lists.get(name, frozenset())


def _patterns(wordings: Wordings) -> Iterator[Pattern]:
    for value, examples in (*wordings.synonyms.items(), (None, wordings.lookups.get("other", ()))):
        for example in examples:
            yield from read_patterns(value, example)
    for role, value in product(Role, wordings.synonyms):
        for example in wordings.lookups.get(f"{role.value} {value}", ()):
            yield from read_patterns(value, example, role)


def _is_in_company(pattern: Pattern, length: int, company: Set[tuple[Role, str | None]]) -> bool:
    """Several words name what they name in any company, one word in none that speaks against it."""
    if pattern.role is Role.NAME and (length > 1 or pattern.value is None):
        return True
    is_denied = (Role.AGAINST, pattern.value) in company
    is_backed = pattern.role is Role.NAME or (Role.FOR, pattern.value) in company
    return pattern.role in NAMING and is_backed and not is_denied


def _beginnings(word: str) -> tuple[str, ...]:
    """The word, and all that it begins with as the words of wordings with any ending have it."""
    return (word, *(word[:length] + ANY_ENDING for length in range(1, len(word) + 1)))


def _is_tail(tail: str, whole: str) -> bool:
    return tail != whole and whole.endswith(tail)


class Entities:
    """Finds all kinds of entities at once."""

    def __init__(self, wordings: Mapping[str, Wordings]) -> None:
        self._lexicons = {entity: Lexicon(wording) for entity, wording in wordings.items()}
        lookups = [wording.lookups for wording in wordings.values()]
        self._elided = {fold(head) for lists in lookups for head in lists.get("elided", ())}
        self._possessive = {fold(tail) for lists in lookups for tail in lists.get("possessive", ())}

    def words(self) -> set[str]:
        """Every word of the wordings that may be meant by a slip; none of a kind that is not scored."""
        scored = (lexicon for entity, lexicon in self._lexicons.items() if entity not in UNSCORED)
        return {word for lexicon in scored for word in lexicon.words()}

    def find(self, words: Sequence[Word]) -> Found:
        values: dict[str, str] = {}
        kinds: dict[int, str] = {}
        bare = [self._bare(word) for word in words]
        tied = {place for place, word in enumerate(bare) if _is_tail(word.typed, words[place].typed)}
        beginnings = [_beginnings(word.plain) for word in bare]
        for entity, lexicon in self._lexicons.items():
            matches = lexicon.matches(bare, beginnings, tied)
            value = lexicon.best(bare, matches)
            if value:
                values[entity] = value
            if entity in UNSCORED:
                continue
            for match in matches:
                for place in (*lexicon.before(match.first, bare), *match.places):
                    kinds.setdefault(place, f"<{entity}>")
        return Found(values, tuple(kinds.get(place, word.plain) for place, word in enumerate(words)))

    def _bare(self, word: Word) -> Word:
        """The word without what an apostrophe ties to it: "n'Ulqin", "Kotor's"."""
        parts = _APOSTROPHE.split(word.typed)
        if len(parts) != 2:
            return word
        head, tail = map(fold, parts)
        if head in self._elided and tail:
            return Word(parts[1], tail)
        return Word(parts[0], head) if head and tail in self._possessive else word
