"""The product on one screen: a message is taken, answered, and everything that follows is stored with the answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot import references
from bot.backoff import Backoff
from bot.logs import trace
from bot.signals import DELIVERIES, MESSAGES, ORDERS, POLL, Signals
from bot.store import Store, cases, transfers, turns
from bot.store.turns import Taken
from dialogs.outside import Kind, Lookup, Outside
from dialogs.payments import candidates
from dialogs.session import Case, Message, Reply, Session, Turn
from integrations.bills import Bill, Bills, BillsError
from nlu import Understanding
from nlu.entities import read_references

log = structlog.get_logger()

MOST_TRIES = 4
BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=2))
BETWEEN_APOLOGIES = timedelta(minutes=10)
# A citizen waits for it. What is not found by then is said to be away; asking again is up to the citizen.
TIME_TO_LOOK_UP = timedelta(seconds=5)

Understand = Callable[[str], Awaitable[Understanding]]


@dataclass(frozen=True)
class Brain:
    """What thinks and finds the words; it knows no database.

    `understand` may ask another server, but not for long, and never fails. The rest is pure: `wanted` says what to look
    up before `advance` answers a message, `tell` words news about a case, `remind` what is due for a service on a day,
    `apologise` says that an answer could not be found.
    """

    understand: Understand
    wanted: Callable[[Session, Message], Lookup | None]
    advance: Callable[[Session, Message, Outside], Turn]
    tell: Callable[[Session, Case, str], Reply]
    remind: Callable[[Session, str, date], Reply]
    apologise: Callable[[Session], Reply]


@dataclass(frozen=True)
class Prepared:
    """What was found out for a message while no transaction was open. `bills` is None where nobody could be asked."""

    meaning: Understanding
    lookup: Lookup | None
    bills: tuple[Bill, ...] | None


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
    ) -> None:
        """`bills` is asked for what a citizen owes, by the number of a bill. `asks_banks`: errands to them are run."""
        self._store = store
        self._brain = brain
        self._bills = bills
        self._signals = signals
        self._clock = clock
        self._asks_banks = asks_banks

    async def run(self) -> None:
        with self._signals.listen(MESSAGES) as bell:
            while True:
                while await self.answer_next():
                    pass
                await bell.wait(POLL)

    async def answer_next(self) -> bool:
        """Whether a message waited. It is answered now, or put off if no answer could be made.

        Understanding and looking up may take a moment, during which no transaction is open: the message is taken again
        afterwards, and left alone if meanwhile another process was quicker.
        """
        waiting = await self._store.write(turns.take, self._clock())
        if waiting is None:
            return False
        try:
            prepared = await self._prepare(waiting)
            made = await self._store.write(self._answer, waiting.id, prepared)
        except TurnFailed as failure:
            made = await self._stumble(failure.taken, failure.__cause__)
        for topic in made:
            self._signals.notify(topic)
        return True

    async def _prepare(self, waiting: Taken) -> Prepared:
        try:
            lookup = self._brain.wanted(waiting.session, waiting.message)
            meaning = await self._brain.understand(waiting.message.text)
            return Prepared(meaning, lookup, await self._find_bills(lookup))
        except Exception as error:
            raise TurnFailed(waiting) from error

    async def _find_bills(self, lookup: Lookup | None) -> tuple[Bill, ...] | None:
        if lookup is None or lookup.kind is not Kind.BILL:
            return ()
        try:
            async with asyncio.timeout(TIME_TO_LOOK_UP.total_seconds()):
                return await self._first_owed(candidates(lookup.text))
        except (BillsError, TimeoutError) as error:
            log.warning("bills not found out", **trace(error))
            return None

    async def _first_owed(self, numbers: tuple[str, ...]) -> tuple[Bill, ...]:
        """What is owed by the first of the numbers that is one of a bill."""
        for number in numbers:
            if bills := await self._bills.owed(number):
                return bills
        return ()

    def _answer(self, connection: Connection, id: int, prepared: Prepared) -> tuple[str, ...]:
        """One turn, in one transaction: until it is committed nothing has happened. What there is to do after it."""
        now = self._clock()
        taken = turns.take(connection, now)
        if taken is None or taken.id != id:
            return ()
        try:
            outside = self._outside(connection, taken, prepared, now)
            turn = self._brain.advance(taken.session, taken.message, outside)
            turns.save(connection, taken, turn, now)
        except Exception as error:
            raise TurnFailed(taken) from error
        return (DELIVERIES, ORDERS) if turn.orders else (DELIVERIES,)

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
