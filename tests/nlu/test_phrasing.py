"""Questions, not knowing, and openings are told from answers in every language."""

import pytest

from nlu.phrasing import is_question, is_unknown, unopened


@pytest.mark.parametrize(
    "text", ["da li to mora?", "да ли то мора", "jel treba oboje", "çka nëse", "what if", "Riva 5?"]
)
def test_a_question_is_heard_with_and_without_its_mark(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["Ana Marković", "Arben Gjoka", "A. Gjoka", "Riva 5", "majka", "5. mart", ""])
def test_an_answer_is_no_question(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize(
    "text", ["ne znam", "ne znam napamet", "нијесам сигурна", "s'e di", "I don't know", "no name yet"]
)
def test_not_knowing_is_heard(text: str) -> None:
    assert is_unknown(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("ja sam Ana Perović", "Ana Perović"),
        ("Ја сам Ана Перовић", "Ана Перовић"),
        ("quhem Arben Gjoka", "Arben Gjoka"),
        ("my name is John O'Neill", "John O'Neill"),
        ("Ana Perović", "Ana Perović"),
        ("ja sam", "ja sam"),
        ("", ""),
    ],
)
def test_an_opening_is_taken_off_and_the_rest_kept_as_typed(text: str, rest: str) -> None:
    assert unopened(text) == rest
