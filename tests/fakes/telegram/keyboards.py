"""The buttons of a message: what Telegram takes and refuses of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.refusals import bad

MOST_BUTTONS = 100
LONGEST_DATA = 64
"""Bytes of callback_data."""
LONGEST_PLACEHOLDER = 64
ACTIONS = ("callback_data", "url", "web_app", "copy_text", "login_url", "switch_inline_query", "pay")


@dataclass(frozen=True)
class Button:
    """`data` comes back when it is pressed; `asks` is contact or location where it gives that instead of its label."""

    text: str
    data: str | None = None
    url: str | None = None
    asks: str | None = None

    def as_json(self) -> dict[str, str]:
        told = {"text": self.text, "data": self.data, "url": self.url, "asks": self.asks}
        return {name: value for name, value in told.items() if value is not None}


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Markup:
    """`kind` is inline, reply, remove or force. `source` is the JSON as the bot sent it."""

    kind: str
    rows: Rows
    source: dict[str, Any]

    @property
    def one_time(self) -> bool:
        return bool(self.source.get("one_time_keyboard"))


def read(source: Any) -> Markup | None:
    """None where nothing was sent. Raises Refusal where Telegram would refuse it."""
    if source is None:
        return None
    if not isinstance(source, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in source:
        return Markup("inline", _rows(source["inline_keyboard"], _inline), source)
    if "keyboard" in source:
        _placeholder(source)
        return Markup("reply", _rows(source["keyboard"], _reply), source)
    if source.get("remove_keyboard"):
        return Markup("remove", (), source)
    if source.get("force_reply"):
        _placeholder(source)
        return Markup("force", (), source)
    raise bad("object expected as reply markup")


def inline(source: Any) -> Markup | None:
    """The only kind that an old message may get. Raises Refusal for any other."""
    markup = read(source)
    if markup is not None and markup.kind != "inline":
        raise bad("inline keyboard expected")
    return markup


def _rows(source: Any, button: Callable[[Any], Button]) -> Rows:
    if not isinstance(source, list) or any(not isinstance(row, list) for row in source):
        raise bad("can't parse keyboard: Array of Arrays expected")
    if sum(map(len, source)) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return tuple(tuple(button(item) for item in row) for row in source if row)


def _label(source: dict[str, Any]) -> str:
    text = source.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("can't parse keyboard button: Text buttons are unallowed to be empty")
    return text


def _inline(source: Any) -> Button:
    if not isinstance(source, dict):
        raise bad("can't parse inline keyboard button: Object expected")
    text = _label(source)
    if sum(action in source for action in ACTIONS) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data, url = source.get("callback_data"), source.get("url")
    if data is not None and not 0 < len(str(data).encode()) <= LONGEST_DATA:
        raise bad("BUTTON_DATA_INVALID")
    if url is not None and not str(url).startswith(("https://", "http://", "tg://")):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    web_app = source.get("web_app")
    if web_app is not None and not str(web_app.get("url", "")).startswith("https://"):
        raise bad("inline keyboard button Web App URL is invalid: Only HTTPS links are allowed")
    return Button(text, data, url)


def _reply(source: Any) -> Button:
    if isinstance(source, str):
        source = {"text": source}
    if not isinstance(source, dict):
        raise bad("can't parse keyboard button: Object or String expected")
    asks = "contact" if source.get("request_contact") else "location" if source.get("request_location") else None
    return Button(_label(source), asks=asks)


def _placeholder(source: dict[str, Any]) -> None:
    placeholder = source.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(placeholder) <= LONGEST_PLACEHOLDER:
        raise bad("input field placeholder must be from 1 to 64 characters long")
