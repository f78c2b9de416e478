"""The product on one screen: a message is taken, answered, and everything that follows is stored with the answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from uuid import uuid4

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import metrics, references
from bot.backoff import Backoff
from bot.logs import trace
from bot.metrics import Outcome
from bot.preparing import Busy, Prepared, Preparing, Understand, Wanted, show_nothing
from bot.signals import DELIVERIES, MESSAGES, ORDERS, Signals
from bot.store import Store, cases, transfers, turns
from bot.store.turns import Taken
from dialogs.outside import Kind, Outside
from dialogs.session import Case, Message, Reply, Session, Turn
from integrations.bills import Bills
from nlu import Understanding
from nlu.entities import read_references

log = structlog.get_logger()

MOST_TRIES = 4
BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=2))
BETWEEN_APOLOGIES = timedelta(minutes=10)
# So long a message is kept for whoever looks something up for it; longer than all that may take.
RESERVED = timedelta(seconds=20)
MOST_LOOKING = 50
MOST_TOGETHER = 8
"""Turns in one transaction, which share its commit; more would make whoever waits beside them wait longer."""


@dataclass(frozen=True)
class Brain:
    """What thinks and finds the words; it knows no database.

    `understand` may ask another server, but not for long, and never fails; `at_once` does the same where nobody has to
    be asked, and is None elsewhere. The rest is pure: `wanted` says what to look up before `advance` answers a message,
    `tell` words news about a case, `remind` what is due for a service on a day, `apologise` says that an answer could
    not be found, `welcome` what to begin with for whoever opens a talk, by their language and by the payload of the
    link they came by.
    """

    understand: Understand
    wanted: Wanted
    advance: Callable[[Session, Message, Outside], Turn]
    tell: Callable[[Session, Case, str], Reply]
    remind: Callable[[Session, str, date], Reply]
    apologise: Callable[[Session], Reply]
    welcome: Callable[[str | None, str | None], Reply]
    at_once: Callable[[str], Understanding] | None = None


@dataclass(frozen=True)
class Answered:
    """A message has been dealt with. `topics` are those who have something to do now."""

    topics: tuple[str, ...]
    outcome: Outcome = Outcome.ANSWERED


class TurnFailed(Exception):
    """No answer to this message could be made."""

    def __init__(self, taken: Taken) -> None:
        super().__init__()
        self.taken = taken


class Assistant:
    def __init__(
        self,
        store: Store,
        brain: Brain,
        bills: Bills,
        signals: Signals,
        clock: Callable[[], datetime],
        *,
        asks_banks: bool = False,
        busy: Busy = show_nothing,
    ) -> None:
        """`bills` is asked for what a citizen owes, by the number of a bill. `asks_banks`: errands to them are run.

        `busy` shows a citizen that the answer takes a moment.
        """
        self._store = store
        self._brain = brain
        self._preparing = Preparing(brain.understand, brain.at_once, brain.wanted, bills, busy)
        self._signals = signals
        self._clock = clock
        self._asks_banks = asks_banks
        self._room = asyncio.Semaphore(MOST_LOOKING)

    async def run(self) -> None:
        with self._signals.listen(MESSAGES) as bell:
            async with asyncio.TaskGroup() as looking:
                while True:
                    await asyncio.gather(*(self._answer_all(looking) for _ in range(self._store.hands)))
                    await bell.wait(self._signals.poll)

    async def _answer_all(self, looking: asyncio.TaskGroup) -> None:
        """Everything that waits; what has to be looked into is answered beside it, so that nobody else has to wait."""
        while reserved_or_answered := await self._next(MOST_TOGETHER):
            for reserved in reserved_or_answered:
                if isinstance(reserved, Taken):
                    await self._room.acquire()
                    looking.create_task(self._kept_going(reserved))

    async def _kept_going(self, reserved: Taken) -> None:
        """A database that goes away meanwhile leaves the message where it is, and stops nobody else."""
        try:
            await self._look_and_answer(reserved)
        except Exception as error:
            log.error("not answered", message=reserved.id, **trace(error))
        finally:
            self._room.release()
            self._signals.notify(MESSAGES)

    async def answer_next(self) -> bool:
        """Whether a message waited. It is answered now, or put off if no answer could be made."""
        found = await self._next(1)
        for reserved in found:
            if isinstance(reserved, Taken):
                await self._look_and_answer(reserved)
        return bool(found)

    async def _next(self, most: int) -> tuple[Taken | Answered, ...]:
        """The oldest messages: answered, or reserved for a while because something must be looked into first.

        They share a transaction: if one turn fails, the others are taken again without it.
        """
        found: tuple[Taken | Answered, ...]
        began = monotonic()
        try:
            found = await self._store.write(self._turns, most)
        except TurnFailed as failure:
            found = (await self._stumble(failure.taken, failure.__cause__),)
        for answered in found:
            if isinstance(answered, Answered):
                self._tell_others(answered, began)
        return found

    def _turns(self, connection: Connection, most: int) -> tuple[Taken | Answered, ...]:
        """Until the transaction is committed nothing has happened."""
        found: list[Taken | Answered] = []
        while len(found) < most and (one := self._turn(connection)) is not None:
            found.append(one)
        return tuple(found)

    def _turn(self, connection: Connection) -> Taken | Answered | None:
        now = self._clock()
        taken = turns.take(connection, now)
        if taken is None:
            return None
        try:
            prepared = self._preparing.at_once(taken.message, taken.session)
        except Exception as error:
            raise TurnFailed(taken) from error
        if prepared is None:
            turns.reserve(connection, taken, now + RESERVED)
            return taken
        return self._answer(connection, taken, prepared, now)

    async def _look_and_answer(self, reserved: Taken) -> None:
        """Looking may take a moment, during which no transaction is open and the platform shows that we are at it.

        The message is left alone if another process took it over meanwhile, because ours was slow.
        """
        began = monotonic()
        try:
            prepared = await self._look(reserved)
            made = await self._store.write(self._answer_reserved, reserved, prepared)
        except TurnFailed as failure:
            made = await self._stumble(failure.taken, failure.__cause__)
        if made is not None:
            self._tell_others(made, began)

    async def _look(self, reserved: Taken) -> Prepared:
        try:
            return await self._preparing.patiently(reserved.message, reserved.session)
        except Exception as error:
            raise TurnFailed(reserved) from error

    def _answer_reserved(self, connection: Connection, reserved: Taken, prepared: Prepared) -> Answered | None:
        taken = turns.take_again(connection, reserved)
        return None if taken is None else self._answer(connection, taken, prepared, self._clock())

    def _tell_others(self, made: Answered, began: float) -> None:
        metrics.turn_ended(made.outcome, monotonic() - began)
        for topic in made.topics:
            self._signals.notify(topic)

    def _answer(self, connection: Connection, taken: Taken, prepared: Prepared, now: datetime) -> Answered:
        try:
            outside = self._outside(connection, taken, prepared, now)
            turn = self._brain.advance(taken.session, taken.message, outside)
            turns.save(connection, taken, turn, now)
        except Exception as error:
            raise TurnFailed(taken) from error
        return Answered((DELIVERIES, ORDERS) if turn.orders else (DELIVERIES,))

    def _outside(self, connection: Connection, taken: Taken, prepared: Prepared, now: datetime) -> Outside:
        lookup = prepared.lookup
        is_carried = lookup is not None and lookup.kind is Kind.DRAFT
        return Outside(
            now=now,
            meaning=prepared.meaning,
            cases=cases.seen_by(connection, taken.citizen, read_references(taken.message.text)),
            reference=references.fresh(now.year),
            key=uuid4().hex,
            private=taken.private,
            code=references.fresh_code(),
            bills=prepared.bills,
            carried=transfers.find(connection, lookup.text, now) if lookup and is_carried else None,
            asks_banks=self._asks_banks,
        )

    async def _stumble(self, taken: Taken, error: BaseException | None) -> Answered:
        """Tried again, at once where only the fresh reference was taken; after MOST_TRIES it is set aside."""
        now, attempts = self._clock(), taken.attempts + 1
        log.error("turn failed", message=taken.id, attempts=attempts, **trace(error))
        if attempts >= MOST_TRIES:
            await self._store.write(turns.give_up, taken, self._apology(taken, now), now)
        else:
            wait = timedelta(0) if isinstance(error, IntegrityError) else BACKOFF.wait(attempts)
            await self._store.write(turns.try_later, taken, now + wait)
        return Answered((DELIVERIES,), Outcome.GIVEN_UP if attempts >= MOST_TRIES else Outcome.FAILED)

    def _apology(self, taken: Taken, now: datetime) -> Reply | None:
        """None if the citizen has had one a moment ago, or if even the apology fails."""
        if taken.apologised is not None and now - taken.apologised < BETWEEN_APOLOGIES:
            return None
        try:
            return self._brain.apologise(taken.session)
        except Exception as error:
            log.error("no apology", message=taken.id, **trace(error))
            return None
