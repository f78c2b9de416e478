"""Requests to pay after the talk: the bank is asked, and what comes of it is told, each thing once and only if true."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.backoff import Backoff
from bot.bills import Till
from bot.logs import trace
from bot.messages import Lane
from bot.signals import DELIVERIES, ORDERS, Signals
from bot.store import Store, deliveries, errands, sessions
from bot.store.errands import Errand
from dialogs.payments import unpacked
from dialogs.session import Reply, Session
from integrations.bills import Alias, BillsDown, PaymentState, Refused, Request

log = structlog.get_logger()

TIMEOUT = timedelta(seconds=30)
LEASE = timedelta(minutes=2)
# A system that is away is asked again for a day. Then the citizen must know, since the bill stays due.
BACKOFF = Backoff(timedelta(minutes=1), timedelta(hours=1))
A_DAY = timedelta(days=1)
# What was asked is heard of by a call. In case that is lost it is also looked for, less and less often.
LOOKING = Backoff(timedelta(minutes=1), timedelta(hours=6))
LOOKED_FOR = timedelta(days=30)
# Whoever holds the telephone is bothered by each of them: so many for one bill, or by one citizen.
MOST_A_DAY = 5

SEEN = {
    PaymentState.COM: "paid",
    PaymentState.RJC: "rejected",
    PaymentState.EXP: "expired",
    PaymentState.CAN: "cancelled",
}
# While another request is pending, to pay in another way may be to pay twice: "unclear" says to look first.
REFUSED = {"paid": "paid_before", "changed": "changed", "asked": "unclear"}

Tell = Callable[[Session, str, str, int], Reply]


class Payments:
    """Every step may be cut off and comes again: a request is known by its key, and what was told is kept."""

    def __init__(self, store: Store, till: Till, tell: Tell, signals: Signals, clock: Callable[[], datetime]) -> None:
        """`tell` words an event about the bill of a number, and of so many cents."""
        self._store = store
        self._till = till
        self._tell = tell
        self._signals = signals
        self._clock = clock

    async def run(self) -> None:
        with self._signals.listen(ORDERS) as bell:
            while True:
                while await self.run_next():
                    pass
                await bell.wait(self._signals.poll)

    async def heard(self, bill: str) -> None:
        """Something was heard about the bill of this number."""
        await self._store.write(errands.hurry, bill, self._clock())
        self._signals.notify(ORDERS)

    async def run_next(self) -> bool:
        """Whether an errand was due. It is run now, or put off."""
        now = self._clock()
        errand = await self._store.write(errands.claim, now, now + LEASE)
        if errand is None:
            return False
        try:
            await (self._look(errand) if errand.asked else self._ask(errand))
        except Exception as error:
            # One that cannot be run must not hold up those behind it.
            log.error("errand broke off", errand=errand.id, **trace(error))
            await self._store.write(self._look_later if errand.asked else self._put_off, errand, 0)
        self._signals.notify(DELIVERIES)
        return True

    async def _ask(self, errand: Errand) -> None:
        """Not after a day any more: the citizen has other plans by then, and a late question is a second payment."""
        if self._clock() - errand.created >= A_DAY:
            await self._store.write(self._give_up, errand, "not_asked", 0)
            return
        banks, body = self._till.banks, errand.body
        bill = next(iter(unpacked(str(body["bill"]))), None) if body else None
        if banks is None or body is None or bill is None or await self._store.read(self._is_one_too_many, errand):
            await self._store.write(self._give_up, errand, "not_asked", 0)
            return
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                request = await banks.system.request(bill, errand.key, Alias(banks.alias, str(body["alias"])))
        except (BillsDown, TimeoutError) as away:
            await self._store.write(self._put_off, errand, bill.amount, getattr(away, "retry_after", None))
        except Refused as error:
            log.error("request to pay refused", errand=errand.id, **trace(error))
            await self._store.write(self._give_up, errand, REFUSED.get(error.code, "not_asked"), bill.amount)
        else:
            await self._store.write(self._await, errand, "asked", request.amount)

    def _is_one_too_many(self, connection: Connection, errand: Errand) -> bool:
        return errands.placed_since(connection, errand, errand.created - A_DAY) > MOST_A_DAY

    def _put_off(self, connection: Connection, errand: Errand, amount: int, wait: timedelta | None = None) -> None:
        """The citizen is told once that it takes longer."""
        due = self._clock() + min(wait or BACKOFF.wait(errand.attempts), BACKOFF.longest)
        if errand.told is None:
            self._say(connection, errand, "delayed", amount, due)
        else:
            errands.settle(connection, errand, due)

    def _give_up(self, connection: Connection, errand: Errand, event: str, amount: int) -> None:
        """Only a first try is known to have asked nobody; an earlier one may have got there, and is looked for."""
        if errand.attempts > 1:
            self._await(connection, errand, "unclear", amount)
        else:
            self._end(connection, errand, event, amount)

    def _await(self, connection: Connection, errand: Errand, event: str, amount: int) -> None:
        """From now on it is looked for what comes of it; by what the payer is found is not needed any more."""
        due = self._clock() + LOOKING.wait(1)
        self._say(connection, errand, event, amount, due, asked=True, body=None, attempts=0)

    async def _look(self, errand: Errand) -> None:
        request = await self._till.ledger.request_by_key(errand.key)
        if request is None:
            await self._store.write(errands.end, errand)
            return
        state = await self._state(request)
        bill = await self._till.ledger.bill(request.bill)
        is_paid = bill is not None and bill.paid
        await self._store.write(self._see, errand, request.amount, SEEN.get(state), is_paid)

    async def _state(self, request: Request) -> PaymentState:
        """Where it stands as far as we know: whoever does not answer changes nothing."""
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                return await self._till.bills.state(request)
        except (BillsDown, Refused, TimeoutError) as error:
            log.warning("state of a payment not found out", **trace(error))
            return request.state

    def _see(self, connection: Connection, errand: Errand, amount: int, event: str | None, is_paid: bool) -> None:
        """Money may still move after a request has expired or was refused: then that is told too.

        Money that moved and did not pay the bill is for a clerk to look at, and the citizen is told to look as well.
        """
        if event == "paid":
            self._end(connection, errand, event if is_paid else "unclear", amount)
        elif event is not None and event != errand.told:
            self._say(connection, errand, event, amount, errand.created + LOOKED_FOR)
        else:
            self._look_later(connection, errand, amount)

    def _look_later(self, connection: Connection, errand: Errand, amount: int) -> None:
        """Until it was looked for long enough. Who heard nothing since their bank was asked is told so."""
        now, last = self._clock(), errand.created + LOOKED_FOR
        if now < last:
            errands.settle(connection, errand, min(last, now + LOOKING.wait(errand.attempts)))
        elif errand.told == "asked":
            self._end(connection, errand, "unclear", amount)
        else:
            errands.end(connection, errand)

    def _say(
        self, connection: Connection, errand: Errand, event: str, amount: int, due: datetime, **values: object
    ) -> None:
        """The lane is held first, as in a turn, so that the two cannot wait for each other."""
        session = sessions.hold(connection, errand.citizen)
        if errands.settle(connection, errand, due, told=event, **values):
            self._queue(connection, errand, session, event, amount)

    def _end(self, connection: Connection, errand: Errand, event: str, amount: int) -> None:
        """Told, and over."""
        session = sessions.hold(connection, errand.citizen)
        if errands.end(connection, errand):
            self._queue(connection, errand, session, event, amount)

    def _queue(self, connection: Connection, errand: Errand, session: Session, event: str, amount: int) -> None:
        reply = self._tell(session, event, errand.bill, amount)
        deliveries.queue(connection, errand.address, (reply,), self._clock(), Lane.NEWS)
