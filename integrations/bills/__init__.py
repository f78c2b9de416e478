"""What a citizen owes a municipality, and asking a bank to pay it: the contract every bill system is spoken to through.

There is no "pay now" link in it. The municipality asks, the payer agrees at their own bank, and the bill system hears
of it later.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Bill:
    """One amount that is due on one day; a tax paid in two instalments is two bills.

    `number` is the one printed on the bill, `reference` what the payer has to write on the order (poziv na broj): both
    are copied, never made or tidied. `payer` is the municipality's own opaque id, and tells payers apart only within
    that municipality. `account` is the payee's IBAN, `amount` is in cents.
    """

    number: str
    payer: str
    municipality: str
    payee: str
    account: str
    amount: int
    due: date
    purpose: str
    reference: str
    currency: str = "EUR"
    paid: bool = False


class PaymentState(StrEnum):
    """Where a request to pay stands, in the words of GovStack Payments."""

    PND = "PND"
    """Pending: nobody has paid yet, and the payer still can."""
    EXP = "EXP"
    """Expired: its time has passed."""
    CAN = "CAN"
    """Cancelled: taken back."""
    RJC = "RJC"
    """Rejected, by the payer or the bank."""
    COM = "COM"
    """Completed: the money is on its way to the payee."""


@dataclass(frozen=True)
class Alias:
    """By what the payer's bank is found: `kind` is 00, 01 or 02, `id` at most 30 characters.

    The published file does not say what the three kinds stand for; each Payments building block has its own list.
    """

    kind: str
    id: str


@dataclass(frozen=True)
class Request:
    """A request to pay one bill. `id` and `rtp` are how the Payments building block knows it.

    `amount` is what is asked for, in cents; `made` is aware UTC. `acknowledged`: the office's system has said that it
    has the request.
    """

    id: str
    rtp: int
    key: str
    bill: str
    amount: int
    made: datetime
    state: PaymentState = PaymentState.PND
    acknowledged: bool = False


class Bills(Protocol):
    async def owed(self, number: str) -> tuple[Bill, ...]:
        """The unpaid bills of whoever has the bill with this number.

        That bill comes first if it is unpaid itself, then the others, the earliest due first. () for an unknown number.
        """
        ...

    async def request(self, bill: Bill, key: str, payer: Alias) -> Request:
        """The request as the office's system has it; the same key twice is one request.

        Raises Refused where the bill is unknown, paid, or no longer as it was shown, or the key was used for
        something else; and BillsDown, after which the same call with the same key is safe.
        """
        ...

    async def state(self, request: Request) -> PaymentState:
        """Where the request stands as far as it is known now; COM as soon as the bill is paid in any way.

        Raises Refused where nobody knows the request, and BillsDown.
        """
        ...


class BillsError(Exception):
    """The bill system did not do what was asked."""


class BillsDown(BillsError):
    """The bill system did not answer, or not so that it could be understood; the same call may go through later."""

    def __init__(self, retry_after: timedelta | None = None) -> None:
        super().__init__()
        self.retry_after = retry_after


class Refused(BillsError):
    """The bill system refused, and would refuse again. `code` is for a program, `words` are for the operator."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words
