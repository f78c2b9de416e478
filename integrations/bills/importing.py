"""Bills from a file of the municipality's tax office: all of them, or none and a sentence for every faulty line."""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from typing import Any

from integrations.bills import Bill
from integrations.bills.account import read_account
from integrations.bills.money import cents
from integrations.bills.order import NotAnOrder, is_printable, order

LONGEST_NUMBER = 20
"""Characters. Source: GovStack Payments, billId of a bill inquiry."""

_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_LOCAL_DAY = re.compile(r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\. ?(?P<year>[0-9]{4})\.?")


@dataclass(frozen=True)
class Fault:
    """`line` counts from 1, the line of the column names. `words` name the column and quote nothing."""

    line: int
    words: str


class BadBills(Exception):
    """The file cannot be imported; `faults` has everything that is wrong with it, from top to bottom."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"line {fault.line}: {fault.words}" for fault in self.faults))


def read_bills(csv_text: str) -> tuple[Bill, ...]:
    """The bills of a CSV file with COLUMNS, in any order, separated by commas or semicolons. Raises BadBills.

    Amounts are euros, 123,45 or 123.45; days are 2026-06-30 or 30.6.2026. Numbers and references are taken to the
    letter.
    """
    text = csv_text.removeprefix("\ufeff")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = [(rows.line_num, row) for row in rows if row]
    except csv.Error as error:
        raise BadBills([Fault(rows.line_num, "It cannot be read: check its quotation marks.")]) from error
    header = numbered[0][1] if numbered else []
    if sorted(header) != sorted(COLUMNS):
        raise BadBills([Fault(1, f"The columns must be {', '.join(COLUMNS)}.")])
    return _bills(header, numbered[1:])


def _bills(header: list[str], rows: list[tuple[int, list[str]]]) -> tuple[Bill, ...]:
    bills: dict[str, Bill] = {}
    faults: list[Fault] = []
    for line, row in rows:
        try:
            bill = _bill(header, row)
            if bills.setdefault(bill.number, bill) is not bill:
                raise _Faulty("The number is in the file already.")
        except _Faulty as error:
            faults += [Fault(line, words) for words in error.args]
    if faults:
        raise BadBills(faults)
    return tuple(bills.values())


class _Faulty(Exception):
    """A line is no bill; its arguments are a sentence each."""


def _bill(header: list[str], row: list[str]) -> Bill:
    if len(row) != len(header):
        raise _Faulty(f"There are {len(row)} values for {len(header)} columns.")
    values: dict[str, Any] = {name: COLUMNS[name].read(cell) for name, cell in zip(header, row, strict=True)}
    wrong = [f"The {name} is not {COLUMNS[name].wanted}." for name, value in values.items() if value is None]
    if wrong:
        raise _Faulty(*wrong)
    bill = Bill(**values)
    try:
        checked = order(bill)
    except NotAnOrder as error:
        raise _Faulty(f"The {error.field} cannot stand on a payment order: {error.why}.") from error
    return replace(bill, payee=checked.payee, purpose=checked.purpose)


@dataclass(frozen=True)
class Column:
    """`read` gives the value of a cell, None for what is not `wanted`."""

    read: Callable[[str], object]
    wanted: str


def _number(text: str) -> str | None:
    return _name(text) if len(text) <= LONGEST_NUMBER else None


def _name(text: str) -> str | None:
    return text if text and text == text.strip() and is_printable(text) else None


def _line(text: str) -> str | None:
    return text if is_printable(text) else None


def _day(text: str) -> date | None:
    found = _ISO_DAY.fullmatch(text) or _LOCAL_DAY.fullmatch(text)
    try:
        return date(**{part: int(digits) for part, digits in found.groupdict().items()}) if found else None
    except ValueError:
        return None


COLUMNS = {
    "number": Column(_number, f"a bill number of 1 to {LONGEST_NUMBER} characters without blanks at its ends"),
    "payer": Column(_name, "an id without blanks at its ends"),
    "municipality": Column(_name, "an id without blanks at its ends"),
    "payee": Column(_line, "one printable line"),
    "account": Column(read_account, "a right account: a digit may be missing or wrong"),
    "amount": Column(cents, "an amount like 123,45, from 0,01 on"),
    "due": Column(_day, "a day like 2026-06-30 or 30.6.2026"),
    "purpose": Column(_line, "one printable line"),
    "reference": Column(_line, "one printable line"),
}
