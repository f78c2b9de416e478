"""What Viber tells a bot, as bytes: signed, in no fixed order of keys, letters and slashes escaped or not."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

Json = dict[str, Any]

OPTIONAL = ("delivered", "seen", "failed", "conversation_started", "client_status")
"""A bot may ask not to be told of these."""
MANDATORY = ("message", "subscribed", "unsubscribed")
STYLES = tuple(product((False, True), repeat=3))


@dataclass(frozen=True)
class Event:
    """`token` stays the same however often it is told. `person` is whom it is about; "" for the bot itself."""

    name: str
    token: int
    person: str
    body: bytes


def event(name: str, token: int, at: datetime, person: str = "", **fields: Any) -> Event:
    """The style of writing changes with the token, and the same token is always written alike."""
    whole = {"event": name, "timestamp": int(at.timestamp() * 1000), "message_token": token, **fields}
    return Event(name, token, person, written(whole, token))


def written(fields: Json, style: int) -> bytes:
    """One of eight ways to write the same: whoever signs what he has read and written again, signs something else."""
    is_turned, escapes_letters, escapes_slashes = STYLES[style % len(STYLES)]
    ordered = dict(reversed(fields.items())) if is_turned else fields
    text = json.dumps(ordered, ensure_ascii=escapes_letters, separators=(",", ":"))
    return (text.replace("/", r"\/") if escapes_slashes else text).encode()


def signature(token: str, body: bytes) -> str:
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
