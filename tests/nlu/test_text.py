"""People type as their keyboard and their haste allow; all of it is read as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import fold, script_of, words


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Đe se predaje zahtjev?", "dje se predaje zahtjev"),
        ("Де се предаје ЗАХТЈЕВ", "de se predaje zahtjev"),
        ("новорођенче", "novorodjence"),
        ("novorođenče", "novorodjence"),
        ("novorodjence", "novorodjence"),
        ("Његош, Љубав, Џеп", "njegos ljubav dzep"),
        ("NJEGOŠ, LJUBAV, DŽEP", "njegos ljubav dzep"),
        ("ǌegoš ǉubav ǆep", "njegos ljubav dzep"),
        ("śutra źenica", "sutra zenica"),
        ("с́утра з́еница", "sutra zenica"),
        ("Përshëndetje, ÇKA s'ka?", "pershendetje cka ska"),
        ("s’kam skam", "skam skam"),
        ("don't", "dont"),
        ("  a\tb\n\nc_d-e ", "a b c d e"),
        ("za\u0300\u0301go\u200b", "zago"),
        ("😀 👍🏽", ""),
        ("", ""),
    ],
)
def test_every_way_of_typing_folds_to_one_form(typed: str, plain: str) -> None:
    assert fold(typed) == plain


@given(st.text(max_size=300))
def test_any_text_folds_and_folding_again_changes_nothing(text: str) -> None:
    once = fold(text)

    assert fold(once) == once
    assert once == once.strip()


@given(st.text(max_size=300))
def test_words_are_single_and_folded(text: str) -> None:
    assert all(word.plain and " " not in word.plain for word in words(text))


def test_words_remember_how_they_were_typed() -> None:
    assert [(word.typed, word.plain) for word in words("U Baru, s'ka PG")] == [
        ("U", "u"),
        ("Baru", "baru"),
        ("s'ka", "ska"),
        ("PG", "pg"),
    ]


@pytest.mark.parametrize(
    ("text", "script"),
    [("здраво", "Cyrl"), ("zdravo", "Latn"), ("здраво HN", "Cyrl"), ("ok здр", "Cyrl"), ("12", None), ("😀", None)],
)
def test_the_script_is_the_one_of_most_letters(text: str, script: str | None) -> None:
    assert script_of(text) == script
