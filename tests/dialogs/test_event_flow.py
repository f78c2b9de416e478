"""Something happened in a life: what is due then, in order, each by its last day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogs.catalogue import services
from dialogs.meaning import event
from dialogs.service import Event
from locales import LANGUAGES
from nlu.embedded import Embedded
from tests.dialogs.citizen import Citizen, new

TODAY = date(2026, 11, 24)
EVENTS = [found.id for service in services().values() for found in service.events]


def told_of(id: str, engine: Embedded | None = None, **known: Any) -> Citizen:
    citizen = new(TODAY, engine, municipality="tivat", **known)
    citizen.means("tell_event", event=id)
    return citizen


def of(id: str) -> Event:
    found = event(id)
    assert found is not None
    return found[1]


def test_the_day_is_asked_and_then_everything_is_listed_in_order_with_last_days_and_sources() -> None:
    citizen = told_of("bought_home")

    told = citizen.writes("20.11.2026")

    assert "3. Report the property to the municipality by 21 December 2026." in told
    assert told.index("1. ") < told.index("2. ") < told.index("3. ") < told.index("4. ")
    assert told.count("Source:") == len(of("bought_home").stages)
    assert "passed" not in told


def test_months_end_on_their_day_and_days_move_off_a_weekend() -> None:
    born = told_of("had_baby").writes("1.11.2026")
    bought = told_of("bought_home").writes("19.11.2026")

    assert "by 1 November 2027" in born
    assert "by 21 December 2026" in bought  # the 19th is a Saturday


@pytest.mark.parametrize("words", ["[Not yet]", "[I do not know]", "ne znam"])
def test_without_a_day_it_is_told_how_long_there_is_time(words: str) -> None:
    told = told_of("bought_home").writes(words)

    assert "by day 30 after that" in told
    assert "2026." in told  # the day of each check
    assert "{" not in told


def test_a_last_day_that_has_passed_is_told_with_who_can_still_help() -> None:
    told = told_of("bought_home").writes("1.3.2026")

    assert "by 31 March 2026" in told
    assert "That day has passed. Ask the office what you can still do." in told
    assert "Office:" in told


def test_a_day_that_is_planned_is_taken_and_one_too_far_ahead_is_asked_again() -> None:
    citizen = told_of("opening_cafe")

    assert "too far ahead" in citizen.writes("1.3.2031")
    assert "by 21 January 2027" in citizen.writes("1.1.2027")


def test_a_planned_day_without_a_year_is_the_next_one() -> None:
    assert "1 December 2026. Is that right?" in told_of("opening_cafe").writes("on 1 December")


@pytest.mark.parametrize(
    ("id", "day", "words"),
    [
        ("opening_cafe", "1.3.2026", "1 March 2026 is over."),
        ("renting_rooms", "1.3.2026", "1 March 2026 is over."),
        ("had_baby", "1.3.2027", "1 March 2027 has not come yet."),
        ("bought_home", "1.3.2027", "1 March 2027 has not come yet."),
        ("inherited_home", "1.3.2027", "1 March 2027 has not come yet."),
    ],
)
def test_what_is_planned_is_not_over_and_what_happened_is_not_to_come(id: str, day: str, words: str) -> None:
    citizen = told_of(id)

    assert words in citizen.writes(day)
    assert of(id).when in citizen.told


@pytest.mark.parametrize("words", ["tomorrow", "sjutra", "nesër"])
def test_a_day_that_is_not_understood_is_asked_again_and_never_guessed(words: str) -> None:
    assert of("opening_cafe").when in told_of("opening_cafe").writes(words)


def test_a_planned_day_read_back_can_be_corrected_at_once() -> None:
    citizen = told_of("opening_cafe")

    assert "by 21 January 2027" in citizen.writes("on 1 December", "no, on 1.1.2027")


def test_a_day_told_from_today_is_read_back_and_can_be_corrected_at_once() -> None:
    citizen = told_of("bought_home")

    assert "23 November 2026. Is that right?" in citizen.writes("yesterday")
    assert "22 November 2026. Is that right?" in citizen.writes("no, on the 22nd")
    assert "by 22 December 2026" in citizen.writes("[Yes]")


def test_a_day_is_a_day_also_where_its_word_asks_a_question_in_another_language(engine: Embedded) -> None:
    citizen = told_of("bought_home", engine, language="sq")

    assert "23 nëntor 2026" in citizen.writes("dje")


def test_after_a_no_the_day_is_asked_again() -> None:
    assert "On which day did you sign" in told_of("bought_home").writes("yesterday", "[No]")


def test_what_is_no_day_is_asked_again() -> None:
    assert "On which day did you sign" in told_of("bought_home").writes("31.2.2026")


def test_in_simple_mode_one_thing_is_told_at_a_time() -> None:
    citizen = told_of("bought_home", tier="simple")

    first = citizen.writes("20.11.2026")
    third = citizen.writes("[Next]", "[Next]")

    assert "1. " in first
    assert "2. " not in first
    assert "3. Report the property" in third
    assert "[Next]" not in citizen.offered


def test_in_simple_mode_the_last_thing_has_no_next() -> None:
    citizen = told_of("bought_home", tier="simple")
    citizen.writes("20.11.2026")
    citizen.writes(*["[Next]"] * (len(of("bought_home").stages) - 1))

    assert "Next" not in citizen.offered


def test_in_the_middle_of_a_form_it_is_told_and_the_form_goes_on(engine: Embedded) -> None:
    citizen = new(TODAY, engine, municipality="tivat")
    citizen.means("apply", service=services()["newborn_aid"].name)
    asked = citizen.replies[-1].text
    citizen.means("tell_event", event="bought_home")

    told = citizen.writes("[I do not know]")

    assert "Report the property" in told
    assert citizen.replies[-1].text in asked


def test_an_event_that_is_none_of_ours_is_not_answered_with_another() -> None:
    citizen = new(TODAY)

    assert "I cannot help with that" in citizen.means("tell_event", event="got_married")


def test_a_place_that_a_newer_version_lost_is_no_dead_end() -> None:
    citizen = told_of("bought_home")
    where = citizen.session.where
    assert where is not None
    lost = replace(where, data={**where.data, "event": "no_longer_there"})
    citizen.session = replace(citizen.session, where=lost)

    assert "1. " in citizen.writes("20.11.2026")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", EVENTS)
def test_every_event_is_listed_in_every_language(id: str, language: str) -> None:
    citizen = told_of(id, language=language)

    told = citizen.writes("20.11.2026")

    assert f"{len(of(id).stages)}. " in told
    assert "{" not in told
