"""Answers as people type them, and what they are told when something is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.readers import READERS, Read, grouped, masked, read
from locales.wording import word

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "5. mart 2026", "2026-03-05"),
        ("date", "03/05/2026", "2026-05-03"),
        ("date", "пети март 2026.", "2026-03-05"),
        ("date", "5 mars 2026", "2026-03-05"),
        ("name", "  Ana   Marković ", "Ana Marković"),
        ("name", "Ана Марковић", "Ана Марковић"),
        ("name", "Zhakë O'Neill-Gjoka", "Zhakë O'Neill-Gjoka"),
        ("text", "Njegoševa 12/3, Donje Selo", "Njegoševa 12/3, Donje Selo"),
        ("phone", "067/123-456", "+38267123456"),
        ("phone", "+49 30 901820", "+4930901820"),
        ("jmbg", "0101900210001", "0101900210001"),
        ("jmbg", "1506 900 245 127", "1506900245127"),
        ("iban", "510-9068014-36", "ME25510000000906801436"),
        ("iban", "me25 5100 0000 0906 8014 36", "ME25510000000906801436"),
    ],
)
def test_an_answer_is_taken_as_people_write_it(kind: str, text: str, value: str) -> None:
    assert read(kind, text, TODAY) == Read(value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("prošli utorak", "2026-11-17"),
        ("prosli utorak", "2026-11-17"),
        ("прошли уторак", "2026-11-17"),
        ("të martën e kaluar", "2026-11-17"),
        ("last tuesday", "2026-11-17"),
        ("juče", "2026-11-23"),
        ("dje", "2026-11-23"),
    ],
)
def test_a_day_told_from_today_is_read_back_before_it_is_kept(text: str, day: str) -> None:
    assert read("date", text, TODAY) == Read(day, sure=False)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("date", "31.2.2026", "no such day"),
        ("date", "5.12.2026", "not come yet"),
        ("date", "banana", "did not find a date"),
        ("name", "Ana", "surname"),
        ("name", "<script>alert(1)</script>", "letters only"),
        ("name", "👶👶 👶", "letters only"),
        ("text", "<b>Riva</b>", "letters and numbers"),
        ("text", "a" * 500, "too long"),
        ("phone", "123", "phone number"),
        ("phone", "nemam", "did not find a phone number"),
        ("jmbg", "0101900210002", "One digit"),
        ("jmbg", "12345", "13 digits"),
        ("iban", "510-9068014-37", "not right"),
        ("iban", "nemam račun", "not right"),
    ],
)
def test_what_is_wrong_is_said_in_words(kind: str, text: str, words: str) -> None:
    problem = read(kind, text, TODAY)

    assert not isinstance(problem, Read)
    assert words in word(problem, "en")


@given(st.sampled_from(sorted(READERS)), st.text(max_size=300))
def test_nothing_that_can_be_typed_breaks_a_reader(kind: str, text: str) -> None:
    read(kind, text, TODAY)


def test_a_phone_number_is_shown_as_people_here_write_it() -> None:
    assert grouped("+38267123456") == "067 123 456"
    assert grouped("+4930901820") == "+49 30 901820"


def test_a_sensitive_answer_shows_at_most_its_last_four_characters() -> None:
    assert masked("0101900210001") == "•••••••••0001"
    assert masked("12345678") == "••••••••"
