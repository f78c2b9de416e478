"""Bills and requests to pay as rows: what this folder asks of a database, and the same in memory."""

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum, auto
from typing import Protocol

from integrations.bills import Bill, PaymentState, Request


class Marked(Enum):
    """What came of marking a bill as paid."""

    PAID = auto()
    """It is paid, by this payment: now, or since an earlier call."""
    DUPLICATE = auto()
    """Another payment has paid it before."""
    UNKNOWN = auto()
    """There is no such bill."""


class NumberTaken(Exception):
    """A bill with this number belongs to another payer already; `number` says which."""

    def __init__(self, number: str) -> None:
        super().__init__(f"the number {number!r} belongs to another payer's bill")
        self.number = number


class Ledger(Protocol):
    """Bills, requests, second payments. Each call is one transaction, finished when it returns; nothing is deleted."""

    async def bill(self, number: str) -> Bill | None: ...

    async def of_payer(self, municipality: str, payer: str) -> tuple[Bill, ...]:
        """Every bill of one payer, paid ones too, by due day and then by number."""
        ...

    async def put(self, bills: Iterable[Bill]) -> None:
        """Stores bills by number: a new one is added, a known one is replaced, but what is paid stays as it is.

        Raises NumberTaken, and nothing is stored, where a number is known with another municipality or payer.
        """
        ...

    async def mark_paid(self, number: str, payment: str | None) -> Marked:
        """The bill is paid by the payment of this name. None: it is known to be paid, but not by which payment.

        The first name stays; a bill paid without a name takes the first one that comes. So a notice that is sent again
        is PAID again, and only a second payment is a DUPLICATE, whose name is kept beside the first.
        """
        ...

    async def second_payments(self, number: str) -> tuple[str, ...]:
        """The names of the payments that came for this bill after it was paid by another, each once, sorted."""
        ...

    async def request_by_id(self, id: str) -> Request | None: ...

    async def request_by_key(self, key: str) -> Request | None: ...

    async def pending(self, number: str) -> Request | None:
        """The pending request for the bill of this number: there is one at most."""
        ...

    async def insert_request(self, request: Request) -> bool:
        """True if stored now; False, and nothing changed, if its key, its id or its rtp is taken.

        So it is if this request is pending, and another one for its bill is pending too.
        """
        ...

    async def save_request(self, request: Request, expected: Request) -> bool:
        """Replaces `expected` if that is still how the row is; False, and nothing changed, otherwise.

        Of a row only `state` and `acknowledged` ever change.
        """
        ...


async def unpaid(ledger: Ledger, number: str) -> tuple[Bill, ...]:
    """See Bills.owed."""
    asked = await ledger.bill(number)
    if asked is None:
        return ()
    owed = [bill for bill in await ledger.of_payer(asked.municipality, asked.payer) if not bill.paid]
    return tuple(sorted(owed, key=lambda bill: bill.number != number))


class Memory:
    """A ledger for a demonstration and for tests: gone with the process."""

    def __init__(self) -> None:
        self._bills: dict[str, Bill] = {}
        self._payments: dict[str, str] = {}
        self._seconds: dict[str, set[str]] = {}
        self._requests: dict[str, Request] = {}

    async def bill(self, number: str) -> Bill | None:
        return self._bills.get(number)

    async def of_payer(self, municipality: str, payer: str) -> tuple[Bill, ...]:
        theirs = [bill for bill in self._bills.values() if (bill.municipality, bill.payer) == (municipality, payer)]
        return tuple(sorted(theirs, key=lambda bill: (bill.due, bill.number)))

    async def put(self, bills: Iterable[Bill]) -> None:
        after = dict(self._bills)
        for bill in bills:
            known = after.get(bill.number, bill)
            if (known.municipality, known.payer) != (bill.municipality, bill.payer):
                raise NumberTaken(bill.number)
            after[bill.number] = known if known.paid else bill
        self._bills = after

    async def mark_paid(self, number: str, payment: str | None) -> Marked:
        bill = self._bills.get(number)
        if bill is None:
            return Marked.UNKNOWN
        self._bills[number] = replace(bill, paid=True)
        if payment is None or self._payments.setdefault(number, payment) == payment:
            return Marked.PAID
        self._seconds.setdefault(number, set()).add(payment)
        return Marked.DUPLICATE

    async def second_payments(self, number: str) -> tuple[str, ...]:
        return tuple(sorted(self._seconds.get(number, ())))

    async def request_by_id(self, id: str) -> Request | None:
        return self._requests.get(id)

    async def request_by_key(self, key: str) -> Request | None:
        return next((row for row in self._requests.values() if row.key == key), None)

    async def pending(self, number: str) -> Request | None:
        rows = (row for row in self._requests.values() if row.bill == number)
        return next((row for row in rows if row.state is PaymentState.PND), None)

    async def insert_request(self, request: Request) -> bool:
        taken = {name for row in self._requests.values() for name in _names(row)}
        if taken.intersection(_names(request)):
            return False
        self._requests[request.id] = request
        return True

    async def save_request(self, request: Request, expected: Request) -> bool:
        if self._requests.get(request.id) != expected:
            return False
        self._requests[request.id] = request
        return True


def _names(request: Request) -> set[tuple[str, str | int]]:
    """What no other request may have."""
    names: set[tuple[str, str | int]] = {("key", request.key), ("id", request.id), ("rtp", request.rtp)}
    return names | {("bill", request.bill)} if request.state is PaymentState.PND else names
