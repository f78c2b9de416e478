"""What a citizen wrote or pressed, without the rest of a channel's message."""

from dataclasses import dataclass

from dialogs.session import Attachment


@dataclass(frozen=True)
class Said:
    text: str
    choice: str | None = None
    language: str | None = None
    opens: str | None = None
    attachment: Attachment | None = None
    edited: bool = False
