"""Who may tell us that a bill is paid: whoever knows the secret; where the building block is one may ask."""

import hmac
from dataclasses import replace
from hashlib import sha256
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.bills.trust import Call, Trust, is_allowed, is_signed

SECRET = b"a secret of at least 32 bytes, so"
BODY = b'{"requestId":"AAAA"}'
INSIDE = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"))


NOTICE = Call("POST", b"/callbacks/payments/billTransferRequests", BODY, "", "192.0.2.77")
INQUIRY = Call("GET", b"/callbacks/payments/bills/2026-00017", b"", "", "192.0.2.77")
ELSEWHERE = "203.0.113.5"


def signed(call: Call, secret: bytes = SECRET) -> Call:
    text = call.method.encode() + b"\n" + call.path + b"\n" + call.body
    return replace(call, signature="sha256=" + hmac.new(secret, text, sha256).hexdigest())


@pytest.mark.parametrize("call", [NOTICE, INQUIRY])
def test_nobody_is_believed_where_nothing_was_agreed(call: Call) -> None:
    assert not Trust().admits(signed(call, b""))


def test_a_signed_call_is_believed_from_anywhere() -> None:
    trust = Trust(SECRET)

    assert trust.admits(signed(replace(NOTICE, address=ELSEWHERE)))
    assert not trust.admits(replace(NOTICE, address=ELSEWHERE))


@pytest.mark.parametrize("other", [{"method": "PUT"}, {"path": b"/other"}, {"body": BODY + b" "}])
def test_a_signature_cannot_be_moved_to_another_call(other: dict[str, Any]) -> None:
    assert not Trust(SECRET).admits(replace(signed(NOTICE), **other))


def test_a_question_from_the_right_network_is_believed_without_a_signature() -> None:
    trust = Trust(networks=INSIDE)

    assert trust.admits(INQUIRY)
    assert not trust.admits(replace(INQUIRY, address=ELSEWHERE))


def test_the_right_network_alone_marks_nothing_as_paid() -> None:
    assert not Trust(networks=INSIDE).admits(NOTICE)


def test_where_both_were_agreed_both_are_demanded() -> None:
    trust = Trust(SECRET, INSIDE)

    assert trust.admits(signed(NOTICE))
    assert not trust.admits(signed(replace(NOTICE, address=ELSEWHERE)))
    assert not trust.admits(NOTICE)
    assert not trust.admits(INQUIRY)


def test_a_secret_that_can_be_guessed_is_not_taken() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Trust(b"secret")


@given(st.binary(), st.text())
def test_a_made_up_signature_is_never_believed(body: bytes, made_up: str) -> None:
    assert not is_signed(SECRET, replace(NOTICE, body=body, signature=made_up))


def test_without_a_secret_nothing_is_signed() -> None:
    assert not is_signed(b"", signed(NOTICE, b""))


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"])
def test_an_address_of_the_network_is_allowed_however_it_is_written(address: str) -> None:
    assert is_allowed(address, INSIDE)


@pytest.mark.parametrize("address", ["", "192.0.3.1", "192.0.2.1, 203.0.113.5", "localhost", "::ffff:203.0.113.5"])
def test_what_is_no_such_address_is_not_allowed(address: str) -> None:
    assert not is_allowed(address, INSIDE)
