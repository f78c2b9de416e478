"""Montenegrin in both alphabets: nothing lost, nothing mixed, nothing written that is not a word of the language."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from locales.alphabet import cyrillic, latin

WRITTEN = {
    "Dobar dan, komšija!": "Добар дан, комшија!",
    "Ljubav, Njegoš, Džep": "Љубав, Његош, Џеп",
    "LJUBAV, NJEGOŠ, DŽEP": "ЉУБАВ, ЊЕГОШ, ЏЕП",
    "đak, đe, novorođenče": "ђак, ђе, новорођенче",
    "śutra, źenica, ŚUTRA": "с́утра, з́еница, С́УТРА",
    "injekcija, Konjugacija, konjunktura": "инјекција, Конјугација, конјунктура",
    "konj, konjušar, kanjon, inje": "коњ, коњушар, кањон, иње",
    "nadživjeti, odživjeti, podžariti, predželudac": "надживјети, одживјети, поджарити, преджелудац",
    "odžak, nadžak, narudžba, budžet, Hodžić": "оџак, наџак, наруџба, буџет, Хоџић",
    "Tanjug": "Танјуг",
    "JMBG i PIB, JP, DOO": "ЈМБГ и ПИБ, ЈП, ДОО",
    "5-og marta, 2. sprat": "5-ог марта, 2. спрат",
    "Vi, VI odjeljenje, IV crnogorske": "Ви, VI одјељење, IV црногорске",
    "\u01c9ubav, \u01cb\u0045GOŠ": "љубав, ЊЕГОШ",
    "QR-kod i PDF-a": "QR-код и PDF-а",
}

KEPT = [
    "kotor.me",
    "https://kotor.me/novorodjence?a=b",
    "www.podgorica.me",
    "gradjanski.biro@opstinativat.me",
    "ME25510000000906801436",
    "KOM-2026-7F3K9A",
    "PPN-1",
    "EUR",
    "PDF",
    "QR",
    "IBAN",
    "{place:in}",
    "{count}",
    "/start",
    "Ulqin",
    "Wi-Fi",
    "Viberu",
    "80 m2",
    "shqip",
    "Größe",
]

SMALL_CYRILLIC = st.sampled_from([*"абвгдђежзијклљмнњопрстћуфхцчџш", "с́", "з́"])
SMALL_LATIN = st.sampled_from("abcčćdđefghijklmnoprsšśtuvzžź")
LATIN_OR_CYRILLIC = re.compile(r"[^\W\d_]+")


@pytest.mark.parametrize(("latin_text", "cyrillic_text"), WRITTEN.items())
def test_words_are_written_as_a_teacher_would(latin_text: str, cyrillic_text: str) -> None:
    assert cyrillic(latin_text) == cyrillic_text


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_word_of_ours_stays_latin(text: str) -> None:
    assert cyrillic(f"Pišite: {text}, hvala.") == f"Пишите: {text}, хвала."


@pytest.mark.parametrize(
    ("shown", "read"), [("Његош", "Njegoš"), ("ЊЕГОШ", "NJEGOŠ"), ("КОЊ", "KONJ"), ("Њ. Њ.", "Nj. Nj.")]
)
def test_a_capital_digraph_shouts_only_among_capitals(shown: str, read: str) -> None:
    assert latin(shown) == read


@given(st.lists(SMALL_CYRILLIC, min_size=1).map("".join), st.sampled_from([str.lower, str.capitalize]))
def test_nothing_is_lost_on_the_way_to_latin_and_back(letters: str, case: type[str]) -> None:
    word = case(letters)
    # These are the pairs the Latin alphabet itself cannot tell apart; the words that have them are listed.
    assume(not re.search("нј|лј|дж", letters))
    assume(cyrillic(latin(word)) != latin(word))

    assert cyrillic(latin(word)) == word


@given(st.text(SMALL_LATIN, min_size=2), st.sampled_from([str.lower, str.capitalize]))
def test_nothing_is_lost_on_the_way_to_cyrillic_and_back(letters: str, case: type[str]) -> None:
    assert latin(cyrillic(case(letters))) == case(letters)


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_no_word_comes_out_in_two_alphabets(text: str) -> None:
    for word in LATIN_OR_CYRILLIC.findall(cyrillic(text)):
        assert not (re.search("[а-яёђјљњћџА-ЯЁЂЈЉЊЋЏ]", word) and re.search(r"[a-zA-Z\u00c0-\u024f]", word))


@given(st.text())
def test_any_text_can_be_written_and_read(text: str) -> None:
    assert isinstance(latin(cyrillic(text)), str)
