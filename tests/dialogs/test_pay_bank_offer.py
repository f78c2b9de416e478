"""A bank is offered to be asked only about a bill that a request to pay has room for."""

from dataclasses import replace

from tests.dialogs.test_pay_flow import FIRST, paying


def test_a_bill_whose_number_no_request_holds_is_paid_without_asking_the_bank() -> None:
    long = replace(FIRST, number="2026-0000017")
    payer = paying({long.number: (long,)})
    payer.asks_banks = True

    payer.writes(long.number, "yes")

    assert "Ask my bank to pay" not in payer.offered


def test_a_bill_that_fits_can_be_asked_for() -> None:
    payer = paying({FIRST.number: (FIRST,)})
    payer.asks_banks = True

    payer.writes(FIRST.number, "yes")

    assert "Ask my bank to pay" in payer.offered
