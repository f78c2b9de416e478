"""A payment order: what a citizen copies, and what a bank app reads from the QR code."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from integrations.bills.money import LEAST, MOST
from integrations.bills.order import NotAnOrder, Why, epc, lines, make, order, qr
from tests.integrations.bills.scanner import scan
from tests.integrations.bills.tax import FIRST

KEPT = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ "
REFERENCES = st.text(alphabet=KEPT, min_size=1, max_size=60).filter(lambda text: text == text.rstrip())
PRINTABLE = st.text(alphabet=st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=200)
ORDER = order(FIRST)


def test_an_order_is_copied_line_by_line() -> None:
    assert list(lines(ORDER).items()) == [
        ("payee", "Opština Herceg Novi"),
        ("account", "510-9068014-36"),
        ("amount", "123,45"),
        ("purpose", "Porez na nepokretnosti 2026, prva rata"),
        ("reference", "001234"),
    ]


def test_a_bill_without_a_reference_is_paid_without_one() -> None:
    paying = order(replace(FIRST, reference=""))

    assert "reference" not in lines(paying)
    assert str(epc(paying)).endswith("\nPorez na nepokretnosti 2026, prva rata")


def test_a_bank_app_reads_the_whole_order_off_the_code() -> None:
    assert scan(str(qr(ORDER, "Plaćanje"))) == (
        "BCD\n002\n1\nSCT\n\nOpština Herceg Novi\nME25510000000906801436\nEUR123.45\n\n\n"
        "Porez na nepokretnosti 2026, prva rata 001234"
    )


@given(REFERENCES, st.integers(LEAST, MOST))
def test_reference_and_amount_on_the_bill_are_those_in_the_bank_app(reference: str, amount: int) -> None:
    paying = order(replace(FIRST, reference=reference, amount=amount))

    read = scan(str(qr(paying, "Plaćanje"))).split("\n")

    assert (lines(paying)["reference"], read[10]) == (reference, f"{FIRST.purpose} {reference}")
    assert int(read[7].removeprefix("EUR").replace(".", "")) == amount


@given(PRINTABLE)
def test_a_reference_is_never_altered_rather_there_is_no_code(reference: str) -> None:
    paying = order(replace(FIRST, reference=reference))

    payload = epc(paying)

    assert (paying.reference, lines(paying)["reference"]) == (reference, reference)
    assert payload is None or payload.endswith(f" {reference}")


@pytest.mark.parametrize("reference", ["šifra 12", "12_34", "12 ", "x" * 140, "№ 7", "s\u030cifra"])
def test_a_reference_that_banks_would_change_gets_no_code(reference: str) -> None:
    paying = order(replace(FIRST, reference=reference))

    assert (lines(paying)["reference"], qr(paying, "Plaćanje")) == (reference, None)


def test_letters_of_two_bytes_may_not_make_the_code_larger_than_a_bank_reads() -> None:
    paying = make("Š" * 70, FIRST.account, 1, "ž" * 140, "")

    assert epc(paying) is None


def test_the_payees_bank_is_named_where_it_is_known() -> None:
    named = make(FIRST.payee, FIRST.account, FIRST.amount, FIRST.purpose, FIRST.reference, "CKBCMEPG")

    assert str(epc(named)).split("\n")[4] == "CKBCMEPG"


def test_who_cannot_see_the_code_hears_what_it_is() -> None:
    svg = str(qr(ORDER, 'Kod za "banku" & <plaćanje>'))

    assert svg.startswith('<svg role="img" viewBox=')
    assert '<title>Kod za "banku" &amp; &lt;plaćanje&gt;</title>' in svg


@given(PRINTABLE)
def test_a_purpose_is_written_in_nfc(purpose: str) -> None:
    clean = unicodedata.normalize("NFC", purpose).strip()
    assume(0 < len(clean) <= 140)

    assert order(replace(FIRST, purpose=purpose)).purpose == clean


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"payee": " "}, "payee", Why.EMPTY),
        ({"payee": "O" * 71}, "payee", Why.TOO_LONG),
        ({"purpose": "x" * 141}, "purpose", Why.TOO_LONG),
        ({"purpose": "Porez\nEUR1.00"}, "purpose", Why.CHARACTERS),
        ({"purpose": "Porez \u202e00,1"}, "purpose", Why.CHARACTERS),
        ({"reference": "00\n1234"}, "reference", Why.CHARACTERS),
        ({"reference": "00\u20281234"}, "reference", Why.CHARACTERS),
        ({"account": "510-9068014-37"}, "account", Why.CHECK_DIGITS),
        ({"amount": 0}, "amount", Why.RANGE),
        ({"amount": MOST + 1}, "amount", Why.RANGE),
    ],
)
def test_what_no_bank_would_take_is_no_order(change: dict[str, object], field: str, why: Why) -> None:
    with pytest.raises(NotAnOrder) as refused:
        order(replace(FIRST, **change))  # type: ignore[arg-type]

    assert (refused.value.field, refused.value.why) == (field, why)


def test_a_bank_that_is_none_is_not_named() -> None:
    with pytest.raises(NotAnOrder, match="bic: characters"):
        make(FIRST.payee, FIRST.account, 1, FIRST.purpose, "", "HERE")
