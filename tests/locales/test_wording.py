"""A phrase in the words of a language: values, tiers, and what must never change."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import LANGUAGES, Tier
from locales.catalogues import BrokenCatalogue, Catalogue, catalogue, load
from locales.phrase import Euro, Phrase, Value, say
from locales.wording import word

MONDAY = date(2026, 3, 9)
SPACE = "\N{NO-BREAK SPACE}"

VALUES: list[tuple[str, str, Value, str]] = [
    ("cnr", "{x}", MONDAY, "9. mart 2026."),
    ("cnr", "{x:of}", MONDAY, "9. marta 2026."),
    ("cnr", "{x:weekday}", MONDAY, "ponedjeljak, 9. mart 2026."),
    ("cnr-Cyrl", "{x:weekday}", MONDAY, "понедјељак, 9. март 2026."),
    ("cnr-Cyrl", "{x:of}", date(2026, 9, 1), "1. септембра 2026."),
    ("sq", "{x}", MONDAY, "9 mars 2026"),
    ("sq", "{x:weekday}", MONDAY, "e hënë, 9 mars 2026"),
    ("en", "{x}", MONDAY, "9 March 2026"),
    ("en", "{x:weekday}", MONDAY, "Monday 9 March 2026"),
    ("cnr", "{x}", Euro(123450), f"1.234,50{SPACE}€"),
    ("cnr-Cyrl", "{x}", Euro(123450), f"1.234,50{SPACE}€"),
    ("sq", "{x}", Euro(123450), f"1{SPACE}234,50{SPACE}€"),
    ("en", "{x}", Euro(123450), "€1,234.50"),
    ("cnr", "{x}", Euro(90000), f"900{SPACE}€"),
    ("en", "{x}", Euro(90000), "€900"),
    ("cnr", "{x}", Euro(5), f"0,05{SPACE}€"),
    ("cnr", "{x}", 12345, "12.345"),
    ("sq", "{x}", 12345, f"12{SPACE}345"),
    ("en", "{x}", 12345, "12,345"),
]

MONEY_IN_WORDS = [
    ("cnr", 4550, "45 eura i 50 centi"),
    ("cnr", 100, "1 euro"),
    ("cnr", 2102, "21 euro i 2 centa"),
    ("cnr", 90000, "900 eura"),
    ("cnr", 1, "1 cent"),
    ("cnr", 0, "0 eura"),
    ("cnr-Cyrl", 4550, "45 еура и 50 центи"),
    ("sq", 4550, "45 euro e 50 centë"),
    ("sq", 100, "1 euro"),
    ("en", 4501, "45 euros and 1 cent"),
    ("en", 100, "1 euro"),
]

PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\n"

msgid "Please bring your identity card."
msgstr "Molimo ponesite ličnu kartu."

msgctxt "simple"
msgid "Please bring your identity card."
msgstr "Ponesite ličnu kartu."

msgctxt "simple"
msgid "Yes"
msgstr ""

#, fuzzy
msgid "No"
msgstr "Možda"

msgid "{count} choice"
msgid_plural "{count} choices"
msgstr[0] "{count} izbor"
msgstr[1] "{count} izbora"
msgstr[2] "{count} izbora!"
"""


@pytest.fixture
def montenegrin(tmp_path: Path) -> Catalogue:
    path = tmp_path / "common.po"
    path.write_text(PO, encoding="utf-8")
    return catalogue(path)


@pytest.mark.parametrize(("language", "text", "value", "shown"), VALUES)
def test_a_value_is_written_as_people_write_it(language: str, text: str, value: Value, shown: str) -> None:
    assert word(say(text, x=value), language) == shown


@pytest.mark.parametrize(("language", "cents", "shown"), MONEY_IN_WORDS)
def test_money_is_in_words_in_the_simple_tier(language: str, cents: int, shown: str) -> None:
    assert word(say("{x}", x=Euro(cents)), language, Tier.SIMPLE) == shown


@pytest.mark.parametrize("language", LANGUAGES)
@given(words=st.text())
def test_a_citizens_own_words_are_never_changed(language: str, words: str) -> None:
    assert word(say("{words}", words=words), language) == words


def test_a_phrase_may_stand_in_a_phrase() -> None:
    inner = say("{day}", day=MONDAY)

    assert word(say("{label}: {value}", label="Rođena", value=inner), "cnr-Cyrl") == "Rođena: 9. март 2026."


def test_a_date_that_ends_a_sentence_ends_it_once() -> None:
    assert word(say("{day}.", day=MONDAY), "cnr") == "9. mart 2026."
    assert word(say("{day}.", day=MONDAY), "en") == "9 March 2026."
    assert word(say("{day}...", day=MONDAY), "cnr") == "9. mart 2026...."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_has_translated_is_said_in_english_and_in_its_own_letters(language: str) -> None:
    assert word(say("This was never translated."), language) == "This was never translated."


@pytest.mark.parametrize(("count", "said"), [(1, "1 untranslated thing"), (21, "21 untranslated things")])
def test_english_counts_the_english_way_in_every_language(count: int, said: str) -> None:
    phrase = Phrase("{count} untranslated thing", plural="{count} untranslated things", count=count)

    assert [word(phrase, language) for language in LANGUAGES] == [said] * len(LANGUAGES)


def test_a_mistake_in_a_text_does_not_stop_the_talk() -> None:
    assert word(say("{day:century} {missing}", day=MONDAY), "en") == "9 March 2026 {missing}"


def test_a_language_that_is_not_ours_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        word(say("Yes"), "xx")


def test_the_simple_text_is_found_where_there_is_one(montenegrin: Catalogue) -> None:
    phrase = say("Please bring your identity card.")

    assert montenegrin.find(phrase, "simple") == "Ponesite ličnu kartu."
    assert montenegrin.find(phrase, None) == "Molimo ponesite ličnu kartu."


def test_an_empty_or_doubtful_translation_is_none(montenegrin: Catalogue) -> None:
    assert montenegrin.find(say("Yes"), "simple") is None
    assert montenegrin.find(say("No"), None) is None


@pytest.mark.parametrize(
    ("count", "form"), [(1, "izbor"), (2, "izbora"), (5, "izbora!"), (11, "izbora!"), (21, "izbor")]
)
def test_montenegrin_counts_in_three_forms(montenegrin: Catalogue, count: int, form: str) -> None:
    phrase = Phrase("{count} choice", plural="{count} choices", count=count)

    assert montenegrin.find(phrase, None) == f"{{count}} {form}"


@pytest.mark.parametrize("text", ['msgid "At {hour}"\nmsgstr "U {hour"\n', "zdravo"])
def test_a_broken_catalogue_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "common.po"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BrokenCatalogue, match=r"common\.po"):
        catalogue(path)


def test_no_catalogue_of_ours_is_broken() -> None:
    load()
