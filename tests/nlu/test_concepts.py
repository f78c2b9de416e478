"""Concepts: what words stand for in every language alike, and what would mislead in a lexicon."""

import pytest

from nlu.concepts import Concepts, faults
from nlu.corpus import Corpus
from nlu.text import fold

LEXICONS = {
    "en": {"COST": ["how much … cost*", "price"], "HOSPITAL": ["hospital", "clinic*"]},
    "sq": {"COST": ["sa kushton", "çmim*"], "HOSPITAL": ["spital*"]},
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("how much does it cost", ["COST"]),
        ("how much would all of that then cost", []),
        ("Sa kushton spitali?", ["COST", "HOSPITAL"]),
        ("cmimet", ["COST"]),
        ("price of the price", ["COST"]),
        ("hospitality", []),
        ("", []),
    ],
)
def test_a_wording_is_found_wherever_its_words_stand_in_order(text: str, found: list[str]) -> None:
    assert Concepts(LEXICONS).find(fold(text).split()) == found


@pytest.mark.parametrize(
    ("lexicon", "fault"),
    [
        ({"COST": ["price"], "HOSPITAL": ["hospital*"], "INN": ["hospitality"]}, "hospital* of HOSPITAL catches"),
        ({"COST": ["pri*"], "HOSPITAL": ["clinic"]}, "too short a stem"),
        ({"COST": ["price", "Price"], "HOSPITAL": ["clinic"]}, "stands there twice"),
        ({"COST": ["…"], "HOSPITAL": ["clinic"]}, "has no word"),
        ({"COST": ["price"]}, "HOSPITAL has no wording"),
    ],
)
def test_what_would_mislead_in_a_lexicon_is_named(lexicon: dict[str, list[str]], fault: str) -> None:
    found = list(faults({"en": lexicon, "sq": {"COST": ["çmim*"], "HOSPITAL": ["spital*"], "INN": ["han"]}}))

    assert any(fault in one for one in found)


@pytest.mark.parametrize(
    ("concept", "texts"),
    [
        ("HOW_MUCH", ["koliko para dobijam", "kolko je to", "sa para jepin", "how much do I get"]),
        ("BIRTH", ["rodila mi se ćerka", "lindi djali", "our son was born"]),
        ("REFUSED", ["odbili su me", "ma refuzuan kërkesën", "they turned me down"]),
        ("WITHDRAW", ["povlačim zahtjev", "dua ta tërheq kërkesën", "I withdraw my application"]),
        ("PASSPORT", ["пасош ми је истекао", "pasaporta", "my passport"]),
    ],
)
def test_the_languages_share_their_concepts(corpus: Corpus, concept: str, texts: list[str]) -> None:
    concepts = Concepts(corpus.concepts)

    assert [text for text in texts if concept not in concepts.find(fold(text).split())] == []
