"""One reader for each kind of answer: what was typed becomes a value, or a sentence about what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import phonenumbers
from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.me import pib

from dialogs.deadlines import months_later
from dialogs.session import Answer
from locales.phrase import Phrase, say
from nlu.dates import Impossible, Reading, read_date
from nlu.numbers import read_number
from nlu.phrasing import is_unknown, unopened

HOME_REGION = "ME"
LONGEST_NAME = 80
LONGEST_TEXT = 120
LONGEST_REFERENCE = 60
LONGEST_WORDS = 600
LONGEST_FIGURE = 12
MONTHS_AHEAD = 24
MONTHS_BACK = 1
MONTHS_OF_A_YEAR = 12
SHORT = 8
NAME = re.compile(r"[^\W\d_]+(?:[-'’.]?[^\W\d_]+)*\.?")
TEXT = re.compile(r"[\w\s.,/'’()°№-]+")
REFERENCE = re.compile(r"[\w .,:;/\\|'’\"()\[\]°№#&+*=–-]+")
FIGURE = re.compile(r"\d+(?:[.,'’ ]\d+)*", re.ASCII)
MARK = re.compile(r"([.,'’ ])")
# The units as they are written beside a figure, in any language and script, not as the end of another word.
EUROS = re.compile(r"(?<![^\W\d_])(?:€|eur\w*|evr\w*|евр\w*|еур\w*)")
SQUARE_METRES = re.compile(r"(?<![^\W\d_])(?:[mм] ?\^?2(?!\d)|[mм](?![^\W_])|(?:kv|кв|sq|met|мет)\w*)")
UNIT, OTHER_UNIT = " ¤ ", " # "
MINUS = ("-", "−", "–")
# What may follow an amount. A word may multiply it ("85 thousand"), and then nothing is guessed.
AFTER_AMOUNT = "¤.,;:!)/-"
PIB = re.compile(r"(?<!\d)\d(?:[ .-]?\d){7}(?!\d)", re.ASCII)
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


def read_coming_day(text: str, today: date) -> Read | Problem:
    """A day up to two years ahead, or at most a month ago; without a year it is the first such day from then on."""
    reading = read_date(text, today)
    if not isinstance(reading, Reading):
        return read_day(text, today)
    day = reading.day if reading.sure else _in_its_year(reading.day, text, today)
    if day > months_later(today, MONTHS_AHEAD):
        return say("{day} is too far ahead. Please check the year.", day=day)
    if day < months_later(today, -MONTHS_BACK):
        return say("{day} is over. Please check the date.", day=day)
    return Read(day.isoformat(), reading.sure)


def _in_its_year(past: date, text: str, today: date) -> date:
    """A day and a month without a year are the latest ones before a later day too; a day told from today is not."""
    later = read_date(text, months_later(today, MONTHS_OF_A_YEAR - MONTHS_BACK))
    is_dated = isinstance(later, Reading) and (later.day.day, later.day.month) == (past.day, past.month)
    return later.day if is_dated and isinstance(later, Reading) else past


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


def read_reference(text: str, today: date) -> Read | Problem:
    """A number copied from a paper, kept sign by sign: nobody but its office knows how it is written."""
    if is_unknown(text):
        return say("I need an answer here. You can also stop and go on when you have it.")
    if len(text) > LONGEST_REFERENCE:
        return say("That is too long. Please copy only the number.")
    if not REFERENCE.fullmatch(text) or not any(sign.isalnum() for sign in text):
        return say("Please copy it with letters and numbers, as it is printed.")
    return Read(text)


def read_long(text: str, today: date) -> Read | Problem:
    """Free words for the office, on one line; signs that nobody can see are left out."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if len(words) > LONGEST_WORDS:
        return say("That is too long for one answer. Please keep it to 600 letters.")
    if not any(letter.isalpha() for letter in words):
        return say("Please write it in words.")
    return Read(words)


def read_count(text: str, today: date) -> Read | Problem:
    """A whole number in figures, wherever it stands, or alone in words."""
    plain = _plain(text)
    figures = list(FIGURE.finditer(plain))
    if len(figures) > 1:
        return say("I found more than one number in that. Please write only one.")
    if not figures:
        number = read_number(text)
        return say("I did not find a number in that.") if number is None else Read(number)
    is_negative = plain[: figures[0].start()].rstrip().endswith(MINUS)
    whole = None if is_negative else _scaled(figures[0].group(), 0)
    return say("Please write a whole number, like 3.") if whole is None else Read(whole)


def read_area(text: str, today: date) -> Read | Problem:
    """Square metres as a whole number of tenths, a second decimal rounded half up."""
    return _amount(SQUARE_METRES.sub(UNIT, _plain(text)), 1)


def read_money(text: str, today: date) -> Read | Problem:
    """Euros as whole cents, also for one square metre ("1200 €/m²")."""
    return _amount(SQUARE_METRES.sub(OTHER_UNIT, EUROS.sub(UNIT, _plain(text))), 2)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _amount(plain: str, decimals: int) -> Read | Problem:
    """The only amount in a text, with its unit or without; one that may mean two things is asked again."""
    figures = list(FIGURE.finditer(plain))
    if not figures:
        return say("I did not find a number in that.")
    before, after = plain[: figures[0].start()].rstrip(), plain[figures[0].end() :].lstrip()
    is_alone = len(figures) == 1 and not before.endswith(MINUS) and (not after or after[0] in AFTER_AMOUNT)
    amount = _scaled(figures[0].group(), decimals) if is_alone else None
    if amount is None:
        return say("I am not sure which number that is. Please write only the number.")
    return Read(amount) if amount > 0 else say("It has to be more than zero.")


def _scaled(figure: str, decimals: int) -> int | None:
    """The figure times ten to the power of `decimals`, None where its shape leaves doubt.

    Three digits behind a mark are a group of thousands. One or two behind the last full stop or comma are decimals,
    if no group has the same mark.
    """
    numbers, marks = MARK.split(figure)[::2], MARK.split(figure)[1::2]
    fraction = ""
    if marks and marks[-1] in ".," and len(numbers[-1]) < 3:
        fraction, mark = numbers.pop(), marks.pop()
        if mark in marks or not decimals:
            return None
    is_grouped = len(set(marks)) == 1 and len(numbers[0]) <= 3 and not numbers[0].startswith("0")
    if marks and not (is_grouped and all(len(group) == 3 for group in numbers[1:])):
        return None
    whole = "".join(numbers)
    if len(whole) > LONGEST_FIGURE:
        return None
    return int(Decimal(f"{whole}.{fraction or 0}").scaleb(decimals).to_integral_value(ROUND_HALF_UP))


def read_pib(text: str, today: date) -> Read | Problem:
    """The eight digits with a right check digit: the weights 8 to 2 modulo 11, not ISO 7064 (16 of 16 real ones)."""
    found = PIB.search(text)
    if not found:
        return say("A PIB has exactly 8 digits.")
    digits = re.sub(r"\D", "", found.group())
    try:
        return Read(pib.validate(digits))
    except ValidationError:
        return say("One digit of that PIB is wrong. Please copy it again from the paper.")


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
    "future_date": read_coming_day,
    "name": read_name,
    "text": read_text,
    "phone": read_phone,
    "jmbg": read_jmbg,
    "iban": read_account,
    "reference": read_reference,
    "long": read_long,
    "number": read_count,
    "area": read_area,
    "money": read_money,
    "pib": read_pib,
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
