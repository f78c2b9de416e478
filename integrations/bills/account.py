"""Bank accounts: the IBAN, and the domestic form that people in Montenegro know."""

import re

from stdnum import iban

# bank-number-check. The number is filled up to 13 digits, and an IBAN of Montenegro always begins with ME25: its own
# check digits and the domestic ones are the same sum, number mod 97 = 1.
_DOMESTIC = re.compile(r"([0-9]{3})-([0-9]{1,13})-([0-9]{2})")
_HOME = re.compile(r"ME25([0-9]{3})([0-9]{13})([0-9]{2})")


def read_account(text: str) -> str | None:
    """The IBAN, in one piece, of an account in either form; None where a digit is missing or wrong (mod 97)."""
    found = _DOMESTIC.fullmatch(text.strip())
    if found is None:
        compact = iban.compact(text)
    else:
        bank, number, check = found.groups()
        compact = f"ME25{bank}{number.zfill(13)}{check}"
    return compact if iban.is_valid(compact) else None


def domestic(account: str) -> str | None:
    """An IBAN of Montenegro as 510-9068014-36, None for one of another country."""
    found = _HOME.fullmatch(account)
    if found is None:
        return None
    bank, number, check = found.groups()
    return f"{bank}-{number.lstrip('0') or '0'}-{check}"
