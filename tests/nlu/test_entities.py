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
        ("Bar: ima li vode danas", "bar"),
        ("Bar say no for my café", "bar"),
        ("Bar jednom da mi neko odgovori", None),
        ("Kad igra Zeta protiv Sutjeske", None),
        ("Zeta taxed my field", "zeta"),
        ("beba rođena u Novom Pazaru", None),
        ("kuća mi je nova", None),
        ("leje për piceri", None),
        ("the most recent news", None),
    ],
)
def test_a_word_of_two_meanings_is_a_place_only_where_it_means_one(
    engine: Embedded, text: str, municipality: str | None
) -> None:
    assert engine.entities(text).get("municipality") == municipality


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("Fmija osht lind ne Tivar po jetojm ne Ulqin", "ulcinj"),
        ("beba rođena u Podgorici a živimo u Budvi", "budva"),
        ("prebivaliste u Tivtu, on je iz Bara", "tivat"),
        ("nijesam iz Nikšića nego iz Plužina", "pluzine"),
        ("not Bar, we live in Kotor", "kotor"),
        ("живим у Бару, а имам кућу у Котору", "kotor"),
        ("rekao sam Bar a trebalo Budva", "budva"),
        ("I wrote Budva but my café is in Bar", "bar"),
        ("doselili smo iz Pljevalja u Bar", "bar"),
    ],
)
def test_of_two_places_the_one_the_wish_is_about_counts(engine: Embedded, text: str, municipality: str) -> None:
    assert engine.entities(text)["municipality"] == municipality


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("struja na Koniku", "podgorica"),
        ("у Радовићима", "tivat"),
        ("u Radanovićima", "kotor"),
        ("у Шушњу", "bar"),
        ("në Ostros", "bar"),
        ("n'Vuthaj s'ka drita", "gusinje"),
        ("në Dinoshë", "tuzi"),
        ("kod Murina", "plav"),
        ("Dobra Voda", "bar"),
        ("Blok 5", "podgorica"),
    ],
)
def test_settlements_of_every_coast_and_valley_are_known(engine: Embedded, text: str, municipality: str) -> None:
    assert engine.entities(text).get("municipality") == municipality


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("komuna t'Ulqinit", "ulcinj"),
        ("n’Rozhaj", "rozaje"),
        ("Kotor's tax office", "kotor"),
        ("Barani, ima li struje", "bar"),
        ("Никшићани", "niksic"),
        ("jam ulqinak", "ulcinj"),
        ("n'Zetë ska drita", "zeta"),
        ("n'plav ku bie zyra", "plav"),
    ],
)
def test_a_place_is_known_in_what_is_tied_to_it(engine: Embedded, text: str, municipality: str) -> None:
    assert engine.entities(text).get("municipality") == municipality


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
        ("gruaja lindi", "newborn_aid"),
        ("ka le fmija, a ka nime", "newborn_aid"),
        ("we had a daughter in March", "newborn_aid"),
        ("rješenje za stan", "property_tax"),
        ("колико излазе квадрати", "property_tax"),
        ("papir za smještaj za turiste", "hospitality_permit"),
        ("dozvolla për kafiqin", "hospitality_permit"),
        ("отварам палачинкарницу", "hospitality_permit"),
        ("kolica za bebu", None),
        ("dobar dan", None),
    ],
)
def test_a_service_is_known_by_any_wording(engine: Embedded, text: str, service: str | None) -> None:
    assert engine.entities(text).get("service") == service


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("beba ne spava noću", None),
        ("беба има температуру", None),
        ("pasoš za bebu", None),
        ("pasoš majke za pomoć za bebu", "newborn_aid"),
        ("pushimi i lehonisë", None),
        ("baby passport", None),
        ("I need my birth certificate", None),
        ("restoran za ručak", None),
        ("posao konobara", None),
        ("a table at the best restaurant", None),
        ("porez na auto", None),
        ("taksi", None),
        ("obavještenja o porezima", None),
        ("kredit za stan", None),
        ("tatimi në të ardhurat personale", None),
    ],
)
def test_a_word_of_a_service_names_none_in_other_company(engine: Embedded, text: str, service: str | None) -> None:
    assert engine.entities(text).get("service") == service


@pytest.mark.parametrize(
    ("text", "municipality"),
    [
        ("ја сам Милица Никшић", None),
        ("quhem Agron Ulqinaku", None),
        ("I'm Mrs Nikšić-Brown", None),
        ("lumi Zeta", None),
        ("did Zeta win yesterday", None),
        ("çantë Gucci", None),
        ("çatinë mbi kokë", None),
        ("Petrovac beach restaurant", "budva"),
        ("Berana, linda aty", "berane"),
        ("plav council", "plav"),
        ("UL, apartamente", "ulcinj"),
        ("te Ada e Bunës", "ulcinj"),
    ],
)
def test_people_rivers_and_clubs_are_no_places_but_a_name_may_begin_a_sentence(
    engine: Embedded, text: str, municipality: str | None
) -> None:
    assert engine.entities(text).get("municipality") == municipality


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("планинска колиба за туристе", "hospitality_permit"),
        ("izdajem garsonjeru turistima", "hospitality_permit"),
        ("shpinë ia kena lshu turistave", "hospitality_permit"),
        ("bungalows by the lake for tourists", "hospitality_permit"),
        ("nightclub licence", "hospitality_permit"),
        ("tražim garsonjeru na duže", None),
        ("a hotel for my holiday", None),
        ("what pub shows the match", None),
        ("ono što se plaća na krov nad glavom", "property_tax"),
        ("да измирим обавезу за стан", "property_tax"),
        ("letër për tokë", "property_tax"),
        ("flat of 40 m2, how much per year", "property_tax"),
        ("transfer tax on a flat", None),
        ("šta dobijaš kad rodiš", "newborn_aid"),
        ("рођен син", "newborn_aid"),
        ("familja u shtua me një vajzë", "newborn_aid"),
        ("the stork came", "newborn_aid"),
        ("kad rodi šljiva", None),
        ("ime za bebu", None),
    ],
)
def test_a_service_is_known_by_what_it_is_about(engine: Embedded, text: str, service: str | None) -> None:
    assert engine.entities(text).get("service") == service


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("sobe", "hospitality_permit"),
        ("dvije sobe za ljeto", None),
        ("zahtjev za sobe", "hospitality_permit"),
        ("захтјев за собе", "hospitality_permit"),
        ("leja e hotelit", "hospitality_permit"),
        ("hotel i mirë", None),
        ("permit for rooms", "hospitality_permit"),
        ("any rooms free in July", None),
        ("plaćam za kuću", "property_tax"),
        ("prodajem kuću", None),
    ],
)
def test_a_common_word_names_a_service_only_in_company(engine: Embedded, text: str, service: str | None) -> None:
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
        ("teško čitam ćirilicu, dajte latinicu", "cnr"),
        ("my naški isn't good enough, keep going in English", "en"),
        ("my wife is Montenegrin", None),
        ("Montenegrin citizenship", None),
        ("My English is small", None),
        ("në Shqipëri", None),
        ("Crnogorskih serdara 5", None),
    ],
)
def test_a_language_is_known_by_the_names_people_give_it(engine: Embedded, text: str, language: str | None) -> None:
    assert engine.entities(text).get("language") == language


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("nema vode", "water"),
        ("нема воде", "water"),
        ("taps are dry", "water"),
        ("s'ka rrymë", "power"),
        ("kur vijnë dritat", "power"),
        ("road closed", "roads"),
        ("je li očišćen put", "roads"),
        ("svaki put", None),
        ("sva obavještenja", "all"),
        ("sva obavještenja o vodi", "water"),
        ("asnjë lajmërim më", "all"),
        ("zdravo", None),
    ],
)
def test_a_topic_is_known(engine: Embedded, text: str, topic: str | None) -> None:
    assert engine.entities(text).get("topic") == topic
