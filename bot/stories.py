"""Stories: the printout of a talk, read and played again. It is the format of the tests and of `komshi chat`.

What somebody of the cast does stands at the left margin, one line each:

    anna> words                                she writes
    anna> [Label]                              she presses a choice that is on offer
    anna opens newborn_aid__kotor              she comes by a link or the code on a poster
    anna sends a photo                         or a document, a voice message, a location, a sticker
    anna sends a photo: words                  with words beside it
    anna sends a photo that is too large       or: of another kind, that does not arrive
    anna sends her number +38267000001         she shares her contact
    anna changes it to: words                  she changes the message she wrote last
    anna leaves                                she blocks the assistant, until she writes again
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dialogs.session import Attachment
from dialogs.steps import HOME_TIME
from locales import Tier

STAMP = "%Y-%m-%d %H:%M"
KINDS = {
    "a photo": "photo",
    "a document": "document",
    "a voice message": "voice",
    "a location": "location",
    "a sticker": "other",
}
REFUSED = {"that is too large": "size", "of another kind": "type", "that does not arrive": "away"}
WROTE = re.compile(r"(?P<who>\w+)> ?(?P<words>.*)")
OPENED = re.compile(r"(?P<who>\w+) opens (?P<link>[\w-]+)")
SENT = re.compile(
    rf"(?P<who>\w+) sends (?P<what>{'|'.join(KINDS)})(?: (?P<refused>{'|'.join(REFUSED)}))?(?:: (?P<words>.+))?"
)
SHARED = re.compile(r"(?P<who>\w+) sends (?:her|his) number (?P<words>\+\d+)")
CHANGED = re.compile(r"(?P<who>\w+) changes it to: (?P<words>.+)")
LEFT = re.compile(r"(?P<who>\w+) leaves")


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
class Deed:
    """What somebody does: the words, and what comes with them or instead of them. `leaves`: nothing reaches them."""

    who: str
    words: str = ""
    opens: str | None = None
    attachment: Attachment | None = None
    edited: bool = False
    leaves: bool = False

    @property
    def pressed(self) -> str | None:
        """The label of the choice that is pressed; None where words are written or something else is done."""
        return self.words[1:-1] if self.words.startswith("[") and self.words.endswith("]") else None


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


def deed(line: str) -> Deed | None:
    """What is done in this line of a story, None for every other line."""
    wrote, changed, opened = WROTE.fullmatch(line), CHANGED.fullmatch(line), OPENED.fullmatch(line)
    if wrote:
        return Deed(wrote["who"], wrote["words"])
    if changed:
        return Deed(changed["who"], changed["words"], edited=True)
    if opened:
        return Deed(opened["who"], opens=opened["link"])
    if left := LEFT.fullmatch(line):
        return Deed(left["who"], leaves=True)
    return _sent(line)


def _sent(line: str) -> Deed | None:
    if shared := SHARED.fullmatch(line):
        return Deed(shared["who"], shared["words"], attachment=Attachment("contact"))
    sent = SENT.fullmatch(line)
    if sent is None:
        return None
    came = Attachment(KINDS[sent["what"]], REFUSED.get(sent["refused"]))
    return Deed(sent["who"], sent["words"] or "", attachment=came)


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
