"""A number, however it is written: that is how choices are answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.numbers import read_number
from nlu.vocabulary import data, words_of

READ = {
    "1": 1,
    "1.": 1,
    " 2) ": 2,
    "#3": 3,
    "1️⃣": 1,
    "0": 0,
    "31": 31,
    "jedan": 1,
    "prvo": 1,
    "ovo prvo": 1,
    "овај други": 2,
    "neka bude treće": 3,
    "kjo e para": 1,
    "do ta marr të dytën": 2,
    "I'll take the second": 2,
    "go with the third one": 3,
    "dvije": 2,
    "двије": 2,
    "treće, molim vas": 3,
    "pod rednim brojem četiri": 4,
    "cetiri": 4,
    "dvadeset prvi": 21,
    "dvadeset i jedan": 21,
    "dvadesetprvi": 21,
    "trideset prvog": 31,
    "nula": 0,
    "një": 1,
    "nje": 1,
    "dy": 2,
    "numri tre": 3,
    "e dyta": 2,
    "të parën, ju lutem": 1,
    "njëzet e tre": 23,
    "njezet e nje": 21,
    "one": 1,
    "Two": 2,
    "number three": 3,
    "the third one, please": 3,
    "option 4": 4,
    "twenty-first": 21,
    "thirty one": 31,
}

NOT_READ = [
    "",
    "pare",
    "imam 2 pitanja",
    "2 ili 3",
    "1234",
    "jedan dva",
    "zdravo",
    "-",
    "3,5",
    "drugi put",
    "second time",
    "treba mi pomoć",
]


@pytest.mark.parametrize(("text", "number"), READ.items())
def test_a_number_is_read_in_figures_and_in_words(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", NOT_READ)
def test_a_text_that_says_more_or_less_than_a_number_is_none(text: str) -> None:
    assert read_number(text) is None


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    number = read_number(text)

    assert number is None or 0 <= number <= 999


@pytest.mark.parametrize("about", data("numbers.yml"), ids=lambda about: str(about["cardinals"][1][0]))
def test_a_language_has_every_number_up_to_31(about: dict[str, dict[int, list[str]]]) -> None:
    words = about["cardinals"]

    assert all(read_number(words[number][0]) == number for number in (*range(21), 30))
    assert all(read_number(f"{words[20][0]} {words[unit][0]}") == 20 + unit for unit in range(1, 10))


def test_no_word_is_two_numbers() -> None:
    said = [
        (words_of(form), number)
        for about in data("numbers.yml")
        for kind in ("cardinals", "ordinals")
        for number, forms in about[kind].items()
        for form in forms
    ]

    assert len(dict(said)) == len(set(said))
