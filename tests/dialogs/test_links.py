"""A link or a poster opens the service, the municipality and the language it names, and never loses what is begun."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dialogs.catalogue import services
from dialogs.engine import advance
from dialogs.openings import LONGEST, Opening, payload, read, welcome
from dialogs.outside import Outside
from dialogs.session import Place, Session, Turn
from locales import LANGUAGES
from nlu.embedded import Embedded
from tests.dialogs.said import Said

FORM = services()["newborn_aid"].forms[0]
QUESTION = Place("apply", "question", {"service": "newborn_aid", "form": FORM.id, "id": "born"})
IN_THE_MIDDLE = Session(
    "en",
    municipality="kotor",
    where=QUESTION,
    answers={FORM.key: {"municipality": "kotor", "answered_for": "kotor", "relation": "mother"}},
    drafts=(FORM.key,),
)

Hear = Callable[[Session, Said], Turn]


@pytest.fixture
def hear(engine: Embedded) -> Hear:
    def hear(session: Session, said: Said) -> Turn:
        now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        return advance(session, said, Outside(now, engine.understand(said.text), (), "KOM-2026-7F3K9A", "key", True))

    return hear


def by(link: str) -> Said:
    return Said("", opens=link)


def text(turn: Turn) -> str:
    return "\n".join(reply.text for reply in turn.replies)


def labels(turn: Turn) -> tuple[str, ...]:
    return tuple(choice.label for choice in turn.replies[-1].choices)


@pytest.mark.parametrize("link", ["newborn_aid__kotor__sq", "sq__kotor__newborn_aid", "kotor__x__sq__newborn_aid"])
def test_the_parts_of_a_link_may_stand_in_any_order(link: str) -> None:
    assert read(link) == Opening("newborn_aid", "kotor", "sq")


@pytest.mark.parametrize("service", services())
def test_a_link_to_any_service_is_short_enough_for_every_messenger(service: str) -> None:
    opening = Opening(service, "bijelo-polje", "cnr-Cyrl")

    assert len(payload(opening)) <= LONGEST
    assert read(payload(opening)) == opening


def test_a_newcomer_is_told_who_speaks_and_is_at_once_at_the_service(hear: Hear) -> None:
    turn = hear(Session(), by("newborn_aid__kotor__en"))

    assert "I am a program, not a person." in text(turn)
    assert "What would you like to know?" in text(turn)
    assert labels(turn)[0] == "Apply"
    assert (turn.session.service, turn.session.municipality) == ("newborn_aid", "kotor")


def test_the_municipality_of_the_link_is_not_asked_again(hear: Hear) -> None:
    opened = hear(Session(), by("newborn_aid__kotor__en"))

    assert "450" in text(hear(opened.session, Said("how much money is it")))


def test_a_link_speaks_its_own_language_whatever_the_phone_is_set_to(hear: Hear) -> None:
    turn = hear(Session(), Said("", language="en", opens="newborn_aid__ulcinj__sq"))

    assert turn.replies[0].language == "sq"
    assert "Unë jam program" in text(turn)


def test_a_link_does_not_change_the_language_that_was_chosen_in_the_talk(hear: Hear) -> None:
    turn = hear(Session("en", where=Place("start", "menu")), by("newborn_aid__ulcinj__sq"))

    assert turn.session.language == "en"


def test_a_link_to_a_municipality_alone_remembers_it_and_shows_what_there_is(hear: Hear) -> None:
    turn = hear(Session(), by("kotor__en"))

    assert "I am a program, not a person." in text(turn)
    assert "Municipality: Kotor." in text(turn)
    assert "Help for a newborn child" in labels(turn)
    assert turn.session.municipality == "kotor"


@pytest.mark.parametrize(("link", "hello"), [("sq", "Unë jam komshi"), ("cnr", "Ja sam komshi")])
def test_a_link_to_a_language_alone_says_hello_in_it(hear: Hear, link: str, hello: str) -> None:
    turn = hear(Session(), Said("", language="en", opens=link))

    assert hello in text(turn)


@pytest.mark.parametrize("link", ["", "summer_sale", "../../etc/passwd", "newborn", "__", "a" * 5000])
def test_a_link_that_names_nothing_we_know_is_a_plain_start(hear: Hear, link: str) -> None:
    assert text(hear(Session("en"), by(link))) == text(hear(Session("en"), Said("")))


def test_a_link_about_the_form_that_is_begun_goes_on_with_it(hear: Hear) -> None:
    turn = hear(IN_THE_MIDDLE, by("newborn_aid__kotor"))

    assert "We go on where you stopped." in text(turn)
    assert turn.session.where == QUESTION
    assert turn.session.answers == IN_THE_MIDDLE.answers


def test_a_link_to_another_service_keeps_the_form_and_the_way_back_to_it(hear: Hear) -> None:
    there = hear(IN_THE_MIDDLE, by("property_tax__kotor"))
    back = hear(there.session, Said("back"))

    assert "What you have begun is kept." in text(there)
    assert labels(there)[0] == "Apply"
    assert (back.session.where, back.session.answers) == (QUESTION, IN_THE_MIDDLE.answers)
    assert back.session.drafts == (FORM.key,)


def test_an_application_is_for_the_municipality_it_was_begun_for_whatever_the_next_poster_says(hear: Hear) -> None:
    turn = hear(IN_THE_MIDDLE, by("niksic"))

    assert turn.session.where == QUESTION
    assert turn.session.answers[FORM.key]["municipality"] == "kotor"


def test_words_that_come_with_a_link_are_answered_for_what_the_link_names(hear: Hear) -> None:
    turn = hear(Session(), Said("how much money is it", opens="newborn_aid__kotor__en"))

    assert "450" in text(turn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_anyone_is_written_to_they_are_told_who_speaks_and_offered_one_button(language: str) -> None:
    reply = welcome(None, language)

    assert reply.language == language
    assert [choice.id for choice in reply.choices] == ["start"]
    assert reply.choices[0].label in reply.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_button_to_begin_says_hello_pressed_or_written_down(hear: Hear, language: str) -> None:
    [start] = welcome(None, language).choices

    pressed = hear(Session(), Said(start.label, start.id, opens=language))
    written = hear(Session(language), Said(start.label))
    late = hear(Session(language, where=Place("start", "menu")), Said(start.label))

    assert pressed.replies == written.replies == late.replies
    assert pressed.replies[0].language == language
    assert "komshi" in text(pressed)


def test_hello_is_said_once_to_whoever_begins_twice(hear: Hear) -> None:
    begun = hear(Session("en"), Said("Start", "start"))

    again = hear(begun.session, Said("Start", "start"))

    assert "I am a program" not in text(again)
    assert labels(again) == labels(begun)


def test_the_button_to_begin_opens_what_the_link_named(hear: Hear) -> None:
    opened = hear(Session(), Said("Fillo", "start", opens="newborn_aid__ulcinj__sq"))
    written = hear(Session(), Said("Fillo", opens="newborn_aid__ulcinj__sq"))

    assert opened.session == written.session
    assert opened.session.where == Place("answer", "service", {"service": "newborn_aid"})


def test_the_button_to_begin_pressed_in_the_middle_of_a_form_changes_nothing(hear: Hear) -> None:
    turn = hear(IN_THE_MIDDLE, Said("Start", "start"))

    assert replace(turn.session, misses=0) == IN_THE_MIDDLE
    assert "When was the child born?" in text(turn)
