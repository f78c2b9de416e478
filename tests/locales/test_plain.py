"""How long sentences are, measured as a reader would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.plain import longest, sentences, words

SPLIT = [
    ("cnr", "Dođite. Ponesite ličnu kartu!", ["Dođite.", "Ponesite ličnu kartu!"]),
    ("cnr", "Rok je 5. mart 2026. godine. Zovite nas.", ["Rok je 5. mart 2026. godine.", "Zovite nas."]),
    ("cnr", "Beba je rođena 5. marta 2026. Dođite.", ["Beba je rođena 5. marta 2026.", "Dođite."]),
    ("cnr", "Ul. Slobode br. 3, tel. 067 123 456.", ["Ul. Slobode br. 3, tel. 067 123 456."]),
    (
        "cnr",
        "Po čl. 5 st. 2 to pišu dr. Marković i M. Petrović.",
        ["Po čl. 5 st. 2 to pišu dr. Marković i M. Petrović."],
    ),
    ("cnr", "Koliko? {count} dana. „Dobro.“ Idemo…", ["Koliko?", "{count} dana.", "„Dobro.“", "Idemo…"]),
    ("cnr", "1 – Da\n2 – Ne", ["1 – Da", "2 – Ne"]),
    ("sq", "Neni 5, fq. 3, p.sh. kjo. Ejani.", ["Neni 5, fq. 3, p.sh. kjo.", "Ejani."]),
    ("en", "Bring a paper, e.g. a bill. Thank you.", ["Bring a paper, e.g. a bill.", "Thank you."]),
    ("en", "The answer is no. Please ask.", ["The answer is no.", "Please ask."]),
]


@pytest.mark.parametrize(("language", "text", "parts"), SPLIT)
def test_a_sentence_ends_where_a_reader_ends_it(language: str, text: str, parts: list[str]) -> None:
    assert list(sentences(text, language)) == parts


@pytest.mark.parametrize(
    ("sentence", "count"),
    [("", 0), ("– …", 0), ("Rok je 5. mart.", 4), ("{place:in} – da, {n}!", 3), ("067 123 456", 3)],
)
def test_a_word_is_what_stands_between_spaces(sentence: str, count: int) -> None:
    assert words(sentence) == count


def test_the_longest_sentence_is_the_one_to_shorten() -> None:
    assert longest("Da. Ponesite ličnu kartu. Hvala.", "cnr") == "Ponesite ličnu kartu."
    assert longest("", "cnr") == ""


@given(st.text())
def test_no_word_is_lost_between_sentences(text: str) -> None:
    assert sum(map(words, sentences(text, "cnr"))) == words(text)
