"""A message is answered in its own language; a name, a date or a place changes nothing."""

import pytest

from nlu.embedded import Embedded


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("zdravo", "cnr"),
        ("здраво", "cnr-Cyrl"),
        ("dobar dan", "cnr"),
        ("hvala", "cnr"),
        ("përshëndetje", "sq"),
        ("pershendetje", "sq"),
        ("tung", "sq"),
        ("faleminderit", "sq"),
        ("hello", "en"),
        ("hi", "en"),
        ("thanks", "en"),
        ("pomoć", "cnr"),
        ("ndihmë", "sq"),
        ("help", "en"),
    ],
)
def test_a_greeting_tells_its_language(engine: Embedded, text: str, language: str) -> None:
    assert engine.understand(text).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("kolko se ceka na pare", "cnr"),
        ("колико се чека на паре", "cnr-Cyrl"),
        ("Đe da predam papire u Ulqinu", "cnr"),
        ("qysh me e dorzu kerkesen", "sq"),
        ("sa pare jep komuna e Herceg Novit", "sq"),
        ("how do I get the money in Kotor", "en"),
        ("my name is Ana Marković from Nikšić", "en"),
        ("where is opština Bar", "en"),
        ("E đe si komšo", "cnr"),
    ],
)
def test_a_short_sentence_tells_its_language(engine: Embedded, text: str, language: str) -> None:
    assert engine.understand(text).language == language


@pytest.mark.parametrize(
    "text",
    [
        "Ana Marković",
        "Ана Марковић",
        "Arben Gjoka",
        "arben gjoka",
        "ana hoxha",
        "jelena camaj",
        "Petar Petrović Njegoš",
        "Marko",
        "5. mart 2026",
        "5 mars",
        "15 prill",
        "5 March 2026",
        "05.03.2026.",
        "ME25 5100 0000 0906 8014 36",
        "510-9068014-36",
        "067 123 456",
        "Podgorica",
        "në Ulqin",
        "u Kotoru",
        "Njegoševa 5, Cetinje",
        "Bulevar Skenderbeu 12",
        "Hipotekarna banka",
        "KOM-2026-7F3K9A",
        "ok",
        "stop",
        "no",
        "dje",
        "2",
        "😀",
        "",
        "налог на недвижимость",
        "你好",
    ],
)
def test_what_tells_no_language_changes_none(engine: Embedded, text: str) -> None:
    assert engine.understand(text).language is None
