"""What came is no words: it is thanked for, the citizen is told what to do, and nothing of the talk is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.catalogue import services
from dialogs.engine import advance, wanted
from dialogs.outside import Outside
from dialogs.session import Attachment, Place, Session, Turn
from locales import LANGUAGES
from nlu.embedded import Embedded
from tests.dialogs.said import Said

FORM = services()["newborn_aid"].forms[0]
GIVEN = {"municipality": "kotor", "answered_for": "kotor", "relation": "mother"}
KINDS = ["photo", "document", "voice", "location", "contact", "other"]
NUMBER = "+38267000001"

Hear = Callable[[Session, Said], Turn]


@pytest.fixture
def hear(engine: Embedded) -> Hear:
    def hear(session: Session, said: Said) -> Turn:
        now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        return advance(session, said, Outside(now, engine.understand(said.text), (), "KOM-2026-7F3K9A", "key", True))

    return hear


def asked(id: str, language: str = "en") -> Session:
    place = Place("apply", "question", {"service": "newborn_aid", "form": FORM.id, "id": id})
    return Session(language, municipality="kotor", where=place, answers={FORM.key: GIVEN}, drafts=(FORM.key,))


def came(kind: str, words: str = "", refused: str | None = None) -> Said:
    return Said(words, attachment=Attachment(kind, refused))


def text(turn: Turn) -> str:
    return "\n".join(reply.text for reply in turn.replies)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_comes_in_the_middle_of_a_form_loses_nothing_and_is_no_mistake(
    hear: Hear, kind: str, language: str
) -> None:
    session = replace(asked("born", language), misses=1)

    turn = hear(session, came(kind))

    assert turn.session == replace(session, misses=0)
    assert turn.replies[-1].text.endswith(hear(session, Said("0")).replies[-1].text)
    assert turn.replies[-1].language == language


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_begins_with_something_that_is_no_words_is_told_who_speaks(hear: Hear, kind: str) -> None:
    turn = hear(Session("en"), came(kind))

    assert text(turn).startswith("Thank you.")
    assert "I am a program, not a person." in text(turn)
    assert turn.replies[-1].choices


@pytest.mark.parametrize("kind", ["photo", "document"])
def test_a_paper_that_was_kept_is_said_to_be_kept_and_not_read(hear: Hear, kind: str) -> None:
    said = text(hear(asked("born"), came(kind)))

    assert "It is kept with our conversation." in said
    assert "The office can see it with your application." in said
    assert "I cannot read what is on it. The office may ask for the original." in said


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        ("size", "I can keep up to 10 MB."),
        ("type", "I can keep only photos and PDF files."),
        ("away", "Please send it again."),
        ("unheard of", "Please send it again."),
    ],
)
def test_a_paper_that_was_not_kept_is_never_said_to_be_kept(hear: Hear, refused: str, told: str) -> None:
    said = text(hear(asked("born"), came("document", refused=refused)))

    assert told in said
    assert "It is kept" not in said


def test_words_beside_a_photo_are_the_answer(hear: Hear) -> None:
    turn = hear(asked("born"), came("photo", "5 March 2026"))

    assert "It is kept with our conversation." in text(turn)
    assert turn.session.answers[FORM.key]["born"] == "2026-03-05"


def test_a_caption_that_answers_nothing_is_no_mistake(hear: Hear) -> None:
    session = replace(asked("born"), misses=1)

    turn = hear(session, came("photo", "blue hat"))

    assert turn.session.misses == 0
    assert turn.session.where == session.where
    assert "I did not" not in text(turn)


def test_a_wish_beside_a_photo_is_answered_too(hear: Hear) -> None:
    turn = hear(Session("en", municipality="kotor"), came("photo", "how much money for a newborn baby"))

    assert "It is kept with our conversation." in text(turn)
    assert "450" in text(turn)


def test_whoever_sends_a_voice_message_is_offered_to_write_or_a_person(hear: Hear) -> None:
    said = text(hear(asked("born"), came("voice")))

    assert "I cannot listen to voice messages yet." in said
    assert "Please write it in a few words." in said
    assert "write 0" in said


def test_where_a_place_is_asked_for_a_pin_is_to_be_written_in_words(hear: Hear) -> None:
    town = Session("en", where=Place("town", "ask", {"flow": "answer", "step": "fact", "subject": "fee"}))

    assert "Please write it in words." in text(hear(town, came("location")))
    assert "Please write it in words." in text(hear(asked("street"), came("location")))
    assert "I do not need a place on the map here." in text(hear(asked("born"), came("location")))


def test_where_a_phone_number_is_asked_for_the_contact_is_the_answer(hear: Hear) -> None:
    turn = hear(asked("phone"), came("contact", NUMBER))

    assert turn.session.answers[FORM.key]["phone"] == NUMBER
    assert "Thank you" not in text(turn)


def test_the_contact_of_somebody_else_is_no_answer(hear: Hear) -> None:
    turn = hear(asked("phone"), came("contact"))

    assert "I can take only your own number." in text(turn)
    assert turn.session == asked("phone")


def test_a_contact_that_nobody_asked_for_is_not_kept_nor_looked_up(hear: Hear) -> None:
    paying = Session("en", where=Place("pay", "number"))

    turn = hear(asked("born"), came("contact", NUMBER))

    assert "It was not kept." in text(turn)
    assert turn.masked == ""
    assert NUMBER not in str(turn.session)
    assert wanted(paying, came("contact", NUMBER)) is None


def test_a_message_that_was_not_understood_is_heard_again_when_it_is_put_right(hear: Hear) -> None:
    missed = hear(asked("born"), Said("5 Mrach")).session

    turn = hear(missed, Said("5 March 2026", edited=True))

    assert turn.session.answers[FORM.key]["born"] == "2026-03-05"


@pytest.mark.parametrize("words", ["6 March 2026", "stop", "dua shqip të lutem", "0"])
def test_a_message_that_was_answered_already_changes_nothing_when_it_is_changed(hear: Hear, words: str) -> None:
    session = asked("children")

    turn = hear(session, Said(words, edited=True))

    assert turn.session == session
    assert "You changed a message that I have answered already." in text(turn)
    assert "How many children were born this time?" in text(turn)


def test_the_first_message_we_hear_is_answered_also_if_it_was_changed_before(hear: Hear) -> None:
    turn = hear(Session("en"), Said("apply for newborn aid in Kotor", edited=True))

    assert "What are you to the child?" in text(turn)
