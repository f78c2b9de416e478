"""Numbers, amounts and papers as people write them; where it may mean two things, it is asked again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import forms
from dialogs.catalogue import services
from dialogs.readers import Problem, Read, read
from dialogs.service import Option, Question
from dialogs.session import Answer, Session
from dialogs.steps import HOME, Heard, Talk
from locales import LANGUAGES
from locales.wording import word
from tests.dialogs.citizen import NOTHING, new

TODAY = date(2026, 11, 24)
SERVICE = next(iter(services().values()))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "3", 3),
        ("number", "nas je 3 u kući", 3),
        ("number", "dvoje", 2),
        ("number", "tre", 3),
        ("number", "33 %", 33),
        ("number", "0", 0),
        ("area", "54,5", 545),
        ("area", "54.5 m2", 545),
        ("area", "54,5м²", 545),
        ("area", "oko 60 kvadrata", 600),
        ("area", "60 metara kvadratnih", 600),
        ("area", "54,25", 543),
        ("area", "1.200 m²", 12_000),
        ("money", "85000", 8_500_000),
        ("money", "85.000", 8_500_000),
        ("money", "85,000", 8_500_000),
        ("money", "85 000,50 €", 8_500_050),
        ("money", "85\u00a0000,50 €", 8_500_050),
        ("money", "€85,000.50", 8_500_050),
        ("money", "1.234.567,8 eura", 123_456_780),
        ("money", "85'000", 8_500_000),
        ("money", "85 000 euro", 8_500_000),
        ("money", "vrijedi 85.000 еура", 8_500_000),
        ("money", "1200 €/m²", 120_000),
        ("pib", "02655284", "02655284"),
        ("pib", "PIB 0265 5284", "02655284"),
        ("pib", "00000019", "00000019"),
        ("pib", "98765434", "98765434"),
        ("reference", " UP-I  05-123/26 ", "UP-I  05-123/26"),
        ("reference", "1234/2, PD 5", "1234/2, PD 5"),
        ("reference", "УП 05/26", "УП 05/26"),
        ("long", " Stan ima 54 m2,\n a ne 60. Zašto? ", "Stan ima 54 m2, a ne 60. Zašto?"),
        ("future_date", "24.12.2026", "2026-12-24"),
        ("future_date", "1.11.2026", "2026-11-01"),
        ("future_date", "24.11.2028", "2028-11-24"),
    ],
)
def test_an_answer_is_taken_as_people_write_it(kind: str, text: str, value: Answer) -> None:
    assert read(kind, text, TODAY) == Read(value)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("number", "2 ili 3", "more than one"),
        ("number", "3,5", "whole number"),
        ("number", "-1", "whole number"),
        ("number", "ne znam", "did not find a number"),
        ("area", "2 hiljade m2", "not sure"),
        ("area", "0,5 ha", "not sure"),
        ("area", "54 i 10", "not sure"),
        ("area", "60000 €", "not sure"),
        ("area", "šezdeset", "did not find a number"),
        ("money", "85k", "not sure"),
        ("money", "85 hiljada", "not sure"),
        ("money", "85 mijë", "not sure"),
        ("money", "85.00.50", "not sure"),
        ("money", "85.000.5", "not sure"),
        ("money", "1234.567", "not sure"),
        ("money", "0.850", "not sure"),
        ("money", "54 m2", "not sure"),
        ("money", "-5", "not sure"),
        ("money", "0", "more than zero"),
        ("pib", "1234567", "8 digits"),
        ("pib", "123456789", "8 digits"),
        ("pib", "00000018", "One digit"),
        ("reference", "a" * 61, "too long"),
        ("reference", "<script>", "as it is printed"),
        ("reference", "a\x00b", "as it is printed"),
        ("reference", "---", "as it is printed"),
        ("long", "a" * 601, "too long"),
        ("long", "123", "in words"),
        ("long", "👶", "in words"),
        ("future_date", "20.10.2026", "is over"),
        ("future_date", "25.11.2028", "too far ahead"),
        ("future_date", "31.2.2027", "no such day"),
        ("future_date", "banana", "did not find a date"),
    ],
)
def test_what_is_wrong_or_unclear_is_said_in_words_and_never_guessed(kind: str, text: str, words: str) -> None:
    problem = read(kind, text, TODAY)

    assert not isinstance(problem, Read)
    assert words in word(problem, "en")


@pytest.mark.parametrize(("text", "day"), [("5. mart", "2027-03-05"), ("1.11.", "2026-11-01"), ("juče", "2026-11-23")])
def test_a_day_without_a_year_is_the_next_one_and_read_back_first(text: str, day: str) -> None:
    assert read("future_date", text, TODAY) == Read(day, sure=False)


@given(st.integers(1, 10**9), st.sampled_from(["{:,}", "{:_}"]), st.sampled_from([".", ",", " ", "'"]))
def test_thousands_are_the_same_by_whatever_mark_they_are_parted(euros: int, style: str, mark: str) -> None:
    text = style.format(euros).replace("_", ",").replace(",", mark)

    assert read("money", text, TODAY) == Read(euros * 100)


@given(st.text(alphabet="0123456789.,' -€m²k", max_size=20))
def test_whatever_is_written_with_figures_is_an_amount_above_zero_or_asked_again(text: str) -> None:
    found = read("money", text, TODAY)

    assert not isinstance(found, Read) or int(found.value) > 0


def answered(question: Question, text: str, choice: str | None = None) -> object:
    talk = Talk(Session("en"), HOME, new(TODAY).outside(NOTHING))
    return forms.answer(question, talk, Heard(text, choice, NOTHING))


SHARE = Question(
    "share", "number", "Share?", "Share", least=1, most=100, options=(Option(100, "All of it", "alone; only me"),)
)


def test_a_number_outside_what_can_be_meant_is_asked_again() -> None:
    assert "least that can be here is 1" in word(problem(SHARE, "0"), "en")
    assert "most that can be here is 100" in word(problem(SHARE, "101"), "en")


def problem(question: Question, text: str) -> Problem:
    found = answered(question, text)
    assert not isinstance(found, Read)
    assert isinstance(found, Problem)
    return found


def test_a_number_that_is_also_a_place_in_the_list_is_read_back_as_the_number() -> None:
    assert answered(SHARE, "1", choice="100") == Read(1, sure=False)
    assert answered(SHARE, "All of it", choice="100") == Read(100)


def test_a_number_is_the_answer_whatever_words_stand_beside_it() -> None:
    assert answered(SHARE, "only me and 3 others, so 25") != Read(100)
    assert answered(SHARE, "alone 25") == Read(25)
    assert answered(SHARE, "I am the only owner, only me") == Read(100)


LONG = Question("words", "long", "What?", "Words", options=(Option("none", "Nothing to add", "nothing"),))


def test_words_for_the_office_may_be_a_question_and_have_an_options_words_in_them() -> None:
    assert answered(LONG, "Why is it so high? Nothing has changed.") == Read("Why is it so high? Nothing has changed.")
    assert answered(LONG, "Nothing to add", choice="none") == Read("none")


@pytest.mark.parametrize("number", ["0101900210001", "510-9068014-36"])
def test_identity_and_account_numbers_stay_out_of_words_for_the_office(number: str) -> None:
    assert "leave out identity and account numbers" in word(problem(LONG, f"My number is {number}, thanks"), "en")


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("number", 1200, {"en": "1,200", "cnr": "1.200"}),
        ("area", 545, {"en": "54.5 m²", "cnr": "54,5 m²"}),
        ("area", 600, {"en": "60 m²", "cnr": "60 m²"}),
        ("money", 8_500_050, {"en": "€85,000.50"}),
        ("future_date", "2026-12-24", {"en": "24 December 2026"}),
        ("reference", "UP-I  05/26", {"en": "UP-I  05/26", "cnr-Cyrl": "UP-I  05/26"}),
    ],
)
def test_an_answer_is_read_back_as_the_language_writes_it(kind: str, value: Answer, words: dict[str, str]) -> None:
    shown = forms.shown(Question("q", kind, "?", "Q"), SERVICE, value)

    assert {language: word(shown, language) for language in words} == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_every_question_can_be_read_and_read_back(language: str) -> None:
    kinds = {question.kind for service in services().values() for question in service.questions}

    assert kinds - forms.CHOSEN <= {*forms.DAYS, "name", "text", "phone", "jmbg", "iban", *NEW}
    assert all(word(forms.shown(Question("q", kind, "?", "Q"), SERVICE, NEW[kind]), language) for kind in NEW)


NEW: dict[str, Answer] = {"number": 3, "area": 545, "money": 100, "pib": "02655284", "reference": "1/2", "long": "No."}
