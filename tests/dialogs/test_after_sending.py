"""After an application is sent: its number, its news, and what must not be written in an answer to the office."""

from dataclasses import replace
from datetime import UTC, date, datetime

from dialogs.catalogue import services
from dialogs.deadlines import lasting
from dialogs.engine import advance
from dialogs.outside import Outside
from dialogs.session import Case, Place, Session, Turn
from dialogs.standing import tell
from nlu.embedded import Embedded
from tests.dialogs.said import Said

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
CASE = Case("KOM-2026-7F3K9A", next(iter(services())), "kotor", "returned", NOW, "The birth certificate is missing.")


def turn(engine: Embedded, session: Session, text: str, *cases: Case) -> Turn:
    outside = Outside(NOW, engine.understand(text), cases, "KOM-2026-222222", "key", private=True)
    return advance(session, Said(text), outside)


def test_an_identity_number_does_not_go_into_an_answer_to_the_office(engine: Embedded) -> None:
    session = Session("en", where=Place("status", "supply", {"reference": CASE.reference}))

    answered = turn(engine, session, "My JMBG is 0101900210001", CASE)

    assert answered.session.where == session.where
    assert "0101900210001" not in answered.replies[-1].text + str(answered.session) + str(answered.masked)


def test_ones_own_number_is_found_however_many_wrong_ones_came_before(engine: Embedded) -> None:
    session = replace(Session("en"), wrong_references=9)

    own = turn(engine, session, f"status of {CASE.reference}", CASE)
    strange = turn(engine, session, f"status of {CASE.reference}", replace(CASE, mine=False))

    assert "The birth certificate is missing." in own.replies[-1].text
    assert "Too many numbers" in strange.replies[-1].text


def test_news_in_between_does_not_uncover_a_private_question() -> None:
    assert tell(Session("en", asks_private=True), CASE, "returned").asks_private
    assert not tell(Session("en"), CASE, "returned").asks_private


def test_asking_for_the_language_again_is_answered_once(engine: Embedded) -> None:
    asked = turn(engine, Session("en"), "another language")
    again = turn(engine, asked.session, "another language")

    assert again.session.under == asked.session.under


def test_the_time_to_decide_lasts_to_the_end_of_its_last_day() -> None:
    assert lasting(date(2026, 11, 26), 30) == "P33D"  # 26 December is a Saturday, so the last day is the 28th
