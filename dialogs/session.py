"""One citizen's talk as plain data: where it stands, what was heard, what is said back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from integrations.bills.order import PaymentOrder
from locales.phrase import Phrase

Answer = str | int | bool


@dataclass(frozen=True)
class Attachment:
    """What came instead of words, or beside them.

    `kind`: photo, document, voice, location, contact or other. `refused` says why it was not kept: size, type, or away
    where the platform did not hand it out; None for what was kept or has nothing to keep.
    """

    kind: str
    refused: str | None = None


class Message(Protocol):
    """What the engine needs of a message: the words, the pressed choice, and the channel's guess at the language.

    `opens` is the payload of the link or poster the citizen came by, read by `dialogs.openings`. `edited`: the citizen
    has put words right that were said before.
    """

    @property
    def text(self) -> str: ...
    @property
    def choice(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...
    @property
    def opens(self) -> str | None: ...
    @property
    def attachment(self) -> Attachment | None: ...
    @property
    def edited(self) -> bool: ...


@dataclass(frozen=True)
class Place:
    """A step of a flow, and what it needs to know to be asked again."""

    flow: str
    step: str
    data: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Session:
    """Everything remembered of one citizen's talk.

    `where` is the step that waits for an answer, `under` what it interrupted (deepest first), `trail` the way back.
    `answers` holds what was answered, by question, under the name of the service or the key of a form that is begun;
    sensitive answers are sealed by the store with the rest.
    `drafts` are the keys of the forms begun and not sent. `page` is the page of a long list on show.
    `asks_private`: the question on show is sensitive, also while something else is told in between.
    `misses` counts messages in a row that were not understood, `wrong_references` numbers and codes that
    fitted nothing, or one bill after the other.
    """

    language: str | None = None
    tier: str = "ordinary"
    municipality: str | None = None
    service: str | None = None
    where: Place | None = None
    under: tuple[Place, ...] = ()
    trail: tuple[Place, ...] = ()
    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    drafts: tuple[str, ...] = ()
    page: int = 0
    asks_private: bool = False
    misses: int = 0
    wrong_references: int = 0


@dataclass(frozen=True)
class Choice:
    """An answer on offer. `id` comes back when it is pressed; its number in the list always works too."""

    id: str
    label: str


@dataclass(frozen=True)
class Reply:
    """One message to the citizen, worded. `language` is the tag the words are in, for screen readers.

    `asks_private` tells a page that the answer is sensitive and is to be masked when shown back. `payment` is the order
    that the text is about, for a channel that can show more of it than text. `tier` is how plainly it speaks, for a
    channel that shows its choices larger to some.
    """

    text: str
    language: str
    choices: tuple[Choice, ...] = ()
    asks_private: bool = False
    payment: PaymentOrder | None = None
    tier: str = "ordinary"


@dataclass(frozen=True)
class Order:
    """Something to be done for the citizen once the turn is saved: submit, withdraw, supply or forget.

    `key` makes it happen once; `body` is plain JSON.
    """

    kind: str
    key: str
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """What one message led to. `masked` replaces the citizen's own text in what is kept, where it was sensitive."""

    session: Session
    replies: tuple[Reply, ...]
    orders: tuple[Order, ...] = ()
    masked: str | None = None


@dataclass(frozen=True)
class Case:
    """An application after the talk, as the citizen may see it.

    `status`: saved (with us, not yet at the office), received, returned, approved, refused, withdrawn.
    `reason` is the office's own words. `until` is the last day for what the citizen has to do. `form` is which of the
    service's forms it is.
    """

    reference: str
    service: str
    municipality: str
    status: str
    at: datetime
    reason: str | None = None
    until: date | None = None
    mine: bool = True
    form: str = ""


@dataclass(frozen=True)
class Say:
    """What a step says before it is worded: one message, its choices by id and label, in order.

    `more` are further paragraphs, a blank line before each. `payment` is the order they are about.
    """

    lines: tuple[Phrase, ...]
    choices: tuple[tuple[str, Phrase], ...] = ()
    asks_private: bool = False
    more: tuple[tuple[Phrase, ...], ...] = ()
    payment: PaymentOrder | None = None
