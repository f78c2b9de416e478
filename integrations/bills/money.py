"""Amounts between people's files and whole cents, without a fraction ever being computed."""

import re

LEAST, MOST = 1, 99_999_999_999
"""What one credit transfer can carry, in cents. Source: EPC069-12, AT-04, 0.01 to 999999999.99 euro."""

_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{2}))?")


def cents(text: str) -> int | None:
    """The cents of an amount like 123,45 or 123.45 or 123; None for every other text, and for nothing at all.

    A separator of thousands is not read: 1.234 may mean two amounts.
    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    euros, rest = found.groups(default="00")
    amount = int(euros + rest)
    return amount if LEAST <= amount <= MOST else None


def decimal(amount: int, point: str = ".") -> str:
    """The euros of so many cents, with two digits after the point: 12345 is 123.45."""
    euros, rest = divmod(amount, 100)
    return f"{euros}{point}{rest:02}"
