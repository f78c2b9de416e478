"""Bills without a Payments building block: what the municipality imported, paid when its ledger says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.bills import Alias, Bill, PaymentState, Request
from integrations.bills.ledger import Ledger, unpaid
from integrations.bills.requests import make, stored

_HOME = ZoneInfo("Europe/Podgorica")


class Embedded:
    """The Bills of a ledger alone. A request asks nobody: it waits until the bill is marked as paid, or expires."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime], grace: timedelta = timedelta(days=14)) -> None:
        """`grace`, in whole days, is how long a request stays open after its bill was due."""
        self._ledger = ledger
        self._clock = clock
        self._grace = grace

    async def owed(self, number: str) -> tuple[Bill, ...]:
        return await unpaid(self._ledger, number)

    async def request(self, bill: Bill, key: str, payer: Alias) -> Request:
        """See Bills. `payer` is not kept: there is nobody to ask."""
        await self._expire(bill.number)
        request, _ = await make(self._ledger, bill, key, self._clock)
        return replace(request, state=await self.state(request))

    async def _expire(self, number: str) -> None:
        """One whose time is over makes room for another."""
        pending = await self._ledger.pending(number)
        if pending is not None and await self.state(pending) is PaymentState.EXP:
            await self._ledger.save_request(replace(pending, state=PaymentState.EXP), pending)

    async def state(self, request: Request) -> PaymentState:
        """See Bills. EXP from the day after the last one; a bill paid later is COM all the same.

        For a bill that was overdue when the request was made the days count from then.
        """
        known = await stored(self._ledger, request)
        bill = await self._ledger.bill(known.bill)
        if known.state is not PaymentState.PND or bill is None:
            return known.state
        last_day = max(bill.due, _day(known.made)) + self._grace
        return PaymentState.EXP if _day(self._clock()) > last_day else PaymentState.PND


def _day(moment: datetime) -> date:
    return moment.astimezone(_HOME).date()
