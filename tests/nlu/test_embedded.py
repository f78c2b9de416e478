"""The engine that every town has: what it makes of a message, and how it keeps what it has learnt."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu import Decision
from nlu.embedded import Embedded
from tests.nlu.conftest import DATA

ABOUT = "scripts:\n  Latn: en\ndictionary: en\n"
SENTENCES = {
    "greet": ["hello", "good morning", "hi there", "good evening to you", "hey neighbour", "greetings"],
    "help": ["help", "please help me", "what can you do", "how does this work", "I need help", "show me how"],
    "out_of_scope": ["passport", "driving licence", "weather tomorrow", "tell me a joke", "bus timetable", "pension"],
}


def _write_data(data: Path, sentences: dict[str, list[str]]) -> None:
    folder = data / "en"
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in sentences.items()
    ]
    (folder / "about.yml").write_text(ABOUT)
    (folder / "talk.yml").write_text('version: "3.1"\nnlu:\n' + "".join(blocks))
    shutil.copy(DATA / "en" / "topic.yml", folder)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small `data` and the `cache` of its model."""
    folder = tmp_path_factory.mktemp("small")
    _write_data(folder / "data", SENTENCES)
    Embedded.open(folder / "data", folder / "cache")
    return folder


@pytest.fixture
def small(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "copy"))


def _models(folder: Path) -> list[Path]:
    return list((folder / "cache").glob("*"))


def test_a_second_start_uses_what_the_first_one_learnt(small: Path) -> None:
    [model] = _models(small)
    before = model.stat().st_mtime_ns

    engine = Embedded.open(small / "data", small / "cache")

    assert engine.understand("hello").intent == "greet"
    assert [path.stat().st_mtime_ns for path in _models(small)] == [before]


def test_changed_sentences_are_learnt_at_the_next_start(small: Path) -> None:
    [old] = _models(small)
    _write_data(small / "data", SENTENCES | {"thank": ["thanks", "thank you", "many thanks", "cheers", "thanks a lot"]})

    engine = Embedded.open(small / "data", small / "cache")

    assert engine.understand("thank you so much").intent == "thank"
    assert [path != old for path in _models(small)] == [True]


@pytest.mark.parametrize("damage", [b"nonsense", None])
def test_a_damaged_model_is_learnt_anew(small: Path, damage: bytes | None) -> None:
    [model] = _models(small)
    whole = model.read_bytes()
    model.write_bytes(whole[: len(whole) // 2] if damage is None else damage)

    engine = Embedded.open(small / "data", small / "cache")

    assert engine.understand("hello").intent == "greet"
    assert model.stat().st_size == len(whole)


@pytest.mark.parametrize("absent", ["out_of_scope", "greet"])
def test_sentences_that_are_all_ours_or_few_kinds_can_be_learnt(trained: Path, tmp_path: Path, absent: str) -> None:
    others = tmp_path / "others"
    _write_data(others, {intent: texts for intent, texts in SENTENCES.items() if intent != absent})
    (others / "en" / "about.yml").unlink()

    engine = Embedded.open(trained / "data", tmp_path / "cache", others)

    meaning = engine.understand("help me please with this")
    assert meaning.intent == "help"
    assert meaning.decision is not Decision.REFUSE
    assert [path.name.split("-")[0] for path in (tmp_path / "cache").glob("*")] == ["others"]


@pytest.mark.parametrize("text", ["Zdravo", "ЗДРАВО!", "zdravo :)", "  zdravo  "])
def test_a_learnt_sentence_is_certain_however_it_is_written(engine: Embedded, text: str) -> None:
    meaning = engine.understand(text)

    assert (meaning.intent, meaning.confidence, meaning.decision) == ("greet", 1.0, Decision.ANSWER)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *((word, "repeat") for word in ("ponovi", "понови", "përsërit", "perserit", "repeat", "ponvi", "repaet")),
        *((word, "go_back") for word in ("nazad", "назад", "prapa", "kthehu", "back", "nzad")),
        *((word, "help") for word in ("pomoć", "pomoc", "помоћ", "ndihmë", "ndihme", "help")),
        *((word, "cancel") for word in ("stop", "prekini", "ndal", "cancel", "prkini")),
        *((word, "resume_application") for word in ("nastavi", "vazhdo", "continue", "nastvi")),
        *((word, "human") for word in ("čovjek", "covjek", "човјек", "službenik", "njeri", "human")),
        *((word, "simple_mode_on") for word in ("jednostavnije", "më thjesht", "me thjesht", "simpler")),
        *((word, "main_menu") for word in ("početak", "meni", "fillimi", "menu")),
        *((word, "change_language") for word in ("jezik", "gjuha", "language")),
        *((word, "affirm") for word in ("da", "po", "yes", "jes", "daaa")),
        *((word, "deny") for word in ("ne", "jo", "no", "nijesam", "joo")),
        *((word, "thank") for word in ("hvala", "fala", "flm", "thanks", "hvalaa")),
    ],
)
def test_commands_of_one_word_always_work(engine: Embedded, text: str, intent: str) -> None:
    meaning = engine.understand(text)

    assert (meaning.intent, meaning.decision) == (intent, Decision.ANSWER)
    assert meaning.confidence >= 0.8


@pytest.mark.parametrize(
    "text", ["", "   ", "😀", "🤷🏽‍♀️ 👶", "...", "12", "067 123 456", "wqeqwe zxczxc", "a" * 10_000, "\0\x1b"]
)
def test_what_says_nothing_is_refused_without_confidence(engine: Embedded, text: str) -> None:
    meaning = engine.understand(text)

    assert (meaning.intent, meaning.confidence, meaning.decision) == ("out_of_scope", 0.0, Decision.REFUSE)


@pytest.mark.parametrize("text", ["Podgorica", "u Kotoru", "në Ulqin", "Herceg Novi", "in Bar"])
def test_a_place_alone_is_an_answer_and_no_wish(engine: Embedded, text: str) -> None:
    meaning = engine.understand(text)

    assert (meaning.intent, meaning.decision) == ("out_of_scope", Decision.REFUSE)
    assert set(meaning.entities) == {"municipality"}


@pytest.mark.parametrize(
    "text", ["treba mi pasoš", "kako da izvadim ličnu kartu", "upis u vrtić", "si është moti", "tell me a joke"]
)
def test_what_is_not_ours_is_refused(engine: Embedded, text: str) -> None:
    assert engine.understand(text).decision is Decision.REFUSE


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hvala puno, a koliko se to plaća?", "ask_fee"),
        ("Поздрав, треба ми број телефона општине", "ask_office"),
        ("Mirëdita, a mund të më thoni orarin e komunës?", "ask_office"),
        ("flm, edhe diçka, ku e gjej formularin", "ask_documents"),
        ("thanks! and how do I pay?", "pay"),
        ("yes but how long does it take", "ask_duration"),
        ("no thanks", "deny"),
        ("hvala, to je sve", "thank"),
    ],
)
def test_a_courtesy_before_a_wish_is_not_the_wish(engine: Embedded, text: str, intent: str) -> None:
    assert engine.understand(text).intent == intent


def test_a_number_of_an_application_is_more_than_the_words_around_it(engine: Embedded) -> None:
    meaning = engine.understand("a KOM-2026-222222")

    assert meaning.intent == "check_status"


def test_whatever_is_said_three_meanings_are_ranked(engine: Embedded) -> None:
    texts = ("", "Podgorica", "tell me a joke", "kada i gdje da predam zahtjev", "hvala")

    assert [
        len({meaning.intent, *dict(meaning.alternatives)} - {"out_of_scope"}) >= 3
        for meaning in map(engine.understand, texts)
    ] == [True] * 5


def test_a_doubtful_sentence_is_asked_back_with_the_likely_meanings(engine: Embedded) -> None:
    meaning = engine.understand("gdje i koliko")

    assert meaning.decision is Decision.ASK
    assert {meaning.intent, meaning.alternatives[0][0]} == {"ask_office", "ask_amount"}
    assert "out_of_scope" not in dict(meaning.alternatives)


def test_alternatives_are_the_next_likeliest_best_first(engine: Embedded) -> None:
    meaning = engine.understand("koliko se čeka i koliko para dobijem")

    confidences = [meaning.confidence, *dict(meaning.alternatives).values()]
    assert confidences == sorted(confidences, reverse=True)
    assert meaning.intent not in dict(meaning.alternatives)


def test_a_municipality_in_a_sentence_does_not_make_it_ours(engine: Embedded) -> None:
    assert engine.understand("hotel u Budvi").decision is Decision.REFUSE
    assert engine.understand("kakvo je vrijeme u Kotoru").decision is Decision.REFUSE


@given(text=st.text(max_size=400))
def test_no_text_is_too_much(engine: Embedded, text: str) -> None:
    meaning = engine.understand(text)

    assert 0.0 <= meaning.confidence <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>" * 400,
        "'; DROP TABLE citizens; --",
        "z\u0300\u0301\u0302" * 5_000,
        "\u202e\u200f" * 5_000,
        "qwzx " * 2_000,
        "ﷺ" * 10_000,
    ],
)
def test_hostile_text_is_understood_as_nothing_of_ours(engine: Embedded, text: str) -> None:
    assert engine.understand(text).decision is not Decision.ANSWER
