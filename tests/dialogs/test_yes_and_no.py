"""A yes or no is recorded only where one was said: it is a declaration to the office."""

from datetime import UTC, datetime

import pytest

from dialogs import forms
from dialogs.catalogue import services
from dialogs.outside import Outside
from dialogs.readers import Read
from dialogs.service import Question
from dialogs.session import Place, Session
from dialogs.steps import Heard, Talk
from nlu import Decision, Understanding

SERVICE, ASKED = next(
    (service, question)
    for service in services().values()
    for question in service.questions
    if {option.value for option in question.options} == {True, False}
)
MEANING = Understanding("out_of_scope", 0.0, Decision.REFUSE)


def answer(text: str, question: Question = ASKED) -> object:
    outside = Outside(datetime(2026, 11, 24, 9, tzinfo=UTC), MEANING, (), "KOM-2026-7F3K9A", "key", private=True)
    talk = Talk(Session("cnr"), Place("apply", "question", {"service": SERVICE.name}), outside)
    found = forms.answer(question, talk, Heard(text, None, MEANING))
    return found.value if isinstance(found, Read) else None


@pytest.mark.parametrize("text", ["da", "Da, tu živimo", "po", "po, banojmë aty", "yes", "yes. both of us", "да"])
def test_a_yes_by_itself_or_before_a_comma_is_one(text: str) -> None:
    assert answer(text) is True


@pytest.mark.parametrize("text", ["ne", "ne, nijesam", "jo", "no", "не"])
def test_a_no_by_itself_or_before_a_comma_is_one(text: str) -> None:
    assert answer(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "po s'jetoj aty",
        "po pse po ma kerkon qet sen",
        "po dua me e dit sa zbritet",
        "hoću prijavu za bebu da pošaljem",
        "хоћу пријаву да поднесем",
        "hoću prvo da vidim koliko dobijam",
    ],
)
def test_the_same_letters_in_another_sentence_are_no_answer(text: str) -> None:
    assert answer(text) is None
