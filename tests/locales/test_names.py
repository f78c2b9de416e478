"""Names of places, in the form the sentence needs."""

import pytest

from locales import LANGUAGES
from locales.phrase import Name, say
from locales.wording import word

FORMS = [
    ("cnr", "kotor", "Kotor, u Kotoru, iz Kotora, Kotora"),
    ("cnr", "cetinje", "Cetinje, na Cetinju, sa Cetinja, Cetinja"),
    ("cnr", "zabljak", "Žabljak, na Žabljaku, sa Žabljaka, Žabljaka"),
    ("cnr", "herceg-novi", "Herceg Novi, u Herceg Novom, iz Herceg Novog, Herceg Novog"),
    ("cnr", "berane", "Berane, u Beranama, iz Berana, Berana"),
    ("cnr-Cyrl", "pljevlja", "Пљевља, у Пљевљима, из Пљеваља, Пљеваља"),
    ("cnr-Cyrl", "petnjica", "Петњица, у Петњици, из Петњице, Петњице"),
    ("sq", "kotor", "Kotorr, në Kotorr, nga Kotorri, Kotorrit"),
    ("sq", "ulcinj", "Ulqin, në Ulqin, nga Ulqini, Ulqinit"),
    ("en", "kotor", "Kotor, in Kotor, from Kotor, of Kotor"),
]


@pytest.mark.parametrize(("language", "key", "forms"), FORMS)
def test_a_place_stands_in_the_form_that_is_asked_for(language: str, key: str, forms: str) -> None:
    phrase = say("{place}, {place:in}, {place:from}, {place:of}", place=Name(key))

    assert word(phrase, language) == forms


def test_bar_and_tivat_are_not_mixed_up_in_albanian() -> None:
    towns = say("{one}, {other}", one=Name("bar"), other=Name("tivat"))

    assert word(towns, "sq") == "Tivar, Tivat"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_nobody_has_written_down_is_shown_by_its_key(language: str) -> None:
    assert word(say("{place:in}", place=Name("2")), language) == "2"
