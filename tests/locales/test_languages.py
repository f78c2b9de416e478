"""Which languages there are, and which one a citizen is taken to want."""

import pytest
from babel import Locale

from locales import DEFAULT, LANGUAGES, html_tag, match, own_name
from locales.languages import SPOKEN, Language

HINTS = {
    "cnr": "cnr",
    "cnr-ME": "cnr",
    "me": "cnr",
    "sr": "cnr",
    "sr-Latn-ME": "cnr",
    "sr_RS": "cnr",
    "hr-HR": "cnr",
    "bs": "cnr",
    "cnr-Cyrl": "cnr-Cyrl",
    "sr-Cyrl": "cnr-Cyrl",
    "sr-Cyrl-ME": "cnr-Cyrl",
    "SR_CYRL_RS": "cnr-Cyrl",
    "sq": "sq",
    "sq-ME": "sq",
    "sq-XK": "sq",
    "en": "en",
    "en-GB": "en",
    "de-DE,en;q=0.5": "en",
    "en;q=0.3, sq;q=0.9": "sq",
    "sr-Latn-ME,sr;q=0.9,en;q=0.8": "cnr",
    "de, sq;q=0, en;q=0.1": "en",
}


def test_the_languages_come_in_the_order_they_are_offered_in() -> None:
    assert LANGUAGES == ("cnr", "cnr-Cyrl", "sq", "en")
    assert DEFAULT == "cnr"


def test_each_language_is_offered_by_the_name_its_speakers_use() -> None:
    assert [own_name(tag) for tag in LANGUAGES] == ["crnogorski", "црногорски", "shqip", "English"]


def test_screen_readers_get_a_tag_they_have_a_voice_for() -> None:
    assert [html_tag(tag) for tag in LANGUAGES] == ["sr-Latn-ME", "sr-Cyrl-ME", "sq", "en"]


@pytest.mark.parametrize(("hint", "language"), HINTS.items())
def test_a_browser_or_platform_is_answered_in_the_language_it_asks_for(hint: str, language: str) -> None:
    assert match(hint) == language


@pytest.mark.parametrize("hint", ["", "de", "zh-Hant", "*", "x", ";q=1", "en;q=high", "mk", "ru-RU", ",,;;"])
def test_a_hint_that_names_no_language_of_ours_gives_the_first(hint: str) -> None:
    assert match(hint) == DEFAULT


@pytest.mark.parametrize("language", SPOKEN.values(), ids=SPOKEN.keys())
def test_babel_writes_the_script_of_the_language(language: Language) -> None:
    script = Locale.parse(language.babel).script

    assert (script == "Cyrl") == (language.written_in is not None)


@pytest.mark.parametrize("language", SPOKEN.values(), ids=SPOKEN.keys())
def test_a_language_names_every_month_and_weekday(language: Language) -> None:
    dates = language.dates

    assert [len(set(dates.months)), len(set(dates.months_of)), len(set(dates.weekdays))] == [12, 12, 7]
