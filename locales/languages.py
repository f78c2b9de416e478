"""What is known of each language: names, tags, how it writes dates and money. Read once, from the language's folder."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class Tier(StrEnum):
    """The plain-language tier of a text falls back to the ordinary one."""

    ORDINARY = "ordinary"
    SIMPLE = "simple"


@dataclass(frozen=True)
class Dates:
    """Month and weekday names, January and Monday first, and the patterns they go into. `months_of` are genitives."""

    day: str
    weekday: str
    months: tuple[str, ...]
    months_of: tuple[str, ...]
    weekdays: tuple[str, ...]


@dataclass(frozen=True)
class Money:
    """Euros and cents in words, by CLDR plural class; `both` joins them."""

    euro: Mapping[str, str]
    cent: Mapping[str, str]
    both: str


@dataclass(frozen=True)
class Language:
    """One language as its folder describes it.

    `babel` is set by hand: Babel's own guesses for Montenegrin are wrong in silence (`cnr_Cyrl` becomes Latin).
    `html` is a tag that speech engines know. `heard_as` are the tags and hints by which others ask for it.
    `written_in` is the language whose words this one writes in another alphabet.
    """

    tag: str
    own_name: str
    babel: str
    html: str
    heard_as: tuple[str, ...]
    dates: Dates
    money: Money
    abbreviations: tuple[str, ...] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    written_in: str | None = None

    @property
    def words(self) -> str:
        """The tag of the language whose catalogues and names are used."""
        return self.written_in or self.tag


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _language(folder: Path) -> Language:
    about = _toml(folder / "language.toml")
    shared = HERE / about["written_in"] if "written_in" in about else folder
    grammar = _toml(shared / "language.toml")
    dates = grammar["dates"]
    return Language(
        tag=folder.name,
        own_name=about["own_name"],
        babel=about["babel"],
        html=about["html"],
        heard_as=tuple(about["heard_as"]),
        dates=Dates(
            day=dates["day"],
            weekday=dates["weekday"],
            months=tuple(dates["months"]),
            months_of=tuple(dates.get("months_of", dates["months"])),
            weekdays=tuple(dates["weekdays"]),
        ),
        money=Money(**grammar["money"]),
        abbreviations=tuple(grammar["abbreviations"]),
        names=_toml(shared / "names.toml"),
        written_in=about.get("written_in"),
    )


def _place(folder: Path) -> int:
    place: int = _toml(folder / "language.toml")["place"]
    return place


_FOLDERS = sorted((path.parent for path in HERE.glob("*/language.toml")), key=_place)
SPOKEN: Mapping[str, Language] = {folder.name: _language(folder) for folder in _FOLDERS}
LANGUAGES: tuple[str, ...] = tuple(SPOKEN)
DEFAULT = LANGUAGES[0]
SOURCE = "en"


def own_name(tag: str) -> str:
    """What its speakers call it. KeyError for a language that is not ours."""
    return SPOKEN[tag].own_name


def html_tag(tag: str) -> str:
    """The tag for `lang=`, one that screen readers have a voice for. KeyError for a language that is not ours."""
    return SPOKEN[tag].html


def match(hint: str) -> str:
    """The language an `Accept-Language` header or a platform's hint asks for; DEFAULT where none of them is ours."""
    wanted = sorted(_weighted(hint), key=lambda pair: -pair[1])
    found = (_nearest(tag) for tag, weight in wanted if weight > 0)
    return next((tag for tag in found if tag), DEFAULT)


def _weighted(hint: str) -> Iterator[tuple[str, float]]:
    """Each tag with its weight, RFC 9110 section 12.5.4; a weight that is no number counts as 0."""
    for part in hint.lower().replace("_", "-").split(","):
        tag, _, weight = part.replace(" ", "").partition(";q=")
        try:
            yield tag, float(weight or 1)
        except ValueError:
            yield tag, 0.0


def _nearest(tag: str) -> str | None:
    """The language heard as the longest beginning of `tag`: sr-Cyrl-ME is nearer to sr-Cyrl than to sr."""
    heard = [
        (len(name), language.tag)
        for language in SPOKEN.values()
        for name in language.heard_as
        if tag == name or tag.startswith(f"{name}-")
    ]
    return max(heard)[1] if heard else None
