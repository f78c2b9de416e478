"""What a text with HTML tags looks like to the person who reads it. Knows the tags Telegram knows, and no other.

The rules and the words of the refusals follow parse_html in TDLib's MessageEntity.cpp.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.refusals import Refusal, bad

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
# Four named references and numbers; any other & is only an ampersand.
PIECE = re.compile(r"<[^<>]*>?|&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});|[^<&]+|&")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>")
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


def length(text: str) -> int:
    """In UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True)
class Formatted:
    """A text after parsing. Offsets and lengths of the entities count UTF-16 units."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


def plain(text: str) -> Formatted:
    return Formatted(text.strip())


def parsed(text: str) -> Formatted:
    """Without its tags, and without space around it. Raises Refusal where the tags are not well formed."""
    if "<" not in text and "&" not in text:
        return plain(text)
    return _trimmed(_Reader(text).read())


def _trimmed(source: Formatted) -> Formatted:
    text = source.text.strip()
    before = length(source.text) - length(source.text.lstrip())
    end = length(text)
    kept = []
    for entity in source.entities:
        start = max(entity["offset"] - before, 0)
        size = min(entity["offset"] - before + entity["length"], end) - start
        if size > 0:
            kept.append({**entity, "offset": start, "length": size})
    return Formatted(text, tuple(sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))))


@dataclass(frozen=True)
class _Open:
    tag: str
    offset: int
    extra: dict[str, str]


@dataclass
class _Reader:
    source: str
    said: list[str] = field(default_factory=list)
    size: int = 0
    open: list[_Open] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> Formatted:
        for at, piece in self._pieces():
            if piece.startswith("<"):
                self._tag(at, piece)
            else:
                self._say(html.unescape(piece) if piece.startswith("&") and len(piece) > 1 else piece)
        if self.open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return Formatted("".join(self.said), tuple(self.closed))

    def _pieces(self) -> Iterator[tuple[int, str]]:
        for found in PIECE.finditer(self.source):
            yield found.start(), found[0]

    def _say(self, words: str) -> None:
        self.said.append(words)
        self.size += length(words)

    def _tag(self, at: int, piece: str) -> None:
        place = f"at byte offset {len(self.source[:at].encode())}"
        found = TAG.fullmatch(piece)
        if found is None:
            raise _broken(
                f"Unclosed start tag {place}" if not piece.endswith(">") else f"Unsupported start tag {place}"
            )
        closes, tag, attributes = found[1], found[2].lower(), found[3]
        if closes:
            self._close(tag, place)
        else:
            self._begin(tag, _attributes(attributes), place)

    def _begin(self, tag: str, attributes: dict[str, str], place: str) -> None:
        if tag not in KINDS or (tag == "span" and attributes.get("class") != "tg-spoiler"):
            raise _broken(f'Unsupported start tag "{tag}" {place}')
        extra = {"url": attributes.get("href", "")} if tag == "a" else {}
        if tag == "tg-emoji":
            extra = {"custom_emoji_id": attributes.get("emoji-id", "")}
        self.open.append(_Open(tag, self.size, extra))

    def _close(self, tag: str, place: str) -> None:
        if not self.open:
            raise _broken(f"Unexpected end tag {place}")
        begun = self.open.pop()
        if begun.tag != tag:
            raise _broken(f'Unmatched end tag {place}, expected "</{begun.tag}>", found "</{tag}>"')
        # A link without an address is only its words.
        if self.size > begun.offset and begun.extra.get("url") != "":
            entity = {"type": KINDS[tag], "offset": begun.offset, "length": self.size - begun.offset}
            self.closed.append({**entity, **begun.extra})


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): html.unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(text)}


def _broken(words: str) -> Refusal:
    return bad(f"can't parse entities: {words}")


def commands(text: str) -> tuple[dict[str, Any], ...]:
    """The entity of the command that a person's text begins with, if it does."""
    found = re.match(r"/[A-Za-z0-9_]{1,64}(?:@\w+)?(?!\S)", text)
    return ({"type": "bot_command", "offset": 0, "length": len(found[0])},) if found else ()
