"""Who may tell us that a bill is paid: whoever knows the secret, or calls from where the building block is."""

import hmac
from hashlib import sha256
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.bills.trust import Trust, is_allowed, is_signed

SECRET = b"a secret of at least 32 bytes, so"
BODY = b'{"requestId":"AAAA"}'
INSIDE = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"))


def signature(body: bytes, secret: bytes = SECRET) -> str:
    return "sha256=" + hmac.new(secret, body, sha256).hexdigest()


def test_nobody_is_believed_where_nothing_was_agreed() -> None:
    assert not Trust().admits(BODY, signature(BODY, b""), "192.0.2.1")


def test_a_signed_call_is_believed_from_anywhere() -> None:
    trust = Trust(SECRET)

    assert trust.admits(BODY, signature(BODY), "203.0.113.5")
    assert not trust.admits(BODY + b" ", signature(BODY), "203.0.113.5")
    assert not trust.admits(BODY, "", "203.0.113.5")


def test_a_call_from_the_right_network_is_believed_without_a_signature() -> None:
    trust = Trust(networks=INSIDE)

    assert trust.admits(BODY, "", "192.0.2.77")
    assert not trust.admits(BODY, "", "203.0.113.5")


def test_where_both_were_agreed_both_are_demanded() -> None:
    trust = Trust(SECRET, INSIDE)

    assert trust.admits(BODY, signature(BODY), "192.0.2.77")
    assert not trust.admits(BODY, signature(BODY), "203.0.113.5")
    assert not trust.admits(BODY, "", "192.0.2.77")


def test_a_secret_that_can_be_guessed_is_not_taken() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Trust(b"secret")


@given(st.binary(), st.text())
def test_a_made_up_signature_is_never_believed(body: bytes, made_up: str) -> None:
    assert not is_signed(SECRET, body, made_up)


def test_without_a_secret_nothing_is_signed() -> None:
    assert not is_signed(b"", BODY, signature(BODY, b""))


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"])
def test_an_address_of_the_network_is_allowed_however_it_is_written(address: str) -> None:
    assert is_allowed(address, INSIDE)


@pytest.mark.parametrize("address", ["", "192.0.3.1", "192.0.2.1, 203.0.113.5", "localhost", "::ffff:203.0.113.5"])
def test_what_is_no_such_address_is_not_allowed(address: str) -> None:
    assert not is_allowed(address, INSIDE)
