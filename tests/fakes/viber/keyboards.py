"""The keyboard under a talk: what the server checks of it, what the phone checks, and what a person sees.

The phone checks after the server has said yes: what it cannot show, it reports as `failed`.
"""

import html
import re
from dataclasses import dataclass
from typing import Any

from tests.fakes.viber.statuses import Refused, Status

Json = dict[str, Any]

GRID = 6
MOST_ROWS = 12
LONGEST_LABEL = 250
ACTIONS = ("reply", "open-url", "location-picker", "share-phone", "none")
LOOKS = ("Text", "BgMedia", "Image", "BgColor")
NEEDS = {"CustomDefaultHeight": 3, "HeightScale": 3, "InputFieldState": 4, "TextShouldFit": 6, "Frame": 6}
"""From which version of the API on a part of a keyboard or button is known."""
GROUPS = "ButtonsGroup"
GROUPS_NEED = 4
ASKING_NEEDS = 3
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class Button:
    """`label` is what a person reads; `says` what comes back when it is pressed."""

    label: str
    says: str
    action: str
    is_silent: bool


def check(keyboard: Any, version: int) -> None:
    """Raises Refused for what the server sees: the shape, and parts that `version` does not know."""
    if not isinstance(keyboard, dict) or keyboard.get("Type") != "keyboard":
        raise Refused(Status.badData, "keyboard is not valid")
    buttons = keyboard.get("Buttons")
    if not isinstance(buttons, list) or not buttons or not all(isinstance(button, dict) for button in buttons):
        raise Refused(Status.badData, "keyboard is not valid. Buttons are missing")
    if any(not isinstance(button.get("ActionBody"), str) or not button["ActionBody"] for button in buttons):
        raise Refused(Status.badData, "keyboard is not valid. ActionBody is missing")
    if max(map(_version, (keyboard, *buttons))) > version:
        raise Refused(Status.incompatibleWithVersion, "the keyboard needs a higher min_api_version")


def _version(part: Json) -> int:
    """The lowest version of the API that knows everything in this part."""
    needed = [NEEDS.get(name, GROUPS_NEED if name.startswith(GROUPS) else 1) for name in part]
    asks = part.get("ActionType") in ("location-picker", "share-phone")
    return max(1, ASKING_NEEDS if asks else 1, *needed)


def fault(keyboard: Json) -> str | None:
    """Why a phone cannot show it; None if it can."""
    for button in keyboard["Buttons"]:
        if found := _fault(button):
            return found
    if _rows(keyboard["Buttons"]) > MOST_ROWS:
        return f"the keyboard has more than {MOST_ROWS} rows"
    return None


def _fault(button: Json) -> str | None:
    if not any(button.get(look) for look in LOOKS):
        return "a button shows nothing"
    if button.get("ActionType", "reply") not in ACTIONS:
        return "ActionType is not valid"
    if not _is_within(button.get("Columns", GRID), GRID) or not _is_within(button.get("Rows", 1), 2):
        return "a button does not fit into the grid"
    if len(str(button.get("Text", ""))) > LONGEST_LABEL:
        return f"Text is longer than {LONGEST_LABEL} characters"
    return None


def _is_within(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _rows(buttons: list[Json]) -> int:
    """The height when buttons are laid from left to right, a new row where one does not fit."""
    rows, free, height = 0, 0, 0
    for button in buttons:
        columns = button.get("Columns", GRID)
        if columns > free:
            rows, free, height = rows + height, GRID, 0
        free -= columns
        height = max(height, button.get("Rows", 1))
    return rows + height


def shown(keyboard: Json) -> tuple[Button, ...]:
    """The buttons as a person sees them: Text is HTML, and what is not escaped is taken as a tag."""
    return tuple(
        Button(
            html.unescape(TAG.sub("", str(button.get("Text", "")))),
            button["ActionBody"],
            button.get("ActionType", "reply"),
            bool(button.get("Silent", False)),
        )
        for button in keyboard["Buttons"]
    )
