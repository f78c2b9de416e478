"""Bills of a town without a Payments building block: its ledger is the only truth."""

from datetime import timedelta

import pytest

from integrations.bills import Bills, PaymentState, Refused, Request
from integrations.bills.embedded import Embedded
from integrations.bills.ledger import Ledger
from tests.fakes.clock import Clock
from tests.integrations.bills.tax import FIRST, PAYER, SECOND


@pytest.fixture
def bills(ledger: Ledger, clock: Clock) -> Bills:
    return Embedded(ledger, clock, timedelta(days=14))


async def test_what_is_owed_is_what_was_imported(bills: Bills) -> None:
    assert await bills.owed(SECOND.number) == (SECOND, FIRST)
    assert await bills.owed("2026-99999") == ()


async def test_the_same_key_twice_is_one_request(bills: Bills) -> None:
    request = await bills.request(FIRST, "KEY-1", PAYER)

    assert await bills.request(FIRST, "KEY-1", PAYER) == request


async def test_a_second_request_for_a_bill_waits_until_the_first_has_expired(bills: Bills, clock: Clock) -> None:
    first = await bills.request(FIRST, "KEY-1", PAYER)

    with pytest.raises(Refused, match="asked: "):
        await bills.request(FIRST, "KEY-2", PAYER)
    clock.move(days=365)
    second = await bills.request(FIRST, "KEY-2", PAYER)

    assert await bills.state(first) is PaymentState.EXP
    assert second.state is PaymentState.PND


async def test_a_request_waits_until_the_bill_is_paid(bills: Bills, ledger: Ledger) -> None:
    request = await bills.request(FIRST, "KEY-1", PAYER)
    assert await bills.state(request) is PaymentState.PND

    await ledger.mark_paid(FIRST.number, "at the counter")

    assert await bills.state(request) is PaymentState.COM
    assert (await bills.request(FIRST, "KEY-1", PAYER)).state is PaymentState.COM


async def test_a_request_expires_after_the_last_day_in_montenegro(bills: Bills, clock: Clock) -> None:
    request = await bills.request(FIRST, "KEY-1", PAYER)

    clock.now = clock.now.replace(month=7, day=14, hour=21, minute=59)
    assert await bills.state(request) is PaymentState.PND
    clock.move(minutes=1)
    assert await bills.state(request) is PaymentState.EXP
    assert (await bills.request(FIRST, "KEY-1", PAYER)).state is PaymentState.EXP


async def test_who_pays_after_the_request_expired_has_paid(bills: Bills, ledger: Ledger, clock: Clock) -> None:
    request = await bills.request(FIRST, "KEY-1", PAYER)
    clock.move(days=365)

    await ledger.mark_paid(FIRST.number, "TX-1")

    assert await bills.state(request) is PaymentState.COM


async def test_an_overdue_bill_can_still_be_asked_for(bills: Bills, clock: Clock) -> None:
    clock.move(days=365)

    request = await bills.request(FIRST, "KEY-1", PAYER)

    assert await bills.state(request) is PaymentState.PND
    clock.move(days=15)
    assert await bills.state(request) is PaymentState.EXP


async def test_a_request_of_nobody_has_no_state(bills: Bills, clock: Clock) -> None:
    with pytest.raises(Refused, match="unknown"):
        await bills.state(Request("ZZZZZZZZZZZZ", 1, "KEY-9", FIRST.number, FIRST.amount, clock()))
