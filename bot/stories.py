"""Stories: the printout of a talk, read and played again. It is the format of the tests and of `komshi chat`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dialogs.steps import HOME_TIME
from locales import Tier

STAMP = "%Y-%m-%d %H:%M"


class Unreadable(Exception):
    """A line of the story is not one that can be played."""


@dataclass(frozen=True)
class Person:
    """Somebody of the cast: by which channel, in which language at first, in which tier."""

    name: str
    channel: str
    language: str
    tier: str


@dataclass(frozen=True)
class Story:
    """What a story's text says: the claim, the cast, when it begins, and the lines that are played or kept."""

    claim: str
    cast: Mapping[str, Person]
    begins: datetime
    lines: tuple[str, ...]


def read(text: str) -> Story:
    """Raises Unreadable where the head is not: a claim, the cast, the clock, an empty line."""
    claim, *rest = text.splitlines() or [""]
    if "" not in rest:
        raise Unreadable("an empty line must stand between the head and the talk")
    head, lines = rest[: rest.index("")], rest[rest.index("") + 1 :]
    try:
        fields = dict(line.split(": ", 1) for line in head)
        begins = datetime.strptime(fields.pop("clock"), STAMP).replace(tzinfo=HOME_TIME)
        cast = {name: _person(name, traits) for name, traits in fields.items()}
    except (KeyError, ValueError) as error:
        raise Unreadable("the head must name the cast and the clock") from error
    if not cast:
        raise Unreadable("nobody is in the cast")
    return Story(claim, cast, begins, tuple(lines))


def _person(name: str, traits: str) -> Person:
    channel, language, *tier = traits.split(", ")
    return Person(name, channel, language, tier[0] if tier else Tier.ORDINARY)


def traits(person: Person) -> tuple[str, ...]:
    return (person.channel, person.language, *((person.tier,) if person.tier != Tier.ORDINARY else ()))


def scripted(lines: Sequence[str], person: Person, begins: datetime) -> str:
    """A story whose only voice is one citizen, from that citizen's lines."""
    head = [
        f"{person.name}: {', '.join(traits(person))}",
        f"clock: {begins.astimezone(HOME_TIME).strftime(STAMP)}",
        "",
    ]
    return "\n".join(["A talk from a script.", *head, *(f"{person.name}> {line}".rstrip() for line in lines)])
