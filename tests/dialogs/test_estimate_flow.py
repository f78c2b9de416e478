"""An estimate as a citizen asks for it: short questions, the amount with its formula, and never a decision."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogs.catalogue import services
from dialogs.session import Place
from locales import LANGUAGES
from nlu.embedded import Embedded
from tests.dialogs.citizen import Citizen, new

TODAY = date(2026, 11, 24)
SERVICE = next(service for service in services().values() if service.estimate)
NONE = next(service for service in services().values() if not service.estimate)
ALL = ("Home (flat or house)", "80.000", "100", "20", "no")


def asking(town: str = "tivat", **known: Any) -> Citizen:
    citizen = new(TODAY, municipality=town, service=SERVICE.name, **known)
    citizen.means("estimate")
    return citizen


def test_first_it_is_asked_whose_rate_it_is() -> None:
    citizen = new(TODAY)

    assert "In which municipality is the property?" in citizen.means("estimate")
    assert "What kind of property" in citizen.writes("[More]", "[More]", "[More]", "[More]", "[More]", "[Tivat]")


def test_the_towns_own_rate_gives_one_amount_with_every_step_and_its_source() -> None:
    told = asking().writes(*ALL)

    assert "This is an estimate, not a decision." in told
    assert "You would pay about €200 a year." in told
    assert "Value: €80,000." in told
    assert "Rate: 0.25 %, which gives €200." in told
    assert "Municipal decision on property tax" in told
    assert "Checked on 24 November 2026." in told
    assert "Relief" not in told


def test_a_town_whose_rate_is_not_confirmed_gets_the_limits_of_the_law_and_its_office() -> None:
    told = asking("kotor").writes(*ALL)

    assert "from €200 to €800 a year" in told
    assert "Rate by law: 0.25 % to 1 %" in told
    assert "Law on Property Tax" in told
    assert "Office:" in told


def test_who_does_not_know_the_value_is_asked_for_the_area_and_the_price() -> None:
    citizen = asking()

    assert "How large is it" in citizen.writes("Home (flat or house)", "[I do not know]")
    assert "price of one square metre" in citizen.writes("54,5 m2")
    told = citizen.writes("1.200 eura", "100", "[I do not know]", "no")

    assert "Value: 54.5 m² × €1,200 = €65,400." in told
    assert "about €163.50 a year" in told


def test_without_value_and_price_there_is_no_amount_but_the_rate_and_the_office() -> None:
    told = asking().writes("Home (flat or house)", "[I do not know]", "54,5", "[I do not know]", "100", "20", "no")

    assert "I cannot count" in told
    assert "The rate is 0.25 % of the value." in told
    assert "Source: Municipal decision" in told
    assert "Office:" in told
    assert "a year" not in told


def test_the_relief_is_taken_off_with_its_own_source() -> None:
    told = asking().writes(*ALL[:-1], "yes", "3")

    assert "Relief for your home: 50 % less, which leaves €100." in told
    assert "Law on Property Tax" in told


def test_a_relief_nobody_asked_about_is_told_of_and_not_counted() -> None:
    told = asking().writes(*ALL[:-1], "[I do not know]")

    assert "about €200 a year" in told
    assert "With it you pay less." in told


def test_the_age_of_the_building_is_told_and_changes_nothing() -> None:
    told = asking().writes(*ALL)

    assert "The building is 20 years old." in told
    assert "I could not confirm by how much." in told


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_number_that_could_be_a_place_in_the_list_is_read_back_first(number: str) -> None:
    citizen = asking()

    asked = citizen.writes(*ALL[:-1], "yes", number)
    told = citizen.writes("[Yes]")

    assert f"Household members: {number}. Is that right?" in asked
    assert f"Household members: {number}." in told
    assert "a year" in told


def test_a_number_read_back_wrong_is_asked_again_or_corrected_at_once() -> None:
    citizen = asking()
    citizen.writes(*ALL[:-1], "yes")

    assert "How many members" in citizen.writes("2", "[No]")
    assert "Relief for your home: 50 % less" in citizen.writes("2", "4")


@pytest.mark.parametrize("value", ["85 hiljada", "85k", "85.000 ili 90.000", "-5", "0", "skupo"])
def test_an_amount_that_is_not_clear_is_asked_again_and_nothing_is_lost(value: str) -> None:
    citizen = asking()
    citizen.writes("Home (flat or house)")

    assert "What is the market value" in citizen.writes(value)
    assert "about €200 a year" in citizen.writes(*ALL[1:])


def test_a_share_of_more_than_everything_is_asked_again() -> None:
    citizen = asking()

    assert "The most that can be here is 100." in citizen.writes("Home (flat or house)", "80000", "101")


def test_in_simple_mode_the_amount_comes_first_and_the_formula_when_it_is_asked_for() -> None:
    citizen = asking(tier="simple")
    citizen.writes("Home (flat or house)")

    told = citizen.writes(*ALL[1:])
    formula = citizen.writes("[How I counted]")

    assert "Rate:" not in told
    assert "Source:" in told
    assert len(citizen.offered) <= 4
    assert "which gives 200 euros" in formula


def test_a_question_in_between_is_answered_and_the_estimate_goes_on(engine: Embedded) -> None:
    citizen = new(TODAY, engine, municipality="tivat", service=SERVICE.name)
    citizen.means("estimate")
    citizen.writes("Home (flat or house)", "80000", "100")

    between = citizen.writes("until when do I have to pay?")

    assert "30 June" in between
    assert "How many years old is the building?" in between
    assert "about €200 a year" in citizen.writes("20", "no")


def test_a_question_about_another_town_in_between_changes_nothing(engine: Embedded) -> None:
    citizen = new(TODAY, engine, municipality="tivat", service=SERVICE.name)
    citizen.means("estimate")
    citizen.writes("Home (flat or house)", "80000", "what is the rate in Bar?")

    told = citizen.writes("100", "20", "no")

    assert "Estimate of your tax: Tivat." in told
    assert "about €200 a year" in told


def test_another_town_that_is_named_alone_is_taken_for_the_estimate(engine: Embedded) -> None:
    citizen = new(TODAY, engine, municipality="kotor", service=SERVICE.name)
    citizen.means("estimate")

    assert "Municipality: Bar." in citizen.writes("Home (flat or house)", "80000", "Bar")
    assert "Estimate of your tax: Bar." in citizen.writes("100", "20", "no")
    assert "about €200 a year" in citizen.writes("and in Tivat?")


def test_the_estimate_that_is_wished_for_another_town_goes_on_for_that_one() -> None:
    citizen = asking("kotor")
    citizen.writes(*ALL[:-1])

    assert "Is it the home" in citizen.means("estimate", municipality="tivat")
    assert "Estimate of your tax: Tivat." in citizen.writes(ALL[-1])


@pytest.mark.parametrize("words", ["home", "house", "kuća", "кућа", "shtëpi"])
def test_a_word_for_the_kind_alone_is_the_answer_and_no_way_to_the_menu(engine: Embedded, words: str) -> None:
    citizen = new(TODAY, engine, municipality="tivat", service=SERVICE.name)
    citizen.means("estimate")

    assert "Kind of property: Home (flat or house)." in citizen.writes(words)


@pytest.mark.parametrize("step", ["question", "confirm", "result", "how"])
def test_an_estimate_that_a_newer_version_lost_leads_to_the_start(step: str) -> None:
    citizen = new(TODAY, municipality="tivat", where=Place("estimate", step, {"service": NONE.name}))

    told = citizen.writes("100")

    assert "The office knows it." in told
    assert citizen.offered[:2] == [service.title for service in services().values()][:2]


def test_a_question_that_a_newer_version_lost_leads_to_the_start() -> None:
    lost = Place("estimate", "question", {"service": SERVICE.name, "id": "no_longer_there"})
    citizen = new(TODAY, municipality="tivat", where=lost)

    assert "What can I help you with?" in citizen.writes("100")


def test_a_wish_at_an_estimate_that_was_lost_is_heard() -> None:
    citizen = new(TODAY, municipality="tivat", where=Place("estimate", "question", {"service": NONE.name}))

    assert "What kind of property" in citizen.means("estimate")


def test_back_changes_one_answer_and_keeps_the_others(engine: Embedded) -> None:
    citizen = new(TODAY, engine, municipality="tivat", service=SERVICE.name)
    citizen.means("estimate")
    citizen.writes("Home (flat or house)", "80000")

    assert "market value" in citizen.writes("back")
    assert "about €400 a year" in citizen.writes("160000", "100", "20", "no")


def test_an_estimate_is_no_declaration_and_fills_in_no_form() -> None:
    citizen = asking()
    citizen.writes(*ALL)

    assert citizen.session.answers == {}


def test_it_can_be_counted_again_from_the_beginning() -> None:
    citizen = asking()
    citizen.writes(*ALL)

    assert "What kind of property" in citizen.writes("[Count again]")
    citizen.session = replace(citizen.session, municipality="bar")
    assert "about €400 a year" in citizen.writes("Home (flat or house)", "160000", "100", "20", "no")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_comes_to_an_end_in_every_language(language: str) -> None:
    citizen = asking(language=language)

    told = citizen.writes("1", "80000", "100", "20", "2")

    assert "200" in told
    assert "{" not in told
