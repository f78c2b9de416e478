"""What crosses a channel's doorstep, in either direction. Knows no platform and no database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from dialogs.session import Attachment, Choice, Reply
from integrations.bills.order import PaymentOrder


@dataclass(frozen=True)
class Address:
    """Where a citizen is reached: printed as `web:4f1c…`."""

    channel: str
    id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.id}"


@dataclass(frozen=True)
class File:
    """A photo or document of a citizen. `type` is its media type, found by its content and not by its name."""

    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Message:
    """What a citizen wrote or pressed. `event` is the platform's own id: the same one twice is one message.

    `choice` is the id of a pressed choice. `language` is the platform's hint, used only when nothing better is known.
    `opens` is the payload of the link the citizen came by. `attachment` says what came with it or instead of words,
    `file` is that itself where it is kept. `edited`: words said before were changed.
    """

    event: str
    address: Address
    text: str
    arrived: datetime
    choice: str | None = None
    language: str | None = None
    opens: str | None = None
    attachment: Attachment | None = None
    file: File | None = None
    edited: bool = False


class Lane(IntEnum):
    """In this order what waits is sent: a lower number goes first."""

    REPLY = 0
    NEWS = 1
    EMERGENCY = 2
    NOTICE = 3


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
    """What became of one delivery. `platform_id` is the platform's own id of what was sent, where it has one.

    `billing` is the platform's own word on what it cost, where it says so.
    """

    state: ReceiptState
    platform_id: str | None = None
    billing: int | None = None


class SendError(Exception):
    """The platform did not take the message.

    `retry`: it may take it later, after `retry_after` where it named a time. `gone`: the citizen cannot be reached here
    any more. `alarm`: somebody has to look, because the fault is ours. `stops`: nothing can be sent on this channel
    until somebody has looked. Whoever does not know whether it was taken raises something else.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry: bool,
        gone: bool = False,
        retry_after: timedelta | None = None,
        alarm: bool = False,
        stops: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry = retry
        self.gone = gone
        self.retry_after = retry_after
        self.alarm = alarm
        self.stops = stops


@dataclass(frozen=True)
class Pace:
    """How fast a platform lets a bot speak: to all chats together, and to one after a short burst, in a second.

    `token` names the bot the same way in every process, and does not give its token away.
    """

    token: str
    per_second: float
    per_chat: float
    burst: int


class Channel(Protocol):
    """One way to reach citizens.

    `private`: only the citizen sees what is typed, so an identity number may be asked for.
    `repeatable`: sending the same delivery twice shows it once. `pace` is None where nobody counts.
    """

    name: str
    private: bool
    repeatable: bool
    pace: Pace | None

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        """The messages that this reply becomes, in order, each small enough to be sent; the last one has the choices.

        The same reply always becomes the same parts, so that after a failure the rest can be sent.
        """
        ...

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        """The receipt of one part; raises SendError when the platform refuses, or certainly did not get it."""
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

    async def leave(self, address: Address) -> None:
        """The citizen cannot be reached there any more, and wants nothing sent there. A stranger's is no error."""
        ...

    async def hear_receipt(self, channel: str, platform_id: str, state: ReceiptState) -> None:
        """What the platform tells later about something it was given; it may come before its own receipt."""
        ...

    async def welcome(self, language: str | None, opens: str | None) -> Reply:
        """What somebody is told who has opened the talk and may not be written to yet; nothing is stored."""
        ...

    async def is_mine(self, task: str, lease: timedelta) -> bool:
        """Whether this process alone is to do the task until `lease` is over; asked again in time, it stays so."""
        ...
