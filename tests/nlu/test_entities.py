"""What a message names: services, municipalities, topics, languages, references, however they are written."""

import pytest

from nlu.embedded import Embedded


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("Andrijevici", "andrijevica"),
        ("u Baru", "bar"),
        ("u Beranama", "berane"),
        ("iz Bijelog Polja", "bijelo-polje"),
        ("u Budvi", "budva"),
        ("na Cetinju", "cetinje"),
        ("iz Danilovgrada", "danilovgrad"),
        ("u Gusinju", "gusinje"),
        ("u Herceg Novom", "herceg-novi"),
        ("u Kolašinu", "kolasin"),
        ("iz Kotora", "kotor"),
        ("u Mojkovcu", "mojkovac"),
        ("nikšićka opština", "niksic"),
        ("u Petnjici", "petnjica"),
        ("u Plavu", "plav"),
        ("iz Pljevalja", "pljevlja"),
        ("u Plužinama", "pluzine"),
        ("u Podgorici", "podgorica"),
        ("u Rožajama", "rozaje"),
        ("u Šavniku", "savnik"),
        ("u Tivtu", "tivat"),
        ("u Tuzima", "tuzi"),
        ("iz Ulcinja", "ulcinj"),
        ("sa Žabljaka", "zabljak"),
        ("opština Zeta", "zeta"),
    ],
)
def test_every_municipality_is_known_in_its_cases(engine: Embedded, text: str, municipality: str) -> None:
    assert engine.entities(text) == {"municipality": municipality}


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("у Херцег Новом", "herceg-novi"),
        ("ПЉЕВЉА", "pljevlja"),
        ("Никшић", "niksic"),
        ("Komuna e Ulqinit", "ulcinj"),
        ("në Ulqin", "ulcinj"),
        ("ne Tuz", "tuzi"),
        ("Podgoricës", "podgorica"),
        ("Gucisë", "gusinje"),
        ("në Plavë", "plav"),
        ("Nikshiqit", "niksic"),
        ("Rozhajë", "rozaje"),
        ("kolasin", "kolasin"),
        ("hercegnovi", "herceg-novi"),
        ("b.polje", "bijelo-polje"),
        ("bjelo polje", "bijelo-polje"),
        ("podgrica", "podgorica"),
        ("zabljk", "zabljak"),
        ("Danilovgrd", "danilovgrad"),
        ("u Podgorcii", "podgorica"),
    ],
)
def test_both_scripts_albanian_names_and_slips_are_read(engine: Embedded, text: str, municipality: str) -> None:
    assert engine.entities(text) == {"municipality": municipality}


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("Igalo", "herceg-novi"),
        ("u Sutomoru", "bar"),
        ("Petrovac", None),
        ("mi smo iz Petrovca", "budva"),
        ("Golubovci", "zeta"),
        ("në Katërkollë", "ulcinj"),
        ("Malësi", "tuzi"),
        ("Ivangrad", "berane"),
    ],
)
def test_a_settlement_stands_for_its_municipality(engine: Embedded, text: str, municipality: str | None) -> None:
    assert engine.entities(text).get("municipality") == municipality


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("Porez HN", "herceg-novi"),
        ("stan u PG", "podgorica"),
        ("BP", "bijelo-polje"),
        ("PL", "plav"),
        ("PV", "pljevlja"),
        ("porez hn", None),
        ("KO ima pravo", None),
        ("KOLIKO DAJE OPŠTINA BA ZA BEBU", None),
    ],
)
def test_a_code_counts_in_capitals_only(engine: Embedded, text: str, municipality: str | None) -> None:
    assert engine.entities(text).get("municipality") == municipality


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("Tivar", "bar"),
        ("Otvaram bar u Baru", "bar"),
        ("otvaram bar", None),
        ("bar mi recite koliko", None),
        ("beach bar in Ulcinj", "ulcinj"),
        ("bar", "bar"),
        ("opština Bar", "bar"),
        ("plav kafić", None),
        ("plava boja", None),
        ("u Plavu", "plav"),
        ("komšija me tuzi", None),
        ("u novom stanu", None),
        ("pomoć za bebu u Novom", "herceg-novi"),
        ("Petar Petrović", None),
        ("moj sin Vladimir", None),
    ],
)
def test_a_word_of_two_meanings_is_a_place_only_where_it_means_one(
    engine: Embedded, text: str, municipality: str | None
) -> None:
    assert engine.entities(text).get("municipality") == municipality


def test_of_two_places_the_one_lived_in_counts(engine: Embedded) -> None:
    assert engine.entities("Fmija osht lind ne Tivar po jetojm ne Ulqin")["municipality"] == "ulcinj"
    assert engine.entities("beba rođena u Podgorici a živimo u Budvi")["municipality"] == "budva"
    assert engine.entities("prebivaliste u Tivtu, on je iz Bara")["municipality"] == "tivat"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("pomoć za bebu", "newborn_aid"),
        ("накнада за новорођено дијете", "newborn_aid"),
        ("novorodence", "newborn_aid"),
        ("naknada za moje drugo dijete", "newborn_aid"),
        ("ndihmë për të porsalindur", "newborn_aid"),
        ("t'porsalindur", "newborn_aid"),
        ("aid for my newborn", "newborn_aid"),
        ("porez na kuću", "property_tax"),
        ("porez na apartman", "property_tax"),
        ("tatimi në pronë", "property_tax"),
        ("property tax", "property_tax"),
        ("dozvola za kafić", "hospitality_permit"),
        ("otvaram bar u Baru", "hospitality_permit"),
        ("leje për restorant", "hospitality_permit"),
        ("rent rooms to tourists", "hospitality_permit"),
        ("porez na dohodak", None),
        ("income tax", None),
        ("leje ndërtimi", None),
        ("kolica za bebu", None),
        ("dobar dan", None),
    ],
)
def test_a_service_is_known_by_any_wording(engine: Embedded, text: str, service: str | None) -> None:
    assert engine.entities(text).get("service") == service


@pytest.mark.parametrize(
    "text",
    [
        "KOM-2026-7F3K9A",
        "kom-2026-7f3k9a",
        "КОМ-2026-7F3K9А",
        "ком 2026 7f3k9a",
        "KOM20267F3K9A",
        "KOM–2026–7F3K9A",
        "moj broj je KOM 2026 7F3 K9A, hvala",
    ],
)
def test_a_reference_is_read_however_it_is_copied(engine: Embedded, text: str) -> None:
    assert engine.entities(text) == {"reference": "KOM-2026-7F3K9A"}


@pytest.mark.parametrize("text", ["KOM-2026", "KOM-26-7F3K9A", "XKOM-2026-7F3K9A", "kom 2026", "7F3K9A"])
def test_half_a_reference_is_none(engine: Embedded, text: str) -> None:
    assert "reference" not in engine.entities(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("na ćirilici", "cnr-Cyrl"),
        ("пишите ћирилицом", "cnr-Cyrl"),
        ("latinica", "cnr"),
        ("crnogorski", "cnr"),
        ("a flisni shqip", "sq"),
        ("albanski", "sq"),
        ("engleski", "en"),
        ("anglisht", "en"),
        ("English please", "en"),
        ("my wife is Montenegrin", None),
        ("Crnogorskih serdara 5", None),
    ],
)
def test_a_language_is_known_by_the_names_people_give_it(engine: Embedded, text: str, language: str | None) -> None:
    assert engine.entities(text).get("language") == language


@pytest.mark.parametrize(
    ("text", "topic"), [("nema vode", "water"), ("s'ka rrymë", "power"), ("road closed", "roads"), ("zdravo", None)]
)
def test_a_topic_is_known(engine: Embedded, text: str, topic: str | None) -> None:
    assert engine.entities(text).get("topic") == topic
