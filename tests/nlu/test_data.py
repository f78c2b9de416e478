"""The training sentences: enough of them, none twice, none that mean two things, none that is tested with."""

import tomllib
from collections import Counter, defaultdict

import pytest

from nlu.concepts import faults
from nlu.corpus import OUT_OF_SCOPE, Corpus
from nlu.entities import Entities
from nlu.scoring import read_cases
from nlu.text import fold, words
from tests.nlu.conftest import ROOT

FEWEST = 120
FEWEST_OUT_OF_SCOPE = 600
FEWEST_HELD_OUT = 12
INTENTS = {
    "affirm", "apply", "ask_amount", "ask_appeal", "ask_deadline", "ask_documents", "ask_duration", "ask_eligibility",
    "ask_fee", "ask_office", "ask_service_info", "bot_identity", "cancel", "change_language", "check_status",
    "delete_data", "deny", "go_back", "goodbye", "greet", "help", "human", "latest_notices",
    "list_services", "main_menu", "out_of_scope", "pay", "privacy", "read_aloud", "repeat", "resume_application",
    "simple_mode_off", "simple_mode_on", "subscribe", "thank", "unsubscribe", "withdraw_application",
}  # fmt: skip


def _fewest(intent: str) -> int:
    return FEWEST_OUT_OF_SCOPE if intent == OUT_OF_SCOPE else FEWEST


def test_every_language_teaches_every_intent_of_the_contract(corpus: Corpus) -> None:
    taught = {(sentence.language, sentence.intent) for sentence in corpus.sentences}

    assert taught == {(language, intent) for language in corpus.languages for intent in INTENTS}


def test_every_intent_has_enough_sentences(corpus: Corpus) -> None:
    counts = Counter((sentence.language, sentence.intent) for sentence in corpus.sentences)

    assert {key: count for key, count in counts.items() if count < _fewest(key[1])} == {}


def test_no_sentence_is_taught_twice(corpus: Corpus) -> None:
    counts = Counter((sentence.language, fold(sentence.text)) for sentence in corpus.sentences)

    assert [sentence for sentence, count in counts.items() if count > 1] == []


def test_no_sentence_means_two_things(corpus: Corpus) -> None:
    meanings = defaultdict(set)
    for sentence in corpus.sentences:
        meanings[fold(sentence.text)].add(sentence.intent)

    assert {text: intents for text, intents in meanings.items() if len(intents) > 1} == {}


def test_every_municipality_of_the_catalogue_can_be_named(corpus: Corpus) -> None:
    catalogue = tomllib.loads((ROOT / "dialogs" / "municipalities.toml").read_text())

    assert set(corpus.wordings["municipality"].synonyms) == set(catalogue)


@pytest.mark.parametrize("language", ["cnr", "sq", "en"])
def test_held_out_sentences_are_many_and_none_is_taught(corpus: Corpus, language: str) -> None:
    taught = {fold(sentence.text) for sentence in corpus.sentences}
    held_out = read_cases(ROOT / "tests" / "nlu" / f"{language}.jsonl")

    assert [case.text for case in held_out if fold(case.text) in taught] == []
    counts = Counter(case.intent for case in held_out)
    assert {intent: counts[intent] for intent in INTENTS if counts[intent] < FEWEST_HELD_OUT} == {}


def test_concepts_are_the_same_in_every_language_and_catch_no_strangers(corpus: Corpus) -> None:
    assert list(faults(corpus.concepts)) == []


def test_what_is_marked_in_a_sentence_is_found(corpus: Corpus) -> None:
    entities = Entities(corpus.wordings)
    marked = [sentence for sentence in corpus.sentences if sentence.entities]
    found = {sentence.text: entities.find(words(sentence.text)).values for sentence in marked}

    assert marked
    assert [sentence.text for sentence in marked if not {*sentence.entities} <= {*found[sentence.text].items()}] == []
