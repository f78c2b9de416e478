"""The tax office's file: all of its bills, or none and a sentence for each that is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.bills.importing import BadBills, Fault, read_bills
from tests.integrations.bills.tax import FIRST

HEADER = "number;payer;municipality;payee;account;amount;due;purpose;reference"
LINE = "2026-00017;payer-17;herceg-novi;Opština Herceg Novi;510-9068014-36;123,45;30.06.2026.;"
LINE += "Porez na nepokretnosti 2026, prva rata;001234"
REFERENCES = st.text(alphabet=st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters='"'), max_size=30)


def faults(*lines: str) -> tuple[Fault, ...]:
    with pytest.raises(BadBills) as refused:
        read_bills("\n".join([HEADER, *lines]))
    return refused.value.faults


def test_a_line_is_a_bill() -> None:
    assert read_bills(f"{HEADER}\n{LINE}\n") == (FIRST,)


def test_a_file_from_a_spreadsheet_is_read_as_well() -> None:
    quoted = LINE.replace("123,45", '"123,45"').replace(" 2026, prva rata", ', prva rata"').replace("Porez", '"Porez')

    (bill,) = read_bills(f"\ufeff{HEADER}\n{quoted}\n".replace(";", ",").replace("\n", "\r\n"))

    assert (bill.amount, bill.due, bill.purpose) == (12_345, date(2026, 6, 30), "Porez na nepokretnosti, prva rata")


def test_an_empty_file_has_no_bills_but_needs_its_columns() -> None:
    assert read_bills(HEADER) == ()
    with pytest.raises(BadBills, match=r"line 1: The columns must be number, payer, .*, reference\."):
        read_bills("")
    with pytest.raises(BadBills, match="line 1: The columns must be"):
        read_bills(HEADER.replace("payer", "jmbg"))


@given(REFERENCES)
def test_the_reference_is_taken_to_the_letter(reference: str) -> None:
    (bill,) = read_bills(HEADER + "\n" + LINE.replace("001234", f'"{reference}"'))

    assert bill.reference == reference


def test_every_faulty_line_is_named_and_nothing_is_imported() -> None:
    found = faults(
        LINE,
        LINE.replace("00017", "00018").replace("123,45", "1.234"),
        LINE.replace("00017", "00019").replace("-36", "-37").replace("30.06", "31.06"),
        LINE,
        "2026-00020;payer-17",
    )

    assert found == (
        Fault(3, "The amount is not an amount like 123,45, from 0,01 on."),
        Fault(4, "The account is not a right account: a digit may be missing or wrong."),
        Fault(4, "The due is not a day like 2026-06-30 or 30.6.2026."),
        Fault(5, "The number is in the file already."),
        Fault(6, "There are 2 values for 9 columns."),
    )


def test_a_bill_that_no_bank_could_pay_is_faulty() -> None:
    assert faults(LINE.replace("Opština Herceg Novi", "O" * 71)) == (
        Fault(2, "The payee cannot stand on a payment order: too-long."),
    )


def test_a_number_with_a_blank_at_its_end_is_faulty() -> None:
    assert faults(LINE.replace("00017", "00017 ")) == (
        Fault(2, "The number is not a bill number of 1 to 20 characters without blanks at its ends."),
    )


def test_an_open_quotation_mark_does_not_swallow_the_rest() -> None:
    (fault,) = faults(LINE.replace("001234", '"001234'), LINE)

    assert fault.words == "It cannot be read: check its quotation marks."


def test_no_sentence_quotes_what_is_in_the_file() -> None:
    found = faults(LINE.replace("payer-17", " 0101900210001").replace("123,45", "0101900210001,5"))

    assert len(found) == 2
    assert "0101900210001" not in str(found)
