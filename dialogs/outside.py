"""What the engine is lent for one turn: the world outside the talk, already looked up."""

from dataclasses import dataclass
from datetime import datetime

from dialogs.session import Case
from nlu import Understanding


@dataclass(frozen=True)
class Outside:
    """`now` is aware. `meaning` is what the message was understood as.

    `cases` are the citizen's own, newest first, and those whose reference stands in the message.

    `reference` and `key` are fresh and unused, for an application that is sent or prepared in this turn.
    `private`: only the citizen sees what is typed.
    """

    now: datetime
    meaning: Understanding
    cases: tuple[Case, ...]
    reference: str
    key: str
    private: bool
