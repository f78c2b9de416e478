"""Rasa beside the embedded engine: what it adds, and that nobody notices when it is gone."""

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.assistant import Brain
from bot.brain import open_brain
from bot.store import Store
from nlu import Decision
from nlu.corpus import Corpus, Sentence
from nlu.embedded import Embedded
from nlu.rasa import LONGEST_TEXT, MOST_FAILURES, PAUSE, Rasa
from nlu.rasa_data import lessons
from tests.bot.house import House
from tests.conftest import CACHE
from tests.fakes import rasa_process
from tests.fakes.clock import Clock
from tests.fakes.key import KEY
from tests.fakes.rasa import Rasa as Server
from tests.fakes.rasa import serving

QUESTION = "rekoše mi u kotoru da se nešto dobija za bebu pa pitam vas"
SHORT = timedelta(seconds=0.05)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


@pytest.fixture
def rasa(server: Server, engine: Embedded, corpus: Corpus, clock: Clock) -> Rasa:
    intents = {sentence.intent for sentence in corpus.sentences}
    return Rasa(server.url, engine, intents, clock)


async def test_rasa_tells_the_wish_and_we_tell_what_was_named(server: Server, rasa: Rasa) -> None:
    server.ranks({"ask_office": 0.8, "ask_amount": 0.1, "out_of_scope": 0.05, "apply": 0.03, "pay": 0.01, "help": 0.01})

    meaning = await rasa.understand(QUESTION)

    assert (meaning.intent, meaning.confidence, meaning.decision) == ("ask_office", 0.8, Decision.ANSWER)
    assert meaning.alternatives == (("ask_amount", 0.1), ("apply", 0.03), ("pay", 0.01))
    assert meaning.foreign == 0.05
    assert meaning.entities == {"municipality": "kotor", "service": "newborn_aid"}
    assert meaning.language == "cnr"


@pytest.mark.parametrize(
    ("ranking", "intent", "decision"),
    [
        ({"ask_office": 0.9, "ask_amount": 0.1}, "ask_office", Decision.ANSWER),
        ({"ask_office": 1.0}, "ask_office", Decision.ANSWER),
        ({"ask_office": 0.5, "ask_amount": 0.45}, "ask_office", Decision.ASK),
        ({"ask_office": 0.3, "ask_amount": 0.05}, "ask_office", Decision.ASK),
        ({"out_of_scope": 0.6, "ask_office": 0.4}, "out_of_scope", Decision.REFUSE),
        ({"ask_office": 0.1, "ask_amount": 0.1}, "out_of_scope", Decision.REFUSE),
        ({"out_of_scope": 1.0}, "out_of_scope", Decision.REFUSE),
    ],
)
async def test_a_doubtful_wish_is_asked_about_and_a_foreign_one_refused(
    server: Server, rasa: Rasa, ranking: dict[str, float], intent: str, decision: Decision
) -> None:
    server.ranks(ranking)

    meaning = await rasa.understand(QUESTION)

    assert (meaning.intent, meaning.decision) == (intent, decision)


async def test_rasa_is_never_as_certain_as_a_sentence_learnt_word_for_word(server: Server, rasa: Rasa) -> None:
    server.ranks({"go_back": 1.0})

    assert (await rasa.understand("Ana Marković iz Kotora")).confidence < 1


async def test_rasa_is_asked_in_plain_letters_and_never_told_a_number(server: Server, rasa: Rasa) -> None:
    await rasa.understand("Ђе да однесем захтјев? ЈМБГ 0101900210001")

    assert server.asked == ["dje da odnesem zahtjev jmbg 0000000000000"]


async def test_no_text_is_too_much_for_the_way_there(server: Server, rasa: Rasa) -> None:
    await rasa.understand("pola znaka \ud83d u Kotoru \x00 " * 10_000)

    assert server.asked[0].startswith("pola znaka u kotoru pola")
    assert len(server.asked[0]) <= LONGEST_TEXT


def test_rasa_learns_in_the_same_plain_letters() -> None:
    taught = [Sentence(text, "ask_amount", "cnr") for text in ("Колико пара?", "koliko para", "Čija 2.000 €?", "😀")]

    assert lessons([*taught, Sentence("Hvala!", "thank", "cnr")]) == (
        'version: "3.1"\nnlu:\n'
        "- intent: ask_amount\n  examples: |\n    - koliko para\n    - cija 0 000\n"
        "- intent: thank\n  examples: |\n    - hvala\n"
    )


@pytest.mark.parametrize("text", ["", "😀", "Podgorica", "067 123 456", "nazad", "vazhdo", "go back", "wqeqwe zxczxc"])
async def test_what_needs_no_second_opinion_stays_in_the_house(
    server: Server, rasa: Rasa, engine: Embedded, text: str
) -> None:
    assert await rasa.understand(text) == engine.understand(text)
    assert server.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 500),
        ('{"version": "3.6.21", "status": "failure", "reason": "ParsingError", "code": 500}', 500),
        ("<html>Bad gateway</html>", 502),
        ("", 200),
        ("no JSON", 200),
        ("[]", 200),
        ('{"text": "x", "intent": {"name": null, "confidence": 0.0}, "intent_ranking": []}', 200),
        ('{"intent_ranking": [{"name": "thank"}]}', 200),
        ('{"intent_ranking": [{"name": null, "confidence": 0.9}]}', 200),
        ('{"intent_ranking": [{"name": "thank", "confidence": -1}]}', 200),
        ('{"intent_ranking": [{"name": "thank", "confidence": 7}]}', 200),
        ('{"intent_ranking": [{"name": "thank", "confidence": NaN}]}', 200),
        ('{"intent_ranking": [{"name": "order_pizza", "confidence": 0.9}]}', 200),
    ],
)
async def test_an_answer_without_sense_is_not_noticed(
    server: Server, rasa: Rasa, engine: Embedded, body: str, status: int
) -> None:
    server.answers(body, status)

    assert await rasa.understand(QUESTION) == engine.understand(QUESTION)
    assert len(server.asked) == 1


async def test_nobody_waits_for_a_server_that_hangs(
    server: Server, engine: Embedded, corpus: Corpus, clock: Clock
) -> None:
    server.hangs()
    rasa = Rasa(server.url, engine, {sentence.intent for sentence in corpus.sentences}, clock, timeout=SHORT)

    assert await rasa.understand(QUESTION) == engine.understand(QUESTION)
    assert len(server.asked) == 1


async def test_a_citizen_is_answered_while_no_server_is_there(tmp_path: Path, clock: Clock) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{door.getsockname()[1]}"
        brain = open_brain(CACHE, closed, clock)
        told = await _told("koliko se dobija za bebu u kotoru, molim vas", brain, tmp_path, clock)

    assert "450" in told


async def test_a_server_that_keeps_failing_is_left_alone_and_tried_now_and_then(
    server: Server, rasa: Rasa, engine: Embedded, clock: Clock
) -> None:
    server.answers("", status=500)
    for _ in range(MOST_FAILURES + 5):
        await rasa.understand(QUESTION)
    assert len(server.asked) == MOST_FAILURES

    clock.move(seconds=PAUSE.total_seconds())
    for _ in range(5):
        await rasa.understand(QUESTION)
    assert len(server.asked) == MOST_FAILURES + 1

    server.ranks({"ask_office": 0.9})
    assert await rasa.understand(QUESTION) == engine.understand(QUESTION)
    clock.move(seconds=PAUSE.total_seconds())
    answers = [await rasa.understand(QUESTION) for _ in range(5)]
    assert {answer.intent for answer in answers} == {"ask_office"}
    assert len(server.asked) == MOST_FAILURES + 1 + 5


async def test_a_failure_now_and_then_is_no_reason_to_stop_asking(server: Server, rasa: Rasa) -> None:
    for _ in range(MOST_FAILURES):
        server.answers("", status=500)
        await rasa.understand(QUESTION)
        server.ranks({"ask_office": 0.9})
        await rasa.understand(QUESTION)

    assert len(server.asked) == 2 * MOST_FAILURES


async def test_the_operator_reads_when_it_went_and_came_back_and_no_word_of_a_citizen(
    server: Server, rasa: Rasa, clock: Clock
) -> None:
    server.answers(QUESTION, status=500)
    with capture_logs() as lines:
        for _ in range(MOST_FAILURES + 5):
            await rasa.understand(QUESTION)
        server.ranks({"ask_office": 0.9})
        clock.move(seconds=PAUSE.total_seconds())
        for _ in range(5):
            await rasa.understand(QUESTION)

    assert lines == [
        {"event": "rasa is away", "log_level": "warning", "failures": MOST_FAILURES, "reason": "HTTPStatusError"},
        {"event": "rasa is back", "log_level": "info"},
    ]


async def test_a_citizen_is_answered_by_what_the_real_rasa_has_learnt(
    corpus: Corpus, engine: Embedded, tmp_path: Path, clock: Clock
) -> None:
    stork = [Sentence(f"the stork {did}", "ask_documents", "en") for did in STORK]
    question = "the stork was on the roof in Kotor"
    async with rasa_process.serving([*_a_few(corpus), *stork], tmp_path / "rasa") as address:
        told = await _told(question, open_brain(CACHE, address, clock), tmp_path, clock)

    assert engine.understand(question).intent != "ask_documents"
    assert "papers" in told


STORK = (
    "has landed on our roof",
    "is on the roof of the house",
    "came to us last night",
    "was in the garden",
    "brought us a present",
    "flew over the village and sat down on the roof",
    "was there this morning",
    "sat on the roof",
)


def _a_few(corpus: Corpus) -> list[Sentence]:
    """Thirty English sentences of a handful of intents: learnt in seconds."""
    english = [sentence for sentence in corpus.sentences if sentence.language == "en"]
    intents = ("ask_amount", "ask_documents", "ask_office", "thank", "out_of_scope")
    return [one for intent in intents for one in [each for each in english if each.intent == intent][:30]]


async def _told(question: str, brain: Brain, folder: Path, clock: Clock) -> str:
    store = Store.open(f"sqlite:///{folder}/komshi.db", KEY)
    await store.migrate()
    told = await House(store, brain, clock).hear("anna", question)
    await store.close()
    return "\n".join(told)
