"""Whatever is typed at any question, in any language: a clear answer, nothing lost, and the question again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs import forms
from dialogs.catalogue import forms as all_forms
from dialogs.catalogue import services
from dialogs.engine import advance
from dialogs.outside import Outside
from dialogs.service import Form, Question
from dialogs.session import Place, Reply, Session, Turn
from locales import LANGUAGES
from nlu.embedded import Embedded
from tests.dialogs.said import Said

FORM = next(iter(all_forms().values()))
GIVEN = {"municipality": "kotor", "answered_for": "kotor"}
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
TAKEN_AS_WRITTEN = {
    ("name", "nonsense"),
    ("text", "nonsense"),
    ("text", "digits"),
    ("reference", "nonsense"),
    ("reference", "digits"),
    ("reference", "an injection"),
    ("reference", "an impossible date"),
    ("long", "nonsense"),
    ("long", "an injection"),
    ("long", "a template"),
    ("long", "a script"),
}


def asked(form: Form) -> tuple[Question, ...]:
    return forms.needed(services()[form.service], form, "kotor", outside_private=True)


ASKED = [(form, question) for form in all_forms().values() for question in asked(form)]
WRONG = [
    (form, question, kind)
    for form, question in ASKED
    for kind in sorted(BAD)
    if (question.kind, kind) not in TAKEN_AS_WRITTEN
]
QUESTIONS = {"sq": "sa para jep komuna?", "en": "how much money is it?"}


def at(form: Form, question: Question, language: str) -> Session:
    place = Place("apply", "question", {"service": form.service, "form": form.id, "id": question.id})
    begun = Session(language, municipality="kotor", where=place, answers={form.key: GIVEN}, drafts=(form.key,))
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
    ("form", "question", "kind"),
    WRONG,
    ids=lambda value: getattr(value, "id", value),
)
def test_bad_input_is_answered_and_loses_nothing(
    engine: Embedded, form: Form, question: Question, kind: str, language: str
) -> None:
    session = at(form, question, language)

    after = turn(engine, session, Said(BAD[kind]))

    assert replace(after.session, misses=0) == session
    assert last(after).text
    assert last(after).language == language
    assert "<script>" not in last(after).text
    assert not after.orders


@pytest.mark.parametrize("language", sorted(QUESTIONS))
@pytest.mark.parametrize("question", asked(FORM), ids=lambda question: question.id)
def test_another_question_is_answered_and_then_this_one_asked_again(
    engine: Embedded, question: Question, language: str
) -> None:
    session = at(FORM, question, language)
    asked = last(turn(engine, session, Said("0")))

    after = turn(engine, session, Said(QUESTIONS[language]))

    assert "450" in after.replies[0].text
    assert last(after) == asked
    assert after.session.answers == session.answers


@pytest.mark.parametrize("choice", ["", "yes", "00000000:yes", "any:intent:nothing", "any:send", "\x00", "a" * 5000])
def test_a_button_that_nobody_offered_changes_nothing(engine: Embedded, choice: str) -> None:
    session = at(FORM, FORM.questions[1], "en")

    after = turn(engine, session, Said("", choice))

    assert after.session == session
    assert last(after).text


def test_an_old_button_is_no_answer_to_a_new_question(engine: Embedded) -> None:
    first = turn(engine, at(FORM, FORM.questions[0], "en"), Said(""))
    old = last(first).choices[0].id
    later = at(FORM, FORM.questions[2], "en")

    after = turn(engine, later, Said("Mother", old))

    assert after.session == later
    assert "answered already" in last(after).text


def test_an_identity_number_is_hidden_wherever_it_is_typed(engine: Embedded) -> None:
    after = turn(engine, at(FORM, FORM.questions[1], "en"), Said("moj JMBG je 0101900210001, hvala"))

    assert after.masked == "moj JMBG je •••••••••0001, hvala"
