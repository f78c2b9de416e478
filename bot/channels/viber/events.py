"""What Viber tells us, read: its events as values, and a citizen's message in our own terms. Nothing is fetched."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from bot.channels.viber.client import MessageToken
from bot.channels.viber.tracking import unpack
from bot.messages import Address, Message
from dialogs.openings import START
from dialogs.session import Attachment

CHANNEL = "viber"
SOUNDS = {".aac", ".amr", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav"}
"""Viber has no voice messages for bots: one that is recorded elsewhere comes as a file."""
KINDS = {"picture": "photo", "location": "location", "contact": "contact"}
"""Attachments by type of message; a `file` depends on its name, and every other type is `other`."""
KEPT = {"photo", "document"}
WORDS = {"text", "url"}
LONGEST_FILE_NAME = 100

Id = Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]
"""Viber's ids look like base64 and have 24 characters."""
Token = Annotated[MessageToken, Field(pattern=r"^[0-9]{0,20}$")]


class Person(BaseModel):
    """Their name and picture are not read."""

    id: Id
    language: str | None = None
    country: str | None = None

    @property
    def hint(self) -> str | None:
        return self.language or self.country or None


class Contact(BaseModel):
    phone_number: str = ""


class Said(BaseModel):
    """A message of a citizen as Viber has it. `size` is in bytes, of what is at `media`."""

    type: str
    text: str | None = None
    media: str | None = None
    contact: Contact | None = None
    tracking_data: str | None = None
    file_name: str | None = None
    size: int | None = None


class Event(BaseModel):
    """Of every kind: what the kind does not have is None or empty."""

    event: str
    message_token: Token = ""
    user: Person | None = None
    user_id: Id | Literal[""] = ""
    sender: Person | None = None
    message: Said | None = None
    context: str | None = None
    subscribed: bool = False


@dataclass(frozen=True)
class Media:
    """A photo or document that is still at Viber. `size` is what Viber says of it, in bytes."""

    kind: str
    url: str
    name: str
    size: int | None


def read_event(body: bytes) -> Event | None:
    """The event of this body; None for what is none, or too deep to be one."""
    try:
        return Event.model_validate_json(body)
    except ValidationError:
        return None


def read(event: Event, arrived: datetime) -> Message | None:
    """The message of a citizen that this event is or stands for; None for any other event.

    Whoever subscribes, or comes by a link and is subscribed already, has opened the talk without a word.
    """
    if not event.message_token:
        return None
    if event.event == "message" and event.sender and event.message:
        return _heard(event.message, event.sender, event.message_token, arrived)
    is_opened = event.event == "conversation_started" and event.subscribed and event.context
    if event.user and (event.event == "subscribed" or is_opened):
        address = Address(CHANNEL, event.user.id)
        opens = event.context or None
        return Message(event.message_token, address, "", arrived, choice=START, language=event.user.hint, opens=opens)
    return None


def media(event: Event) -> Media | None:
    """What has to be fetched before the message is whole."""
    said = event.message
    kind = _kind(said) if said else ""
    return Media(kind, said.media or "", _name(said), said.size) if said and kind in KEPT else None


def _heard(said: Said, sender: Person, token: str, arrived: datetime) -> Message:
    carried = unpack(said.tracking_data or "")
    text = _text(said)
    return Message(
        token,
        Address(CHANNEL, sender.id),
        text,
        arrived,
        choice=carried.choices.get(unicodedata.normalize("NFC", text)) if said.type == "text" else None,
        language=sender.hint,
        opens=carried.opens,
        attachment=None if said.type in WORDS else Attachment(_kind(said)),
    )


def _text(said: Said) -> str:
    if said.type == "url":
        return (said.text or said.media or "").strip()
    if said.type == "contact" and said.contact:
        return _international(said.contact.phone_number.strip())
    return (said.text or "").strip()


def _international(number: str) -> str:
    """Viber leaves the plus out before the number of a country."""
    return f"+{number}" if number and number[0] not in "+0" else number


def _kind(said: Said) -> str:
    if said.type == "file":
        return "voice" if PurePosixPath(_name(said)).suffix.lower() in SOUNDS else "document"
    return KINDS.get(said.type, "other")


def _name(said: Said) -> str:
    """The name of the file without its folders and invisible signs; where it has none, the last step of its address."""
    try:
        named = said.file_name or urlsplit(said.media or "").path
    except ValueError:
        named = ""
    name = named.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")[-LONGEST_FILE_NAME:]
