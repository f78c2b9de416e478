"""What crosses a channel's doorstep, in either direction. Knows no platform and no database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from dialogs.session import Choice, Reply
from integrations.bills.order import PaymentOrder


@dataclass(frozen=True)
class Address:
    """Where a citizen is reached: printed as `web:4f1c…`."""

    channel: str
    id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.id}"


@dataclass(frozen=True)
class Message:
    """What a citizen wrote or pressed. `event` is the platform's own id: the same one twice is one message.

    `choice` is the id of a pressed choice. `language` is the platform's hint, used only when nothing better is known.
    """

    event: str
    address: Address
    text: str
    arrived: datetime
    choice: str | None = None
    language: str | None = None


class ReceiptState(StrEnum):
    """queued → sending → sent → delivered → seen; failed from anywhere; unknown if we died between send and settle."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    SEEN = "seen"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Receipt:
    """What became of one delivery. `platform_id` is the platform's own id of what was sent, where it has one."""

    state: ReceiptState
    platform_id: str | None = None


class SendError(Exception):
    """The platform did not take the message."""

    def __init__(self, reason: str, *, retry: bool, gone: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry = retry
        self.gone = gone
        self.retry_after = retry_after


class Channel(Protocol):
    """One way to reach citizens.

    `private`: only the citizen sees what is typed, so an identity number may be asked for.
    `repeatable`: sending the same delivery twice shows it once.
    """

    name: str
    private: bool
    repeatable: bool

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        """The receipt; raises SendError when the platform refuses or does not answer."""
        ...


@dataclass(frozen=True)
class Accepted:
    """A message is stored, at this place of the conversation. `again`: it was stored before, and is not taken twice."""

    sequence: int
    again: bool


@dataclass(frozen=True)
class Entry:
    """One line of a conversation as its address may see it. `heard`: the citizen said it; otherwise the assistant.

    `language` is None for a citizen's own words. `answered` is True once a later turn has made the choices stale.
    `payment` is the order that the text is about.
    """

    sequence: int
    heard: bool
    text: str
    at: datetime
    language: str | None = None
    choices: tuple[Choice, ...] = ()
    asks_private: bool = False
    answered: bool = False
    payment: PaymentOrder | None = None


class Doorstep(Protocol):
    """What a channel is given: everything behind it (store, assistant) stays unseen."""

    async def accept(self, message: Message) -> Accepted:
        """The message is stored when this returns, and will be answered."""
        ...

    async def history(self, address: Address, after: int) -> tuple[Entry, ...]:
        """What was said with a sequence greater than `after`, oldest first, at most 200 (the newest ones)."""
        ...

    async def change(self, address: Address, wait: timedelta) -> None:
        """Returns as soon as something new may be there for this address, at the latest after `wait`."""
        ...
