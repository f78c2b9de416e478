"""The product on one screen: a message is taken, answered, and everything that follows is stored with the answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import references
from bot.backoff import Backoff
from bot.logs import trace
from bot.signals import DELIVERIES, MESSAGES, ORDERS, POLL, Signals
from bot.store import Store, cases, turns
from bot.store.turns import Taken
from dialogs.outside import Outside
from dialogs.session import Case, Message, Reply, Session, Turn
from nlu import Understanding
from nlu.entities import read_references

log = structlog.get_logger()

MOST_TRIES = 4
BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=2))
BETWEEN_APOLOGIES = timedelta(minutes=10)

Understand = Callable[[str], Awaitable[Understanding]]


@dataclass(frozen=True)
class Brain:
    """What thinks and finds the words; it knows no database.

    `understand` may ask another server, but not for long, and never fails. The rest is pure: `advance` answers a
    message, `tell` words news about a case, `apologise` says that an answer could not be found.
    """

    understand: Understand
    advance: Callable[[Session, Message, Outside], Turn]
    tell: Callable[[Session, Case, str], Reply]
    apologise: Callable[[Session], Reply]


class TurnFailed(Exception):
    """No answer to this message could be made."""

    def __init__(self, taken: Taken) -> None:
        super().__init__()
        self.taken = taken


class Assistant:
    def __init__(self, store: Store, brain: Brain, signals: Signals, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._brain = brain
        self._signals = signals
        self._clock = clock

    async def run(self) -> None:
        with self._signals.listen(MESSAGES) as bell:
            while True:
                while await self.answer_next():
                    pass
                await bell.wait(POLL)

    async def answer_next(self) -> bool:
        """Whether a message waited. It is answered now, or put off if no answer could be made.

        Understanding may take a moment, during which no transaction is open: the message is taken again afterwards, and
        left alone if meanwhile another process was quicker.
        """
        waiting = await self._store.write(turns.take, self._clock())
        if waiting is None:
            return False
        try:
            meaning = await self._understand(waiting)
            made = await self._store.write(self._answer, waiting.id, meaning)
        except TurnFailed as failure:
            made = await self._stumble(failure.taken, failure.__cause__)
        for topic in made:
            self._signals.notify(topic)
        return True

    async def _understand(self, waiting: Taken) -> Understanding:
        try:
            return await self._brain.understand(waiting.message.text)
        except Exception as error:
            raise TurnFailed(waiting) from error

    def _answer(self, connection: Connection, id: int, meaning: Understanding) -> tuple[str, ...]:
        """One turn, in one transaction: until it is committed nothing has happened. What there is to do after it."""
        now = self._clock()
        taken = turns.take(connection, now)
        if taken is None or taken.id != id:
            return ()
        try:
            outside = self._outside(connection, taken, meaning, now)
            turn = self._brain.advance(taken.session, taken.message, outside)
            turns.save(connection, taken, turn, now)
        except Exception as error:
            raise TurnFailed(taken) from error
        return (DELIVERIES, ORDERS) if turn.orders else (DELIVERIES,)

    def _outside(self, connection: Connection, taken: Taken, meaning: Understanding, now: datetime) -> Outside:
        return Outside(
            now=now,
            meaning=meaning,
            cases=cases.seen_by(connection, taken.citizen, read_references(taken.message.text)),
            reference=references.fresh(now.year),
            key=uuid4().hex,
            private=taken.private,
        )

    async def _stumble(self, taken: Taken, error: BaseException | None) -> tuple[str, ...]:
        """Tried again, at once where only the fresh reference was taken; after MOST_TRIES it is set aside."""
        now, attempts = self._clock(), taken.attempts + 1
        log.error("turn failed", message=taken.id, attempts=attempts, **trace(error))
        if attempts >= MOST_TRIES:
            await self._store.write(turns.give_up, taken, self._apology(taken, now), now)
        else:
            wait = timedelta(0) if isinstance(error, IntegrityError) else BACKOFF.wait(attempts)
            await self._store.write(turns.try_later, taken, now + wait)
        return (DELIVERIES,)

    def _apology(self, taken: Taken, now: datetime) -> Reply | None:
        """None if the citizen has had one a moment ago, or if even the apology fails."""
        if taken.apologised is not None and now - taken.apologised < BETWEEN_APOLOGIES:
            return None
        try:
            return self._brain.apologise(taken.session)
        except Exception as error:
            log.error("no apology", message=taken.id, **trace(error))
            return None
