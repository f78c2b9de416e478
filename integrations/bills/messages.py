"""What a biller and a Payments building block write to each other: GovStack Payments 3.0, `api/P2G API YAMLs`. Pure.

The spelling of the fields differs from file to file, and is kept as published. No file makes a field required: what a
message cannot do without is required here.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.bills import Alias, Bill, PaymentState, Refused, Request
from integrations.bills.biller import Biller
from integrations.bills.ledger import Marked
from integrations.bills.requests import Update

LARGEST = 10_000
"""Bytes of a message; the longest that the files allow has a few hundred."""
LONGEST_ID, LONGEST_HEADER = 12, 20
LONGEST_BILL, LONGEST_PAYMENT = 20, 16
LONGEST_REASON = 100
LONGEST_RTP_BILL, LONGEST_ALIAS = 10, 30
ALIAS_KINDS = ("00", "01", "02")
BY_ALIAS = "01"
TAKEN, FAILED = "00", "01"
ACCEPTED = "00"
FOUND, NOT_FOUND = 0, 1

# The file does not spell its letters out: rejected, expired and withdrawn, by the states that it has beside them.
_REASONS = {"R": PaymentState.RJC, "E": PaymentState.EXP, "W": PaymentState.CAN}
_MARKS: Mapping[Marked, dict[str, str]] = {
    Marked.PAID: {"status": "ACK"},
    Marked.DUPLICATE: {"status": "RJC", "rejectReason": "Dup"},
    Marked.UNKNOWN: {"status": "RJC", "rejectReason": "Und"},
}

_Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]


class NotUnderstood(Exception):
    """What came is not what the published file describes. Its text quotes nothing of it."""


@dataclass(frozen=True)
class Caller:
    """Who asks, to be named in our answer: `correlation` is X-CorrelationID, `payer_fi` the payer's bank."""

    correlation: str
    payer_fi: str = ""


@dataclass(frozen=True)
class Inquiry:
    """A payer's bank wants to know what there is to pay on a bill."""

    bill: str
    caller: Caller


@dataclass(frozen=True)
class Notice:
    """A bill has been paid, by the payment of this name. `request` is the id of the message, not of one of ours."""

    request: str
    bill: str
    payment: str
    caller: Caller


class _Message(BaseModel):
    # Text is no number and a number no text; fields that are new to us are none of our business.
    model_config = ConfigDict(strict=True, extra="ignore")


_Kind = TypeVar("_Kind", bound=_Message)


class _RtpUpdate(_Message):
    requestId: _Id
    rtpId: int | None = None
    rtpStatus: Annotated[str, Field(pattern="^0[01]$")]
    rejectReason: Annotated[str | None, Field(pattern="^[REW]$")] = None


class _TransferStatus(_Message):
    RequestId: _Id
    rtpId: int | None = None
    requestStatus: PaymentState
    PaymentReferenceID: Annotated[str | None, Field(max_length=LONGEST_PAYMENT)] = None


class _Paid(_Message):
    requestID: _Id
    billId: Annotated[str, Field(min_length=1, max_length=LONGEST_BILL)]
    PaymentReferenceID: Annotated[str, Field(min_length=1, max_length=LONGEST_PAYMENT)]


def read_update(body: bytes) -> Update:
    """The payer's answer, POST /rtpUpdate. A yes leaves the request pending: no money has moved. Raises NotUnderstood.

    A no without a reason is a rejection.
    """
    message = _read(_RtpUpdate, body)
    if message.rtpStatus == ACCEPTED:
        return Update(message.requestId, message.rtpId, PaymentState.PND)
    return Update(message.requestId, message.rtpId, _REASONS[message.rejectReason or "R"])


def read_transfer_status(body: bytes) -> Update:
    """Where a request stands, POST /transferRequests/{id}. Raises NotUnderstood."""
    message = _read(_TransferStatus, body)
    return Update(message.RequestId, message.rtpId, message.requestStatus, message.PaymentReferenceID or None)


def read_paid_notice(body: bytes, caller: Caller) -> Notice:
    """POST /billTransferRequests. Raises NotUnderstood."""
    message = _read(_Paid, body)
    return Notice(message.requestID, message.billId, message.PaymentReferenceID, caller)


def read_bill_inquiry(number: str, caller: Caller) -> Inquiry:
    """GET /bills/{number}, which has no body. Raises NotUnderstood."""
    if not 0 < len(number) <= LONGEST_BILL:
        raise NotUnderstood(f"billId must have 1 to {LONGEST_BILL} characters")
    return Inquiry(number, caller)


def read_caller(headers: Mapping[str, str], biller: Biller) -> Caller:
    """Who calls. Raises NotUnderstood where a header is missing or too long, or the call is meant for another tenant.

    One file names the payer's bank "X-Payer FI-ID", which HTTP does not allow: X-PayerFI-Id is read, as in the others.
    """
    values = {name.lower(): value for name, value in headers.items()}
    if values.get("x-platform-tenantid") != biller.tenant:
        raise NotUnderstood("X-Platform-TenantId is not ours")
    caller = Caller(values.get("x-correlationid", ""), values.get("x-payerfi-id", ""))
    if not caller.correlation:
        raise NotUnderstood("X-CorrelationID is missing")
    for value in (caller.correlation, caller.payer_fi):
        if len(value) > LONGEST_HEADER or not value.isascii() or not value.isprintable():
            raise NotUnderstood(f"a header has more than {LONGEST_HEADER} characters, or one that is not allowed")
    return caller


def rtp_request(request: Request, bill: Bill, payer: Alias, biller: Biller) -> dict[str, Any]:
    """The body of POST /rtpRequest, for a payer found by alias. Raises Refused for what the file has no room for.

    The other way, by bank and account, is not spoken: its field for a BIC is one character too short for a whole one.
    """
    if not fits_number(bill):
        raise Refused("too-long", f"a request to pay holds a bill number of at most {LONGEST_RTP_BILL} characters")
    if payer.kind not in ALIAS_KINDS or not 0 < len(payer.id) <= LONGEST_ALIAS:
        raise Refused("alias", f"an alias is of kind {', '.join(ALIAS_KINDS)} and has 1 to {LONGEST_ALIAS} characters")
    return {
        "requestId": request.id,
        "rtpId": request.rtp,
        "billID": bill.number,
        "requestType": BY_ALIAS,
        "alias": {"aliasType": payer.kind, "aliasId": payer.id},
        "billDetails": {"billerName": biller.name, "amount": amount(bill, biller)},
    }


def status_inquiry(request: Request) -> dict[str, Any]:
    """The body of GET /transferRequests/{id}."""
    return {"RequestId": request.id, "rtpId": request.rtp}


def bill_answer(inquiry: Inquiry, bill: Bill | None, biller: Biller) -> dict[str, Any]:
    """The body of POST /bills/{billId}, version 1.0.1, the one with a currency.

    `dueDate` is the first second of that day in UTC. What is owed after it is left out: the interest is the tax
    office's to count. The words of `billStatus` are ours, the file lists none.
    """
    head = _with_id("requestId", inquiry.caller.correlation) | {"billId": inquiry.bill}
    if bill is None:
        return head | {"code": NOT_FOUND, "reason": "There is no bill with this number."}
    details = {
        "billerId": biller.id,
        "billerName": biller.name,
        "billStatus": "PAID" if bill.paid else "UNPAID",
        "dueDate": calendar.timegm(bill.due.timetuple()),
        "amountonDueDate": amount(bill, biller),
        "currency": bill.currency,
    }
    return head | {"code": FOUND, "reason": "This is the bill.", "billDetails": details}


def notice_answer(notice: Notice, marked: Marked) -> dict[str, Any]:
    """The body of our POST /billTransferRequests. Of the reasons to reject, Def is never ours."""
    return {"requestId": notice.request, "billId": notice.bill, **_MARKS[marked]}


def update_taken(update: Update) -> dict[str, str]:
    """The body of our 200 to POST /rtpUpdate."""
    return {"responseCode": TAKEN, "responseDescription": "Taken.", "requestID": update.request}


def status_taken(update: Update) -> dict[str, str]:
    """The body of our 202 to POST /transferRequests/{id}."""
    return {"ResponseCode": TAKEN, "reason": "Taken.", "requestID": update.request}


def notice_taken(notice: Notice) -> dict[str, str]:
    """The body of our 202 to POST /billTransferRequests."""
    return {"responseCode": TAKEN, "reason": "Taken.", "requestID": notice.request}


def inquiry_taken(inquiry: Inquiry) -> dict[str, str]:
    """The body of our 202 to GET /bills/{billId}."""
    return {"responseCode": TAKEN, "reason": "Taken."} | _with_id("requestID", inquiry.caller.correlation)


def not_understood(error: NotUnderstood) -> dict[str, str]:
    """The body of our 400 to a POST."""
    return {"code": FAILED, "reason": str(error)[:LONGEST_REASON]}


def inquiry_not_understood(error: NotUnderstood) -> dict[str, str]:
    """The body of our 400 to GET /bills/{billId}."""
    return {"responseCode": FAILED, "reason": str(error)[:LONGEST_REASON]}


def fits_number(bill: Bill) -> bool:
    """Whether a request to pay has room for the number of this bill."""
    return len(bill.number) <= LONGEST_RTP_BILL


def amount(bill: Bill, biller: Biller) -> int:
    """The amount in the unit that was agreed; raises Refused where cents would be left over."""
    units, rest = divmod(bill.amount, biller.unit)
    if rest:
        raise Refused("cents", "the Payments building block counts in whole euros, and the bill has cents")
    return units


def _with_id(name: str, correlation: str) -> dict[str, str]:
    # A correlation id may have 20 characters, the field for it 12.
    return {name: correlation} if len(correlation) <= LONGEST_ID else {}


def _read(kind: type[_Kind], body: bytes) -> _Kind:
    if len(body) > LARGEST:
        raise NotUnderstood(f"a message has at most {LARGEST} bytes")
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        wrong = {".".join(map(str, detail["loc"])) or "the body" for detail in error.errors()}
        raise NotUnderstood(f"{', '.join(sorted(wrong))}: not as published") from error
