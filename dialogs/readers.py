"""One reader for each kind of answer: what was typed becomes a value, or a sentence about what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import phonenumbers
from stdnum import iban

from dialogs.session import Answer
from locales.phrase import Phrase, say
from nlu.dates import Impossible, Reading, read_date
from nlu.phrasing import is_unknown, unopened

HOME_REGION = "ME"
LONGEST_NAME = 80
LONGEST_TEXT = 120
SHORT = 8
NAME = re.compile(r"[^\W\d_]+(?:[-'’.]?[^\W\d_]+)*\.?")
TEXT = re.compile(r"[\w\s.,/'’()°№-]+")
JMBG_WEIGHTS = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
JMBG = re.compile(r"(?<!\d)\d(?:[ .-]?\d){12}(?!\d)", re.ASCII)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", re.ASCII)
DOMESTIC_ACCOUNT = re.compile(r"(?<!\d)(\d{3}) ?- ?(\d{1,13}) ?- ?(\d{2})(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Read:
    """An answer. `sure` is False where it is to be read back and confirmed first."""

    value: Answer
    sure: bool = True


Problem = Phrase
Reader = Callable[[str, date], Read | Problem]


def read(kind: str, text: str, today: date) -> Read | Problem:
    """The answer in `text`, or what is wrong with it and how to write it. KeyError for a kind nobody reads."""
    return READERS[kind](unicodedata.normalize("NFC", text).strip(), today)


def read_day(text: str, today: date) -> Read | Problem:
    reading = read_date(text, today)
    if isinstance(reading, Impossible):
        return say("There is no such day in the calendar. Please check it.")
    if reading is None:
        return say("I did not find a date in that.")
    if reading.day > today:
        return say("{day} has not come yet. Please check the date.", day=reading.day)
    return Read(reading.day.isoformat(), reading.sure)


def same_month(before: str, found: Read, text: str, today: date) -> Answer:
    """A correction that names only a day ("no, on the 16th") is about the month that was just read back."""
    first = date.fromisoformat(before)
    [number, *others] = re.findall(r"\d+", text) or [""]
    alone = read_date(number, today) if number and not others else None
    is_bare = isinstance(alone, Reading) and alone.day.isoformat() == found.value
    try:
        moved = first.replace(day=int(number)) if is_bare else None
    except ValueError:
        moved = None
    return moved.isoformat() if moved and moved <= today else found.value


def read_name(text: str, today: date) -> Read | Problem:
    """First name and surname, without "my name is"; "I do not know" is no name."""
    if is_unknown(text):
        return say("I need the name here. You can also stop and go on when you have it.")
    words = unopened(text).rstrip(".").split()
    if len(text) > LONGEST_NAME:
        return say("That is too long for a name.")
    if not all(NAME.fullmatch(word) for word in words):
        return say("A name has letters only.")
    if len(words) < 2:
        return say("Please write both the name and the surname.")
    return Read(" ".join(words))


def read_text(text: str, today: date) -> Read | Problem:
    line = " ".join(unopened(text).split())
    if is_unknown(text):
        return say("I need an answer here. You can also stop and go on when you have it.")
    if len(line) > LONGEST_TEXT:
        return say("That is too long. Please keep it to one line.")
    if not TEXT.fullmatch(line) or not any(letter.isalpha() for letter in line):
        return say("Please use letters and numbers only.")
    return Read(line)


def read_phone(text: str, today: date) -> Read | Problem:
    """The number in E.164, also out of a sentence; numbers without a country code are Montenegrin."""
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, HOME_REGION)), None)
    if found is not None:
        return Read(phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164))
    if any(digit.isdigit() for digit in text):
        return say("That phone number has a digit too many, too few or wrong.")
    return say("I did not find a phone number in that.")


def read_jmbg(text: str, today: date) -> Read | Problem:
    """The thirteen digits with a right check digit. Its date and region are not judged, as the municipalities do."""
    found = JMBG.search(text)
    if not found:
        return say("A JMBG has exactly 13 digits.")
    digits = re.sub(r"\D", "", found.group())
    total = sum(weight * int(digit) for weight, digit in zip(JMBG_WEIGHTS, digits, strict=False))
    # Where the rule gives 10 no number should have been issued, yet some registries wrote 0.
    if int(digits[12]) != (11 - total % 11) % 11 % 10:
        return say("One digit of that JMBG is wrong. Please copy it again from the identity card.")
    return Read(digits)


def read_account(text: str, today: date) -> Read | Problem:
    """The account as an IBAN; a domestic number 510-9068014-36 is completed to one. Check digits by mod 97."""
    found, domestic = IBAN.search(text.upper()), DOMESTIC_ACCOUNT.search(text)
    compact = re.sub(r"\s", "", found.group()) if found else ""
    if domestic:
        bank, number, check = domestic.groups()
        compact = f"ME25{bank}{number.zfill(13)}{check}"
    if not iban.is_valid(compact):
        return say("That account number is not right. One digit may be missing or wrong.")
    return Read(iban.compact(compact))


READERS: dict[str, Reader] = {
    "date": read_day,
    "name": read_name,
    "text": read_text,
    "phone": read_phone,
    "jmbg": read_jmbg,
    "iban": read_account,
}


def grouped(number: str) -> str:
    """A number in E.164 as people write it: 067 123 456 here, +49 … from abroad."""
    parsed = phonenumbers.parse(number, HOME_REGION)
    is_home = phonenumbers.region_code_for_number(parsed) == HOME_REGION
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def masked(value: str) -> str:
    """A sensitive answer as it may be shown back: the last four characters, of a short one none."""
    shown = value[-4:] if len(value) > SHORT else ""
    return "•" * (len(value) - len(shown)) + shown
