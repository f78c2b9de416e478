"""The ledger in memory keeps the contract that a database keeps."""

from dataclasses import replace

import pytest

from integrations.bills import PaymentState, Request
from integrations.bills.ledger import Ledger, Marked, NumberTaken, unpaid
from tests.fakes.clock import Clock
from tests.integrations.bills.tax import FIRST, NEXT_TOWNS, SECOND, SOMEBODY_ELSES


@pytest.fixture
def request_to_pay(clock: Clock) -> Request:
    return Request("AAAA", 1, "KEY-1", FIRST.number, FIRST.amount, clock())


async def test_the_bills_of_a_payer_are_found_by_one_of_them_and_that_one_comes_first(ledger: Ledger) -> None:
    assert await unpaid(ledger, FIRST.number) == (FIRST, SECOND)
    assert await unpaid(ledger, SECOND.number) == (SECOND, FIRST)


async def test_the_same_payer_id_in_two_towns_is_two_people(ledger: Ledger) -> None:
    assert await unpaid(ledger, NEXT_TOWNS.number) == (NEXT_TOWNS,)


async def test_a_number_that_nobody_has_shows_nothing(ledger: Ledger) -> None:
    assert await unpaid(ledger, "2026-99999") == ()


async def test_a_paid_bill_is_no_longer_owed_and_still_leads_to_the_others(ledger: Ledger) -> None:
    await ledger.mark_paid(FIRST.number, "TX-1")

    assert await unpaid(ledger, FIRST.number) == (SECOND,)
    assert await ledger.of_payer(FIRST.municipality, FIRST.payer) == (replace(FIRST, paid=True), SECOND)


async def test_a_file_imported_twice_is_imported_once(ledger: Ledger) -> None:
    await ledger.put([FIRST, SECOND])

    assert await unpaid(ledger, FIRST.number) == (FIRST, SECOND)


async def test_a_corrected_bill_replaces_the_wrong_one_but_a_paid_one_stays_paid(ledger: Ledger) -> None:
    await ledger.mark_paid(FIRST.number, "TX-1")

    await ledger.put([replace(FIRST, amount=1), replace(SECOND, amount=2)])

    assert await ledger.bill(FIRST.number) == replace(FIRST, paid=True)
    assert await ledger.bill(SECOND.number) == replace(SECOND, amount=2)


async def test_a_number_never_moves_to_another_payer_and_then_nothing_of_the_file_is_stored(ledger: Ledger) -> None:
    fresh = replace(FIRST, number="2026-00020")

    with pytest.raises(NumberTaken) as refused:
        await ledger.put([fresh, replace(FIRST, payer=SOMEBODY_ELSES.payer)])

    assert refused.value.number == FIRST.number
    assert await ledger.bill(fresh.number) is None
    assert await ledger.bill(FIRST.number) == FIRST


async def test_a_notice_that_comes_again_is_not_a_second_payment(ledger: Ledger) -> None:
    assert await ledger.mark_paid(FIRST.number, "TX-1") is Marked.PAID
    assert await ledger.mark_paid(FIRST.number, "TX-1") is Marked.PAID
    assert await ledger.mark_paid(FIRST.number, "TX-2") is Marked.DUPLICATE
    assert await ledger.mark_paid(FIRST.number, "TX-1") is Marked.PAID


async def test_a_bill_paid_by_nobody_knows_what_takes_the_name_of_its_payment_later(ledger: Ledger) -> None:
    assert await ledger.mark_paid(FIRST.number, None) is Marked.PAID
    assert await ledger.mark_paid(FIRST.number, "TX-1") is Marked.PAID
    assert await ledger.mark_paid(FIRST.number, None) is Marked.PAID
    assert await ledger.mark_paid(FIRST.number, "TX-2") is Marked.DUPLICATE


async def test_a_bill_that_is_not_there_cannot_be_paid(ledger: Ledger) -> None:
    assert await ledger.mark_paid("2026-99999", "TX-1") is Marked.UNKNOWN


async def test_a_key_an_id_and_an_rtp_are_each_taken_once(ledger: Ledger, request_to_pay: Request) -> None:
    assert await ledger.insert_request(request_to_pay)

    other = replace(request_to_pay, bill=SECOND.number)
    assert not await ledger.insert_request(replace(other, id="BBBB", rtp=2))
    assert not await ledger.insert_request(replace(other, id="BBBB", key="KEY-2"))
    assert not await ledger.insert_request(replace(other, rtp=2, key="KEY-2"))
    assert await ledger.insert_request(replace(other, id="BBBB", rtp=2, key="KEY-2"))

    assert await ledger.request_by_key("KEY-1") == await ledger.request_by_id("AAAA") == request_to_pay


async def test_one_request_for_a_bill_is_pending_at_most(ledger: Ledger, request_to_pay: Request) -> None:
    second = replace(request_to_pay, id="BBBB", rtp=2, key="KEY-2")
    await ledger.insert_request(request_to_pay)

    assert not await ledger.insert_request(second)
    assert await ledger.pending(FIRST.number) == request_to_pay

    await ledger.save_request(replace(request_to_pay, state=PaymentState.RJC), request_to_pay)
    assert await ledger.pending(FIRST.number) is None
    assert await ledger.insert_request(second)
    assert await ledger.pending(FIRST.number) == second


async def test_the_names_of_second_payments_are_kept_to_give_them_back(ledger: Ledger) -> None:
    await ledger.mark_paid(FIRST.number, "TX-1")
    await ledger.mark_paid(FIRST.number, "TX-3")
    await ledger.mark_paid(FIRST.number, "TX-2")
    await ledger.mark_paid(FIRST.number, "TX-3")

    assert await ledger.second_payments(FIRST.number) == ("TX-2", "TX-3")
    assert await ledger.second_payments(SECOND.number) == ()


async def test_whoever_saves_a_request_second_changes_nothing(ledger: Ledger, request_to_pay: Request) -> None:
    await ledger.insert_request(request_to_pay)
    expired = replace(request_to_pay, state=PaymentState.EXP)
    assert await ledger.save_request(expired, request_to_pay)

    assert not await ledger.save_request(replace(request_to_pay, acknowledged=True), request_to_pay)

    assert await ledger.request_by_id("AAAA") == expired


async def test_a_request_that_was_never_made_cannot_be_saved(ledger: Ledger, request_to_pay: Request) -> None:
    assert not await ledger.save_request(request_to_pay, request_to_pay)
    assert await ledger.request_by_id("AAAA") is None
