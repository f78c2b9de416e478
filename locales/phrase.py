"""What is said before it is worded: a source text and the values that go into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Euro:
    """An amount of money in whole cents."""

    cents: int


@dataclass(frozen=True)
class Name:
    """A proper name by its key in `locales/<language>/names.toml`.

    In a text `{place}` is the plain name; `{place:in}`, `{place:from}` and `{place:of}` are its other forms,
    with the preposition that belongs to them ("u Kotoru", "iz Kotora"); `of` has none ("Kotora", "Kotorrit").
    """

    key: str


@dataclass(frozen=True)
class Proper:
    """A name or an address in Montenegrin Latin, shown in the alphabet of the reader."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """A sentence or a few, in English as the source has it, with `{named}` places for values.

    `domain` is the gettext catalogue that knows it. With `count` the phrase has a `plural`, and `{count}` may be used.
    """

    text: str
    values: "Mapping[str, Value]" = field(default_factory=dict)
    domain: str = "common"
    plural: str | None = None
    count: int | None = None


Value = str | int | Decimal | date | Euro | Name | Proper | Phrase


def say(text: str, /, **values: Value) -> Phrase:
    """A phrase of the common catalogue."""
    return Phrase(text, values)
