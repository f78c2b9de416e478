"""What a citizen wrote or pressed, without the rest of a channel's message."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    text: str
    choice: str | None = None
    language: str | None = None
