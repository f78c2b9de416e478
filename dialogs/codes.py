"""Codes by which a draft is found at another place: six signs without 0, O, 1, I, L and U, read from anything typed."""

import re

EXAMPLE = "8VT3PZ"
HALF = 3
# Letters that a Cyrillic keyboard has in the same shape: a code is copied by the eye.
LOOK_ALIKES = str.maketrans("АВЕЈКМНРСТУХЅ", "ABEJKMHPCTYXS")
SIGN = "[2-9A-HJKMNP-TV-Z]"
BETWEEN = r"[\s.\u2010-\u2015-]*"
CODE = re.compile(rf"(?<![\w-])(?:{SIGN}{BETWEEN}){{5}}{SIGN}(?!\w)")


def read(text: str) -> str | None:
    """The code in a text as it was made, however it was typed: in lower case, with spaces, in Cyrillic. None for none.

    Among other words only a code with a digit counts, since a word may have six letters too.
    """
    plain = text.upper().translate(LOOK_ALIKES).strip(" .,;!?")
    is_alone = CODE.fullmatch(plain) is not None
    found = (re.sub(BETWEEN, "", match.group()) for match in CODE.finditer(plain))
    return next((code for code in found if is_alone or has_digit(code)), None)


def alone(text: str) -> str | None:
    """The code that is the whole text and cannot be a word; None for none."""
    code = read(text)
    plain = re.sub(BETWEEN, "", text.upper().translate(LOOK_ALIKES).strip(" .,;!?"))
    return code if code == plain and has_digit(plain) else None


def has_digit(code: str) -> bool:
    """Whether it can be told from a word. Of all codes one in six cannot."""
    return any(sign.isdigit() for sign in code)


def shown(code: str) -> str:
    """In two halves, as it is read and written down: K7Q 2MX."""
    return f"{code[:HALF]} {code[HALF:]}"
