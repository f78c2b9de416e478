"""A part of a reply as the JSON that Viber takes. It names no receiver, so that it can be a welcome or a broadcast."""

import json
from dataclasses import replace

from bot.channels.viber import keyboards, tracking
from bot.channels.viber.client import Json
from bot.layout import written
from dialogs.flows import entries
from dialogs.offers import ANY, WISH
from dialogs.session import Choice, Reply
from locales import Tier
from locales.wording import word

LARGEST = 20_000
"""Bytes. Viber takes 30 kB, of which the receivers of a broadcast need up to a third."""
ALWAYS = ("go_back", "human")
"""What is offered where a reply has no choices: the phone would go on showing those of an earlier message."""


def text(part: Reply, sender: str) -> Json:
    """The words and the numbered choices, with a keyboard."""
    offered = part.choices or _always(part.language)
    return _fitted(_message(sender, "text", written(part)), offered, part.tier)


def picture(caption: str, address: str, sender: str) -> Json:
    """The picture that Viber fetches from this address, with a word on what it shows."""
    return {**_message(sender, "picture", caption), "media": address, "thumbnail": address}


def welcome(reply: Reply, opens: str | None, sender: str) -> Json:
    """The one message that may be said to whoever has opened the talk, with large buttons: a press subscribes."""
    large = replace(reply, tier=Tier.SIMPLE)
    return _fitted(_message(sender, "text", written(large)), large.choices, large.tier, opens)


def plain(message: Json) -> Json:
    """The same for a phone that knows no keyboards: the numbered lines are in the text."""
    return {name: value for name, value in message.items() if name != "keyboard"}


def _message(sender: str, kind: str, words: str) -> Json:
    return {"sender": {"name": sender}, "min_api_version": keyboards.VERSION, "type": kind, "text": words}


def _fitted(message: Json, choices: tuple[Choice, ...], tier: str, opens: str | None = None) -> Json:
    """With its keyboard and what comes back with a press, or without both where that would be too large."""
    packed = tracking.pack(choices, opens)
    whole = {**message, "keyboard": keyboards.keyboard(choices, tier), "tracking_data": packed}
    return whole if len(json.dumps(whole, ensure_ascii=False).encode()) <= LARGEST else message


def _always(language: str) -> tuple[Choice, ...]:
    labels = ((intent, entries()[intent].label) for intent in ALWAYS)
    return tuple(Choice(f"{ANY}:{WISH}{intent}", word(label, language)) for intent, label in labels if label)
