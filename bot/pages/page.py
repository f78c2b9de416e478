"""The citizen's page as HTML: the whole conversation, worded in the language the assistant last spoke."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.messages import Entry
from bot.pages import assets
from bot.pages.api import payment_address
from bot.pages.words import HELP, LONGEST, day, words
from dialogs.readers import masked
from locales import LANGUAGES, html_tag, own_name

HERE = ZoneInfo("Europe/Podgorica")
LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")


@dataclass(frozen=True)
class Refused:
    """What a form brought and could not be taken: the key of the words that say why, and the citizen's own text."""

    code: str
    text: str


def talk_page(talk: Sequence[Entry] | None, otherwise: str, refused: Refused | None = None) -> str:
    """The page with the conversation so far, None for a stranger's. `otherwise` is its language until one is spoken."""
    is_known, talk = talk is not None, talk or ()
    language = language_of(talk, otherwise)
    asks_private = next((entry.asks_private for entry in reversed(talk) if not entry.heard), False)
    waiting = is_known and (not talk or talk[-1].heard)
    shown = list(_masked(talk))
    return TEMPLATES.get_template("talk.html").render(
        language=language,
        words=words(language),
        entries=shown,
        days=_days(shown, language),
        turn=max((entry.sequence for entry in shown if entry.heard), default=shown[0].sequence if shown else 0),
        is_known=is_known,
        last=shown[-1].sequence if shown else 0,
        waiting=waiting,
        asks_private=asks_private,
        refused=refused,
    )


def language_of(talk: Sequence[Entry], otherwise: str) -> str:
    """The language the assistant last spoke."""
    return next((entry.language for entry in reversed(talk) if entry.language), otherwise)


def forgotten_page(language: str) -> str:
    """The page after the session was ended on this device."""
    return TEMPLATES.get_template("forgotten.html").render(language=language, words=words(language))


def _masked(talk: Sequence[Entry]) -> Iterator[Entry]:
    """The talk with every number masked that was given to a private question: its turn may not have been taken yet."""
    asks_private = False
    for entry in talk:
        if not entry.heard:
            asks_private = entry.asks_private
        elif asks_private and any(letter.isdigit() for letter in entry.text):
            entry = replace(entry, text=masked(entry.text))
        yield entry


def linked(text: str) -> Markup:
    """The text escaped, with its web addresses as links."""
    parts = LINK.split(text)
    return Markup("").join(
        Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _days(entries: Sequence[Entry], language: str) -> Mapping[int, str]:
    """The first entry of each day, by sequence, with the name of the day."""
    first: dict[object, tuple[int, str]] = {}
    for entry in entries:
        date = entry.at.astimezone(HERE).date()
        first.setdefault(date, (entry.sequence, day(date, language)))
    return dict(first.values())


TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters["linked"] = linked
TEMPLATES.filters["payment_address"] = payment_address
TEMPLATES.globals |= {
    "asset": assets.address,
    "help_keys": HELP,
    "html_tag": html_tag,
    "limit": LONGEST,
    "languages": {tag: own_name(tag) for tag in LANGUAGES},
    "new_id": lambda: str(uuid4()),
}
