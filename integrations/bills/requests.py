"""The life of a request to pay: made once for a key, and moved by what is heard about it, however often and when."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import choice, randbelow

import structlog

from integrations.bills import Bill, BillsDown, PaymentState, Refused, Request
from integrations.bills.ledger import Ledger, Marked

_log = structlog.get_logger(__name__)

# Douglas Crockford's Base 32: no I, L or O beside the digits, and no U. Twelve of them are 60 bits, and all that the
# ids of GovStack Payments hold.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
# The published file gives rtpId no format; 31 bits fit wherever an integer does.
MOST_RTPS = 2**31 - 1

# The later one stays, in whatever order they come. Money that has moved outweighs everything, and what somebody did
# outweighs time that ran out.
_ORDER = (PaymentState.PND, PaymentState.EXP, PaymentState.CAN, PaymentState.RJC, PaymentState.COM)
_TRIES = 8


@dataclass(frozen=True)
class Update:
    """News of a request. `rtp` is None where the sender left it out; so is `payment`, the name of its payment."""

    request: str
    rtp: int | None
    state: PaymentState
    payment: str | None = None


async def make(ledger: Ledger, bill: Bill, key: str, clock: Callable[[], datetime]) -> tuple[Request, bool]:
    """The request of this key, stored; and whether it was made just now.

    Raises Refused, see Bills.request; also with "asked" while another request for the bill is pending, since a payer
    who agreed to both would pay twice.
    """
    for _ in range(_TRIES):
        known = await ledger.request_by_key(key)
        if known is not None and (known.bill, known.amount) != (bill.number, bill.amount):
            raise Refused("key", "the key belongs to a request for something else")
        if known is not None:
            return known, False
        await check(ledger, bill)
        if await ledger.pending(bill.number) is not None:
            raise Refused("asked", "another request for this bill is pending")
        fresh = Request(_reference(), 1 + randbelow(MOST_RTPS), key, bill.number, bill.amount, clock())
        if await ledger.insert_request(fresh):
            return fresh, True
    raise BillsDown


async def settle(ledger: Ledger, update: Update) -> bool:
    """True if the update told a new state. Twice, too late or in the wrong order it changes none and is False.

    So is one about a request we never made. Whoever tells of a request has it: it is acknowledged from then on. A
    completed request pays its bill, see `_pay`. Raises BillsDown where others change the request all the time.
    """
    for _ in range(_TRIES):
        request = await ledger.request_by_id(update.request)
        if request is None or update.rtp not in (None, request.rtp):
            return False
        is_news = _ORDER.index(update.state) > _ORDER.index(request.state)
        if request.acknowledged and not is_news:
            return False
        if is_news and update.state is PaymentState.COM:
            await _pay(ledger, request, update.payment)
        state = update.state if is_news else request.state
        if await ledger.save_request(replace(request, state=state, acknowledged=True), request):
            return is_news
    raise BillsDown


async def mark(ledger: Ledger, number: str, payment: str | None) -> Marked:
    """See Ledger.mark_paid. A second payment is an error in the log too: somebody has to give it back."""
    marked = await ledger.mark_paid(number, payment)
    if marked is Marked.DUPLICATE:
        _log.error("bill paid twice", bill=number, payment=payment)
    return marked


async def _pay(ledger: Ledger, request: Request, payment: str | None) -> None:
    """The bill is paid if it is still for what was asked; otherwise a clerk has to look at it, and it stays as it is.

    Under the name of the payment, where it was told: the notice that the bill is paid brings the same name, and must
    not look like a second payment.
    """
    bill = await ledger.bill(request.bill)
    if bill is not None and bill.amount == request.amount:
        await mark(ledger, request.bill, payment)
    else:
        _log.error("paid amount is not the bill's", request=request.id, bill=request.bill, payment=payment)


async def stored(ledger: Ledger, request: Request) -> Request:
    """The request as the ledger has it now, completed if its bill is paid; raises Refused for one that is unknown."""
    known = await ledger.request_by_id(request.id)
    if known is None:
        raise Refused("unknown", "there is no such request to pay")
    bill = await ledger.bill(known.bill)
    return replace(known, state=PaymentState.COM) if bill is not None and bill.paid else known


async def check(ledger: Ledger, shown: Bill) -> None:
    """Raises Refused where the bill is not what was shown: a citizen agreed to that, and to nothing else."""
    current = await ledger.bill(shown.number)
    if current is None:
        raise Refused("unknown", "there is no bill with this number")
    if current.paid:
        raise Refused("paid", "the bill is paid already")
    if current != shown:
        raise Refused("changed", "the bill is not what was shown")


def _reference() -> str:
    return "".join(choice(ALPHABET) for _ in range(LENGTH))
