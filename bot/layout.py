"""How a reply is laid out on a messenger: its lines without any markup, and the messages it is cut into."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from dialogs.payments import rows
from dialogs.session import Reply
from integrations.bills.order import PaymentOrder, epc
from locales.plain import sentences

Measure = Callable[[str], int]
"""How long a platform finds a text. It is never less for more of the same text."""

PARAGRAPH, LINE, BLANK = "\n\n", "\n", " "


class Kind(StrEnum):
    """What a line is for: to be read, to be copied to the letter, or to be answered with its number."""

    TEXT = "text"
    VALUE = "value"
    CHOICE = "choice"


@dataclass(frozen=True)
class Line:
    """`before` is what stands in front of the text on the same line: the name of a value, the number of a choice."""

    kind: Kind
    text: str
    before: str = ""

    def __str__(self) -> str:
        return f"{self.before}{self.text}"


def utf16(text: str) -> int:
    """The length of a text in UTF-16 units: an emoji counts as two."""
    return len(text.encode("utf-16-le")) // 2


def parts(reply: Reply, longest: int, measure: Measure = len, *, pictures: bool = False) -> tuple[Reply, ...]:
    """The messages that a reply becomes, in order, each of at most `longest`; the last one has the choices.

    With `pictures` the QR code of a payment order goes first, as a part of its own without words: see `picture`. The
    same reply always becomes the same parts. The numbered choices are expected to take less than half of `longest`.
    """
    is_shown = pictures and reply.payment is not None and epc(reply.payment) is not None
    first = (replace(reply, text="", choices=()),) if is_shown else ()
    if measure(written(reply)) <= longest:
        return (*first, reply)
    offered = measure(written(reply)) - measure(reply.text)
    *before, last = split(reply.text, max(longest - offered, longest // 2), reply.language, measure)
    return (*first, *(replace(reply, text=text, choices=()) for text in before), replace(reply, text=last))


def picture(part: Reply) -> PaymentOrder | None:
    """The order whose QR code this part is, and nothing else; None for a part with words."""
    return None if part.text else part.payment


def written(part: Reply) -> str:
    """The part as plain text."""
    return LINE.join(str(line) for line in lines(part))


def lines(part: Reply) -> tuple[Line, ...]:
    """The words, line by line; then, after an empty line, every choice under the number that chooses it."""
    said = tuple(_told(part)) if part.text else ()
    offered = tuple(
        Line(Kind.CHOICE, choice.label, f"{number}. ") for number, choice in enumerate(part.choices, start=1)
    )
    between = (Line(Kind.TEXT, ""),) if said and offered else ()
    return (*said, *between, *offered)


def _told(part: Reply) -> Iterator[Line]:
    values = {value for _, value in rows(part.payment)} if part.payment else set()
    for line in part.text.split(LINE):
        name, colon, value = line.partition(": ")
        yield Line(Kind.VALUE, value, name + colon) if value in values else Line(Kind.TEXT, line)


def split(text: str, longest: int, language: str, measure: Measure = len) -> tuple[str, ...]:
    """The text in pieces of at most `longest`, each as it is: only the white space at the cuts is gone.

    It is cut at the last end of a paragraph that fits, else of a line, of a sentence, of a word; inside a word only
    where one is longer than a piece. KeyError for a language that is not ours.
    """
    pieces, rest = [], text.strip()
    while measure(rest) > longest:
        room = bisect_right(range(len(rest)), longest, key=lambda end: measure(rest[:end])) - 1
        end = _end(rest, room, language)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return (*pieces, rest)


def _end(text: str, room: int, language: str) -> int:
    """Where to cut a text of which `room` letters fit."""
    ends = (
        text.rfind(PARAGRAPH, 0, room + len(PARAGRAPH)),
        text.rfind(LINE, 0, room + len(LINE)),
        _sentence_end(text, room, language),
        text.rfind(BLANK, 0, room + len(BLANK)),
    )
    return next((end for end in ends if end > 0), max(room, 1))


def _sentence_end(text: str, room: int, language: str) -> int:
    """The end of the last sentence of the first line that fits; 0 if none does."""
    line, last, end = text.partition(LINE)[0], 0, 0
    for sentence in sentences(line, language):
        end = line.index(sentence, end) + len(sentence)
        last = end if end <= room else last
    return last
