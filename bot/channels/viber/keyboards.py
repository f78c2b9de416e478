"""Keyboards: the choices of a reply as buttons, within what Viber's phones can show."""

from collections.abc import Iterator, Sequence
from html import escape

from dialogs.session import Choice
from locales import Tier

COLUMNS = 6
MOST_ROWS = 12
LONGEST_TEXT = 250
VERSION = 1
"""The lowest API version that knows everything used here: an older phone would refuse the message."""
TOGETHER = ((3, 9), (2, 16))
"""So many buttons share a row if no label is longer than that; a longer one would be cut on a small phone."""

Button = dict[str, object]


def keyboard(choices: Sequence[Choice], tier: str) -> dict[str, object]:
    """One button a choice, in their order; what is beyond MOST_ROWS is left out, because its number works too.

    In the simple tier each has a row of its own, larger and higher while there is room.
    """
    if tier == Tier.SIMPLE:
        height = 2 if 2 * len(choices) <= MOST_ROWS else 1
        buttons = [_button(choice, COLUMNS, height, "large") for choice in choices[:MOST_ROWS]]
    else:
        rows = list(_rows(choices))[:MOST_ROWS]
        buttons = [_button(choice, COLUMNS // len(row), 1, "regular") for row in rows for choice in row]
    return {"Type": "keyboard", "Buttons": buttons}


def _rows(choices: Sequence[Choice]) -> Iterator[Sequence[Choice]]:
    while choices:
        many = next((many for many, longest in TOGETHER if _fit(choices[:many], many, longest)), 1)
        yield choices[:many]
        choices = choices[many:]


def _fit(row: Sequence[Choice], many: int, longest: int) -> bool:
    return len(row) == many and all(len(choice.label) <= longest for choice in row)


def _button(choice: Choice, columns: int, rows: int, size: str) -> Button:
    """A press says the label as if it were typed."""
    return {
        "Columns": columns,
        "Rows": rows,
        "ActionType": "reply",
        "ActionBody": choice.label,
        "Text": _text(choice.label),
        "TextSize": size,
    }


def _text(label: str) -> str:
    """The label on the button, which is HTML there."""
    text = escape(label, quote=False)
    if len(text) <= LONGEST_TEXT:
        return text
    shorter = (escape(label[:end], quote=False) for end in range(LONGEST_TEXT - 1, 0, -1))
    return next(text for text in shorter if len(text) < LONGEST_TEXT) + "…"
