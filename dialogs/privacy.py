"""What of a citizen's own words is kept: identity and account numbers are hidden before anything is stored."""

import re

from dialogs.readers import masked
from dialogs.steps import Step, Talk

IDENTITY_NUMBER = re.compile(r"(?<!\d)\d(?:[\s.-]?\d){12}(?!\d)")
ACCOUNT = re.compile(r"\bME\d{2}(?:\s?\d){18}\b|\b\d{3}-\d{1,13}-\d{2}\b", re.IGNORECASE)
EITHER = re.compile(f"{ACCOUNT.pattern}|{IDENTITY_NUMBER.pattern}", re.IGNORECASE)


def kept(text: str, talk: Talk, step: Step) -> str | None:
    """The text as it may be kept, or None where it may be kept as it is."""
    if step.ask(talk).asks_private and text.strip():
        return masked(text.strip()) if any(letter.isdigit() for letter in text) else None
    shown = _without_identities(text) if step.public else hidden(text)
    return shown if shown != text else None


def hidden(text: str) -> str:
    """The text with every identity and account number in it hidden."""
    return ACCOUNT.sub(_hide, IDENTITY_NUMBER.sub(_hide, text))


def _without_identities(text: str) -> str:
    """The text with its accounts, which are an office's, and without identity numbers."""
    return EITHER.sub(lambda found: found.group() if ACCOUNT.fullmatch(found.group()) else _hide(found), text)


def _hide(found: re.Match[str]) -> str:
    return masked(found.group())
