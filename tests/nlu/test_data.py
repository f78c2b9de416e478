"""The training sentences: enough of them, none twice, none that mean two things, none that is tested with."""

import json
import tomllib
from collections import Counter, defaultdict

import pytest

from nlu.corpus import Corpus
from nlu.text import fold
from tests.nlu.conftest import ROOT

FEWEST = 40
FEWEST_OUT_OF_SCOPE = 120
FEWEST_LATER = 20
LATER = {"read_aloud", "pay", "subscribe", "unsubscribe", "latest_notices"}
INTENTS = LATER | {
    "affirm", "apply", "ask_amount", "ask_appeal", "ask_deadline", "ask_documents", "ask_duration", "ask_eligibility",
    "ask_fee", "ask_office", "ask_service_info", "bot_identity", "cancel", "change_language", "check_status",
    "delete_data", "deny", "go_back", "goodbye", "greet", "help", "human", "list_services", "main_menu",
    "out_of_scope", "privacy", "repeat", "resume_application", "simple_mode_off", "simple_mode_on", "thank",
    "withdraw_application",
}  # fmt: skip


def _fewest(intent: str) -> int:
    if intent == "out_of_scope":
        return FEWEST_OUT_OF_SCOPE
    return FEWEST_LATER if intent in LATER else FEWEST


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
def test_held_out_sentences_are_not_taught(corpus: Corpus, language: str) -> None:
    taught = {fold(sentence.text) for sentence in corpus.sentences}
    lines = (ROOT / "tests" / "nlu" / f"{language}.jsonl").read_text().splitlines()
    held_out = [fold(json.loads(line)["text"]) for line in lines]

    assert [text for text in held_out if text in taught] == []
