"""The number a citizen knows an application by: made so that it can be read aloud, and found however it is written."""

import re
from secrets import choice

# No 0 or O, no 1, I or L, and no U, which sounds like V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
WRITTEN = re.compile(rf"\bKOM[\s-]*(\d{{4}})[\s-]*([{ALPHABET}](?:[\s-]?[{ALPHABET}]){{5}})\b")
BETWEEN = re.compile(r"[\s-]")
# Letters of the other alphabet that look the same, for who types without changing the keyboard.
LOOK_ALIKE = str.maketrans("АВЕКМНОРСТХ", "ABEKMHOPCTX")


def fresh(year: int) -> str:
    """A reference that nobody can guess, like KOM-2026-7F3K9A; whether it is unused only the store knows."""
    return f"KOM-{year}-" + "".join(choice(ALPHABET) for _ in range(6))


def written_in(text: str) -> tuple[str, ...]:
    """Every reference in a text, as printed; in lower case or with spaces they count too."""
    found = WRITTEN.findall(text.upper().translate(LOOK_ALIKE))
    return tuple(f"KOM-{year}-{BETWEEN.sub('', letters)}" for year, letters in found)
