"""Amounts and accounts: not a cent is lost, and not a wrong digit gets through."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from integrations.bills.account import domestic, read_account
from integrations.bills.money import LEAST, MOST, cents, decimal

BANKS = st.integers(100, 999)
NUMBERS = st.integers(1, 10**13 - 1)


def account(bank: int, number: int) -> str:
    """The IBAN of a domestic account, its check digits by the rule: all eighteen digits are 1 in mod 97."""
    unchecked = f"{bank}{number:013}00"
    return f"ME25{unchecked[:-2]}{98 - int(unchecked) % 97:02}"


ACCOUNTS = st.builds(account, BANKS, NUMBERS)


@given(st.integers(LEAST, MOST), st.sampled_from(".,"))
def test_an_amount_that_is_written_and_read_again_is_the_same_to_the_cent(amount: int, point: str) -> None:
    assert cents(decimal(amount, point)) == amount


@pytest.mark.parametrize(
    "text", ["1.234", "1.234,56", "12,3", "12,345", "-5,00", "1e3", " 5", "5 €", "٣", "", "0", "0,00", "1000000000"]
)
def test_an_amount_that_may_mean_two_things_is_not_read(text: str) -> None:
    assert cents(text) is None


def test_an_amount_of_whole_euros_needs_no_cents() -> None:
    assert cents("1234") == 123_400


@given(BANKS, NUMBERS)
def test_an_account_is_the_same_in_its_domestic_form_and_as_an_iban(bank: int, number: int) -> None:
    iban = account(bank, number)

    short = domestic(iban)

    assert short == f"{bank}-{number}-{iban[-2:]}"
    assert read_account(short) == iban
    assert read_account(f"{iban[:4]} {iban[4:8]} {iban[8:]}".lower()) == iban


@given(ACCOUNTS, st.data())
def test_an_account_with_one_wrong_digit_is_always_refused(iban: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(2, len(iban) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != iban[place]))

    assert read_account(iban[:place] + digit + iban[place + 1 :]) is None


@given(ACCOUNTS, st.data())
def test_an_account_with_two_digits_in_each_others_place_is_always_refused(iban: str, data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.lists(st.integers(2, len(iban) - 1), min_size=2, max_size=2, unique=True)))
    assume(iban[first] != iban[second])

    swapped = iban[:first] + iban[second] + iban[first + 1 : second] + iban[first] + iban[second + 1 :]

    assert read_account(swapped) is None


@given(ACCOUNTS, st.data())
def test_the_domestic_form_with_one_wrong_digit_is_always_refused(iban: str, data: st.DataObject) -> None:
    short = str(domestic(iban))
    place = data.draw(st.sampled_from([place for place, digit in enumerate(short) if digit != "-"]))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != short[place]))

    assert read_account(short[:place] + digit + short[place + 1 :]) is None


def test_the_account_of_the_property_tax_in_herceg_novi_is_known_in_both_forms() -> None:
    assert read_account("510-9068014-36") == "ME25510000000906801436"
    assert domestic("ME25510000000906801436") == "510-9068014-36"


def test_an_account_abroad_has_no_domestic_form() -> None:
    assert read_account("DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert domestic("DE89370400440532013000") is None
