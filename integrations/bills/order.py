"""A payment order that any bank can take: as values to copy, and as the QR code that bank apps read.

The QR code follows EPC069-12, version 002: "Quick Response Code: Guidelines to Enable Data Capture for the Initiation
of a SEPA Credit Transfer".
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

import segno
from stdnum import bic as bank_codes

from integrations.bills import Bill
from integrations.bills.account import domestic, read_account
from integrations.bills.money import LEAST, MOST, decimal

LONGEST_PAYEE, LONGEST_TEXT = 70, 140
LONGEST_PAYLOAD = 331
"""Bytes. The largest QR code the guidelines allow, version 13 at level M, holds no more."""

DOTS = 8
"""Of the picture, for one module of the QR code: sharp on a telephone, and a few kilobytes."""

# The characters every bank passes on as they are (EPC217-08, the basic Latin set). Others may be replaced on the way:
# in a purpose that is a lost accent, in a reference another reference.
_KEPT = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")


class Why(StrEnum):
    """What is wrong with a part of an order."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    CHARACTERS = "characters"
    CHECK_DIGITS = "check-digits"
    RANGE = "range"


class NotAnOrder(Exception):
    """No bank would take this: `field` names the part, `why` what is wrong with it."""

    def __init__(self, field: str, why: Why) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True)
class PaymentOrder:
    """A checked order, see `make`. `amount` is in cents; `reference` is what stands on the bill, to the letter."""

    payee: str
    account: str
    amount: int
    purpose: str
    reference: str
    bic: str = ""


def make(payee: str, account: str, amount: int, purpose: str, reference: str, bic: str = "") -> PaymentOrder:
    """The order, its account as an IBAN in one piece, payee and purpose in NFC. The reference is never touched.

    `bic`, the payee's bank, may be left out; the guidelines want it for a bank outside the European Economic Area, as
    those of Montenegro are. Raises NotAnOrder.
    """
    iban = read_account(account)
    if iban is None:
        raise NotAnOrder("account", Why.CHECK_DIGITS)
    if not LEAST <= amount <= MOST:
        raise NotAnOrder("amount", Why.RANGE)
    if bic and not bank_codes.is_valid(bic):
        raise NotAnOrder("bic", Why.CHARACTERS)
    if not is_printable(reference):
        raise NotAnOrder("reference", Why.CHARACTERS)
    return PaymentOrder(
        _text("payee", payee, LONGEST_PAYEE), iban, amount, _text("purpose", purpose, LONGEST_TEXT), reference, bic
    )


def order(bill: Bill) -> PaymentOrder:
    """The order that pays this bill; raises NotAnOrder."""
    return make(bill.payee, bill.account, bill.amount, bill.purpose, bill.reference)


def lines(order: PaymentOrder) -> dict[str, str]:
    """The values to copy into a bank's form, by field, in the order of a payment slip; no empty ones.

    The account is in its domestic form where it has one, the amount in euros with a decimal comma.
    """
    values = {
        "payee": order.payee,
        "account": domestic(order.account) or order.account,
        "amount": decimal(order.amount, ","),
        "purpose": order.purpose,
        "reference": order.reference,
    }
    return {field: value for field, value in values.items() if value}


def epc(order: PaymentOrder) -> str | None:
    """What the QR code says. None where the reference would not arrive to the letter, or something does not fit."""
    text = f"{order.purpose} {order.reference}" if order.reference else order.purpose
    if not _KEPT.fullmatch(order.reference) or len(text) > LONGEST_TEXT:
        return None
    # A bank trims the text: a blank at the end of the reference would be lost.
    if text != text.rstrip():
        return None
    head = ("BCD", "002", "1", "SCT", order.bic, order.payee, order.account, f"EUR{decimal(order.amount)}")
    payload = "\n".join((*head, "", "", text))
    return payload if len(payload.encode()) <= LONGEST_PAYLOAD else None


def qr(order: PaymentOrder, title: str) -> str | None:
    """The QR code as an SVG element to be set into a page, named `title` for who cannot see it. None as for `epc`.

    It has no size of its own. It stays black on white, with its quiet zone, whatever the colours of the page.
    """
    code = _code(order)
    if code is None:
        return None
    svg = code.svg_inline(title=title, omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return svg.replace("<svg ", '<svg role="img" ', 1)


def qr_picture(order: PaymentOrder) -> bytes | None:
    """The QR code as a PNG, with its quiet zone. None as for `epc`."""
    code = _code(order)
    if code is None:
        return None
    image = BytesIO()
    code.save(image, kind="png", scale=DOTS)
    return image.getvalue()


def _code(order: PaymentOrder) -> segno.QRCode | None:
    payload = epc(order)
    return None if payload is None else segno.make_qr(payload, error="m", boost_error=False, encoding="utf-8")


def is_printable(text: str) -> bool:
    """No line breaks, no control characters, and none that only change how others are shown."""
    return not any(unicodedata.category(letter)[0] == "C" or letter in "\u2028\u2029" for letter in text)


def _text(field: str, text: str, longest: int) -> str:
    clean = unicodedata.normalize("NFC", text).strip()
    if not clean:
        raise NotAnOrder(field, Why.EMPTY)
    if not is_printable(clean):
        raise NotAnOrder(field, Why.CHARACTERS)
    if len(clean) > longest:
        raise NotAnOrder(field, Why.TOO_LONG)
    return clean
