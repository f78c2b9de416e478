"""A form as people fill it: with questions back, numbers that may mean two things, and second thoughts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.catalogue import services
from dialogs.engine import advance
from dialogs.outside import Outside
from dialogs.session import Answer, Place, Session, Turn
from nlu.embedded import Embedded
from tests.dialogs.said import Said

SERVICE = next(iter(services().values()))
FORM = SERVICE.forms[0]
FILLED: dict[str, Answer] = {
    "municipality": "kotor",
    "answered_for": "kotor",
    "relation": "mother",
    "born": "2026-03-05",
    "children": 1,
    "residence": 3,
    "elsewhere": False,
    "applicant": "Ana Marković",
    "child": "Maja Marković",
    "street": "Riva 5",
    "phone": "+38267123456",
    "jmbg": "0101900210001",
    "account": "ME25510000000906801436",
}


Talk = Callable[..., Turn]


@pytest.fixture
def say(engine: Embedded) -> Talk:
    def say(session: Session, *lines: str) -> Turn:
        now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        turn = Turn(session, ())
        for line in lines:
            outside = Outside(now, engine.understand(line), (), "KOM-2026-7F3K9A", "key", True)
            turn = advance(turn.session, Said(line), outside)
        return turn

    return say


def at(step: str, *, without: str = "", **data: Answer) -> Session:
    answers = {FORM.key: {id: value for id, value in FILLED.items() if id != without}}
    place = Place("apply", step, {"service": SERVICE.name, "form": FORM.id, **data})
    return Session("en", municipality="kotor", where=place, answers=answers, drafts=(FORM.key,))


def answers(turn: Turn) -> dict[str, Answer]:
    return dict(turn.session.answers[FORM.key])


def test_everything_reviewed_is_sent_once(say: Talk) -> None:
    sent = say(at("review", key="key"), "send")
    again = say(sent.session, "send", "1")

    assert [order.kind for order in sent.orders] == ["submit"]
    assert "0101900210001" not in str(sent.session)
    assert not again.orders


def test_a_review_with_an_answer_missing_asks_for_it_and_sends_nothing(say: Talk) -> None:
    turn = say(at("review", key="key", without="born"), "status", "send")

    assert not turn.orders
    assert "When was the child born?" in turn.replies[-1].text


def test_answers_about_one_town_are_asked_again_for_another(say: Talk) -> None:
    turn = say(at("town"), "Herceg Novi")

    assert answers(turn)["municipality"] == "herceg-novi"
    assert not answers(turn).keys() & {"residence", "elsewhere", "child_here"}
    assert answers(turn)["born"] == "2026-03-05"


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("elsewhere", "da li to mora oboje?"),
        ("children", "what if it is twins?"),
        ("street", "zašto vam treba adresa"),
        ("child", "шта ако још нема име"),
        ("applicant", "what for"),
    ],
)
def test_a_question_back_is_never_an_answer(say: Talk, id: str, text: str) -> None:
    turn = say(at("question", id=id, without=id), text)

    assert id not in answers(turn)


@pytest.mark.parametrize(
    ("text", "kept", "asked"),
    [("3", 2, False), ("three", None, True), ("5 years", 3, False), ("two years", 2, False), ("Riva 5", None, False)],
)
def test_a_number_in_words_may_be_years_and_is_read_back_first(
    say: Talk, text: str, kept: int | None, asked: bool
) -> None:
    turn = say(at("question", id="residence", without="residence"), text)

    assert answers(turn).get("residence") == kept
    assert ("Is that right?" in turn.replies[-1].text) is asked


def test_not_to_know_is_neither_a_no_nor_a_name(say: Talk) -> None:
    unknown = say(at("question", id="elsewhere", without="elsewhere"), "ne znam")
    unnamed = say(at("question", id="child", without="child"), "beba još nema ime")

    assert "elsewhere" not in answers(unknown)
    assert answers(unnamed)["child"] == "unnamed"


def test_a_correction_that_says_the_new_answer_is_taken_at_once(say: Talk) -> None:
    before = Place("apply", "question", {"service": SERVICE.name, "id": "born"})
    session = replace(at("question", id="children", without="children"), trail=(before,))

    turn = say(session, "ne, pogriješila sam, rođena je 6.3.2026")

    assert answers(turn)["born"] == "2026-03-06"


def test_the_first_question_keeps_who_goes_back(say: Talk) -> None:
    turn = say(at("question", id="relation", without="relation"), "back")

    assert "first question" in turn.replies[-1].text
    assert turn.session.where == at("question", id="relation").where


def test_what_is_not_at_hand_is_brought_to_the_counter(say: Talk) -> None:
    turn = say(at("question", id="account", without="account"), "I will bring it")

    assert answers(turn)["account"] == "counter"
    assert "I will bring it" in turn.replies[-1].text
