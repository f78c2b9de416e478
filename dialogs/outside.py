"""What the engine is lent for one turn: the world outside the talk, already looked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialogs.session import Answer, Case
from integrations.bills import Bill
from nlu import Understanding


class Kind(StrEnum):
    """What can be looked up by a number or a code that a citizen writes."""

    BILL = "bill"
    DRAFT = "draft"


@dataclass(frozen=True)
class Lookup:
    """What a step wants looked up before it hears the message: the thing that goes by what was written."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Carried:
    """A draft that was begun elsewhere: the key of its form and the answers so far."""

    form: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Outside:
    """`now` is aware. `meaning` is what the message was understood as.

    `cases` are the citizen's own, newest first, and those whose reference stands in the message.

    `reference` and `key` are fresh and unused, for an application that is sent or prepared in this turn.
    `private`: only the citizen sees what is typed. `code` is a fresh code under which a draft can be carried on.
    `bills` are those found by the number in the message, None where nobody could be asked; `carried` is the draft
    found by the code in it. `asks_banks`: the office's system can ask a citizen's bank to pay a bill.
    """

    now: datetime
    meaning: Understanding
    cases: tuple[Case, ...]
    reference: str
    key: str
    private: bool
    code: str = ""
    bills: tuple[Bill, ...] | None = ()
    carried: Carried | None = None
    asks_banks: bool = False
