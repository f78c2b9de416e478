"""Whatever is typed at any question, in any language: a clear answer, nothing lost, and the question again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs import forms
from dialogs.catalogue import Question, services
from dialogs.engine import advance
from dialogs.outside import Outside
from dialogs.session import Place, Reply, Session, Turn
from locales import LANGUAGES
from nlu.embedded import Embedded
from tests.dialogs.said import Said

SERVICE = next(iter(services().values()))
ANSWERS = {SERVICE.name: {"municipality": "kotor", "relation": "mother"}}
BAD = {
    "nothing": "",
    "spaces": "  \n\t ",
    "ten thousand letters": "a" * 10_000,
    "ten thousand words": "riječ " * 10_000,
    "emoji": "👶🍼👍",
    "a script": "<script>alert('x')</script>",
    "an injection": "'; DROP TABLE sessions; --",
    "a template": "{{7*7}} {municipality} %s ${x}",
    "an impossible date": "31.2.2026",
    "digits": "99999999999999999999",
    "control characters": "\x00\x07\u202e\u200b",
    "half a character": "\ud83d",
    "nonsense": "asdf qwer zxcv",
}
TAKEN_AS_WRITTEN = {("name", "nonsense"), ("text", "nonsense"), ("text", "digits")}
ASKED = forms.needed(SERVICE, ANSWERS[SERVICE.name], outside_private=True)
QUESTIONS = {"sq": "sa para jep komuna?", "en": "how much money is it?"}


def at(question: Question, language: str) -> Session:
    place = Place("apply", "question", {"service": SERVICE.name, "id": question.id})
    begun = Session(language, municipality="kotor", where=place, answers=ANSWERS, drafts=(SERVICE.name,))
    return replace(begun, asks_private=question.private)


def turn(engine: Embedded, session: Session, said: Said) -> Turn:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    return advance(
        session, said, Outside(now, engine.understand(said.text), (), "KOM-2026-7F3K9A", "key", private=True)
    )


def last(turn: Turn) -> Reply:
    return turn.replies[-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("question", "kind"),
    [(question, kind) for question in ASKED for kind in sorted(BAD) if (question.kind, kind) not in TAKEN_AS_WRITTEN],
    ids=lambda value: getattr(value, "id", value),
)
def test_bad_input_is_answered_and_loses_nothing(
    engine: Embedded, question: Question, kind: str, language: str
) -> None:
    session = at(question, language)

    after = turn(engine, session, Said(BAD[kind]))

    assert replace(after.session, misses=0) == session
    assert last(after).text
    assert last(after).language == language
    assert "<script>" not in last(after).text
    assert not after.orders


@pytest.mark.parametrize("language", sorted(QUESTIONS))
@pytest.mark.parametrize("question", ASKED, ids=lambda question: question.id)
def test_another_question_is_answered_and_then_this_one_asked_again(
    engine: Embedded, question: Question, language: str
) -> None:
    session = at(question, language)
    asked = last(turn(engine, session, Said("0")))

    after = turn(engine, session, Said(QUESTIONS[language]))

    assert "450" in after.replies[0].text
    assert last(after) == asked
    assert after.session.answers == ANSWERS


@pytest.mark.parametrize("choice", ["", "yes", "00000000:yes", "any:intent:nothing", "any:send", "\x00", "a" * 5000])
def test_a_button_that_nobody_offered_changes_nothing(engine: Embedded, choice: str) -> None:
    session = at(SERVICE.form[1], "en")

    after = turn(engine, session, Said("", choice))

    assert after.session == session
    assert last(after).text


def test_an_old_button_is_no_answer_to_a_new_question(engine: Embedded) -> None:
    first = turn(engine, at(SERVICE.form[0], "en"), Said(""))
    old = last(first).choices[0].id
    later = at(SERVICE.form[2], "en")

    after = turn(engine, later, Said("Mother", old))

    assert after.session == later
    assert "answered already" in last(after).text


def test_an_identity_number_is_hidden_wherever_it_is_typed(engine: Embedded) -> None:
    after = turn(engine, at(SERVICE.form[1], "en"), Said("moj JMBG je 0101900210001, hvala"))

    assert after.masked == "moj JMBG je •••••••••0001, hvala"
