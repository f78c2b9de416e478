"""One citizen who talks to the assistant line by line, on a day of the test's choice."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from dialogs.engine import advance
from dialogs.outside import Outside
from dialogs.session import Order, Reply, Session, Turn
from nlu import Decision, Understanding
from nlu.embedded import Embedded
from tests.dialogs.said import Said

NOTHING = Understanding("out_of_scope", 0.0, Decision.REFUSE)


class Citizen:
    """`understand` reads the words; without it they are understood by the choices and the questions alone."""

    def __init__(self, session: Session, today: date, engine: Embedded | None = None) -> None:
        self.session = session
        self.now = datetime.combine(today, time(9), UTC)
        self.engine = engine
        self.replies: tuple[Reply, ...] = ()
        self.orders: tuple[Order, ...] = ()

    def writes(self, *lines: str) -> str:
        """What is said back to the last line; `[Label]` presses a choice that is on offer."""
        for line in lines:
            choice = self._pressed(line)
            self._takes(Said(line, choice), self.engine.understand(line) if self.engine else NOTHING)
        return self.told

    def means(self, intent: str, **entities: str) -> str:
        """What is said back to a wish, however it was worded."""
        self._takes(Said("…"), Understanding(intent, 1.0, Decision.ANSWER, entities))
        return self.told

    @property
    def told(self) -> str:
        return "\n\n".join(reply.text for reply in self.replies)

    @property
    def offered(self) -> list[str]:
        return [choice.label for choice in self.replies[-1].choices]

    def _pressed(self, line: str) -> str | None:
        if not line.startswith("["):
            return None
        return next(choice.id for choice in self.replies[-1].choices if choice.label == line[1:-1])

    def _takes(self, said: Said, meaning: Understanding) -> None:
        turn: Turn = advance(self.session, said, self.outside(meaning))
        self.session, self.replies, self.orders = turn.session, turn.replies, turn.orders

    def outside(self, meaning: Understanding) -> Outside:
        return Outside(self.now, meaning, (), "KOM-2026-7F3K9A", "key", private=True)


def new(today: date, engine: Embedded | None = None, **known: Any) -> Citizen:
    """Somebody who has just come, with what is known of them already."""
    return Citizen(replace(Session("en"), **known), today, engine)
