"""What a Payments building block calls with, as it comes over the wire."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.bills import PaymentState
from integrations.bills.messages import (
    Caller,
    Inquiry,
    Notice,
    NotUnderstood,
    not_understood,
    read_bill_inquiry,
    read_caller,
    read_paid_notice,
    read_transfer_status,
    read_update,
)
from integrations.bills.requests import Update
from tests.fakes.payments import paid_notice, transfer_status, update
from tests.integrations.bills.tax import BILLER

BANK = Caller("CORR-0001", "CKB")
HEADERS = {"x-correlationid": "CORR-0001", "X-Platform-TenantId": "montenegro", "X-PayerFI-Id": "CKB"}
NONSENSE = st.one_of(
    st.binary(max_size=40),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    ).map(lambda value: json.dumps(value).encode()),
)


@pytest.mark.parametrize(
    ("status", "reason", "state"),
    [
        ("00", None, PaymentState.PND),
        ("01", None, PaymentState.RJC),
        ("01", "R", PaymentState.RJC),
        ("01", "E", PaymentState.EXP),
        ("01", "W", PaymentState.CAN),
    ],
)
def test_the_payers_answer_is_read_with_its_reason(status: str, reason: str | None, state: PaymentState) -> None:
    assert read_update(update("AAAA", 7, "2026-00017", status, reason)) == Update("AAAA", 7, state)


@pytest.mark.parametrize("state", PaymentState)
def test_every_state_is_read(state: PaymentState) -> None:
    assert read_transfer_status(transfer_status("AAAA", 7, state.value)).state is state


def test_a_completed_request_is_read_with_the_name_of_its_payment() -> None:
    assert read_transfer_status(transfer_status("AAAA", 7, "COM")) == Update("AAAA", 7, PaymentState.COM, "TX-1")


def test_a_notice_that_a_bill_is_paid_is_read() -> None:
    assert read_paid_notice(paid_notice("N-1", "17/2026", "TX-1"), BANK) == Notice("N-1", "17/2026", "TX-1", BANK)


def test_an_inquiry_names_the_bill_and_who_asks() -> None:
    assert read_bill_inquiry("17/2026", read_caller(HEADERS, BILLER)) == Inquiry("17/2026", BANK)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"requestId": "AAAA", "rtpStatus": "02"}',
        b'{"requestId": "AAAAAAAAAAAAA", "rtpStatus": "00"}',
        b'{"requestId": "AAAA", "rtpStatus": 0}',
        b'{"requestId": "AAAA", "rtpStatus": "00", "rtpId": "7"}',
        b'{"requestId": "AAAA", "rtpStatus": "01", "rejectReason": "X"}',
        b'{"requestId": "AAAA", "rtpStatus": "00"' + b" " * 10_000 + b"}",
    ],
)
def test_an_answer_that_is_not_as_published_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_update(body)


@given(NONSENSE)
def test_nonsense_is_never_taken_for_news(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        read_update(body)
    with pytest.raises(NotUnderstood):
        read_transfer_status(body)
    with pytest.raises(NotUnderstood):
        read_paid_notice(body, BANK)


def test_a_notice_without_the_name_of_its_payment_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="PaymentReferenceID: not as published"):
        read_paid_notice(b'{"requestID": "N-1", "billId": "17"}', BANK)


def test_a_sentence_about_a_bad_message_quotes_nothing_of_it() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_update(b'{"requestId": "0101900210001", "rtpStatus": "0101900210001"}')

    assert not_understood(refused.value) == {"code": "01", "reason": "requestId, rtpStatus: not as published"}


def test_a_bill_number_longer_than_any_is_not_looked_up() -> None:
    with pytest.raises(NotUnderstood):
        read_bill_inquiry("9" * 21, BANK)


@pytest.mark.parametrize(
    "wrong",
    [
        {"X-Platform-TenantId": "serbia"},
        {"x-correlationid": ""},
        {"x-correlationid": "x" * 21},
        {"x-correlationid": "AAAA\r\nX-billerId: B"},
        {"X-PayerFI-Id": "š"},
    ],
)
def test_a_call_for_somebody_else_or_with_bad_headers_is_not_understood(wrong: dict[str, str]) -> None:
    with pytest.raises(NotUnderstood):
        read_caller(HEADERS | wrong, BILLER)
