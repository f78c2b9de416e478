"""The last day to appeal, counted for the citizen, with to whom and what to write."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dialogs.catalogue import services
from dialogs.outside import Outside
from dialogs.service import Service
from dialogs.session import Case, Session
from locales import LANGUAGES
from nlu import Understanding
from nlu.embedded import Embedded
from tests.dialogs.citizen import Citizen, new

TODAY = date(2026, 11, 24)
TAX = next(service for service in services().values() if service.dues)
AID = next(iter(services().values()))
REFUSED = Case(
    "KOM-2026-7F3K9A", TAX.name, "tivat", "refused", datetime(2026, 11, 20, 9, tzinfo=UTC), "No.", form="relief"
)


class Applicant(Citizen):
    """Somebody with an application in Tivat that was decided, who has since asked about another service in Bar."""

    def __init__(self, case: Case = REFUSED, today: date = TODAY, engine: Embedded | None = None, **known: Any) -> None:
        super().__init__(replace(Session("en", service=AID.name, municipality="bar"), **known), today, engine)
        self.case = case

    def outside(self, meaning: Understanding) -> Outside:
        return replace(super().outside(meaning), cases=(self.case,))


def appealing(today: date = TODAY, **known: Any) -> Applicant:
    """At the appeal against the decision on their application."""
    applicant = Applicant(today=today, **known)
    applicant.means("check_status")
    applicant.writes("[How to appeal]")
    return applicant


def counting(about: Service = TAX, today: date = TODAY, **known: Any) -> Citizen:
    citizen = new(today, service=about.name, **{"municipality": "tivat", **known})
    citizen.means("count_appeal")
    return citizen


def test_the_last_day_is_told_with_how_long_there_is_to_it_and_its_source() -> None:
    told = counting().writes("23.11.2026")

    assert "You can appeal until Tuesday 8 December 2026." in told
    assert "You have 14 days left." in told
    assert "Law on Administrative Procedure" in told
    assert "weekend" not in told


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("13.11.2026", "Monday 30 November 2026"),  # day 15 is a Saturday
        ("12.11.2026", "Friday 27 November 2026"),
    ],
)
def test_a_last_day_on_a_weekend_moves_and_it_is_said_why(received: str, last: str) -> None:
    told = counting().writes(received)

    assert last in told
    assert ("falls on a weekend or a holiday" in told) is last.startswith("Monday")


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 12, 7), "You have 1 day left."),
        (date(2026, 12, 8), "Today is the last day."),
        (date(2026, 12, 9), "The last day to appeal was 8 December 2026."),
    ],
)
def test_the_last_days_are_told_as_what_they_are(today: date, words: str) -> None:
    assert words in counting(today=today).writes("23.11.2026")


def test_a_late_appeal_is_told_what_becomes_of_it_and_who_can_still_help() -> None:
    told = counting().writes("1.10.2026")

    assert "A late appeal is usually rejected." in told
    assert "Office:" in told
    assert "days left" not in told


def test_to_whom_it_goes_and_what_to_write_stand_under_it() -> None:
    told = counting().writes("23.11.2026")

    assert TAX.appeal_to in told
    assert all(f"– {item}" in told for item in TAX.appeal_write)


@pytest.mark.parametrize("words", ["[Not yet]", "[I do not know]", "nijesam još dobio, ne znam"])
def test_without_a_day_the_rule_is_told(words: str) -> None:
    told = counting().writes(words)

    assert "You have 15 days. The day you receive the decision is not counted." in told
    assert "Source:" in told


@pytest.mark.parametrize(("language", "yesterday"), [("sq", "dje"), ("cnr", "juče"), ("cnr-Cyrl", "јуче")])
def test_a_day_in_ones_own_words_is_understood(engine: Embedded, language: str, yesterday: str) -> None:
    citizen = new(TODAY, engine, municipality="tivat", service=TAX.name, language=language)
    citizen.means("count_appeal")

    assert "23" in citizen.writes(yesterday)


def test_a_day_told_from_today_is_read_back_first() -> None:
    citizen = counting()

    assert "23 November 2026. Is that right?" in citizen.writes("yesterday")
    assert "On which day did you receive" in citizen.writes("[No]")
    assert "until Tuesday 8 December 2026" in citizen.writes("yesterday", "[Yes]")


def test_a_number_after_a_day_read_back_is_the_answer_at_that_place_and_no_day() -> None:
    assert "On which day did you receive" in counting().writes("yesterday", "2")


def test_a_no_with_another_day_in_it_corrects_the_day_at_once(engine: Embedded) -> None:
    citizen = new(TODAY, engine, municipality="tivat", service=TAX.name)
    citizen.means("count_appeal")

    assert "19 November 2026. Is that right?" in citizen.writes("yesterday", "no, on the 19th")


@pytest.mark.parametrize("words", ["5.12.2026", "31.2.2026", "banana"])
def test_what_cannot_be_the_day_is_asked_again(words: str) -> None:
    assert "On which day did you receive" in counting().writes(words)


def test_a_service_with_a_form_that_is_an_appeal_offers_to_fill_it_in_here() -> None:
    citizen = counting()
    citizen.writes("23.11.2026")

    assert "Application: Object to a bill, Tivat." in citizen.writes("[Object to a bill]")
    assert citizen.session.drafts == (f"{TAX.name}.objection",)


def test_without_a_municipality_the_form_asks_for_it_first() -> None:
    citizen = new(TODAY, service=TAX.name)
    citizen.means("count_appeal")
    citizen.writes("23.11.2026")

    assert "In which municipality is the property?" in citizen.writes("[Object to a bill]")


def test_a_service_without_such_a_form_offers_none() -> None:
    citizen = counting(AID)
    citizen.writes("23.11.2026")

    assert citizen.offered == ["Another day", "To the start"]


def test_in_simple_mode_what_to_write_is_told_when_it_is_asked_for() -> None:
    citizen = counting(tier="simple")

    first = citizen.writes("23.11.2026")
    then = citizen.writes("[What to write]")

    assert "8 December 2026" in first
    assert TAX.appeal_write[0] not in first
    assert TAX.appeal_write[0] in then


def test_a_question_in_between_is_answered_and_the_day_asked_again(engine: Embedded) -> None:
    citizen = new(TODAY, engine, municipality="tivat", service=TAX.name)
    citizen.means("count_appeal")

    told = citizen.writes("what papers do I need?")

    assert len(citizen.replies) > 1
    assert "On which day did you receive" in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("service", services().values(), ids=services())
def test_every_service_counts_in_every_language(service: Service, language: str) -> None:
    told = counting(service, language=language).writes("23.11.2026")

    assert "2026" in told
    assert "{" not in told


def test_a_refused_application_is_appealed_against_in_its_own_town_whatever_was_asked_about_since() -> None:
    told = appealing().told

    assert "Relief for your home: Tivat." in told
    assert "Tivat." in told.rpartition("Office:")[2]
    assert TAX.appeal_to in told
    assert all(f"– {item}" in told for item in TAX.appeal_write)
    assert "Law on Administrative Procedure" in told


def test_it_is_counted_from_the_day_of_the_decision_for_as_long_as_no_other_day_is_told() -> None:
    applicant = appealing()

    assert "If it reached you on 20 November 2026, you can appeal until Monday 7 December 2026." in applicant.told
    assert "You have 13 days left." in applicant.told
    assert "You can appeal until Tuesday 8 December 2026." in applicant.writes("[Another day]", "23.11.2026")
    assert "Relief for your home: Tivat." in applicant.told


def test_who_does_not_know_the_day_either_is_told_again_what_holds_from_the_decision() -> None:
    assert "If it reached you on 20 November 2026" in appealing().writes("[Another day]", "[I do not know]")


def test_after_the_last_day_it_is_said_on_what_that_depends() -> None:
    told = appealing(date(2026, 12, 8)).told

    assert "If it reached you on 20 November 2026, the last day was 7 December 2026." in told
    assert "A late appeal is usually rejected." in told


def test_a_decision_on_an_application_is_no_bill_to_object_to() -> None:
    assert appealing().offered == ["Another day", "To the start"]


def test_an_objection_that_was_refused_is_not_sent_into_another_appeal() -> None:
    applicant = Applicant(replace(REFUSED, form="objection"))

    assert "Object to a bill" in applicant.means("check_status")
    assert applicant.offered == ["To the start"]


def test_counting_again_at_the_appeal_of_an_application_is_about_that_application() -> None:
    applicant = appealing()
    applicant.means("count_appeal")

    assert "Relief for your home: Tivat." in applicant.writes("23.11.2026")


def test_an_appeal_in_another_town_is_not_about_that_application() -> None:
    applicant = appealing()
    applicant.means("count_appeal", municipality="kotor")

    told = applicant.writes("23.11.2026")

    assert "Tivat" not in told
    assert "Kotor." in told


def test_in_simple_mode_what_to_write_against_the_decision_comes_with_its_own_office() -> None:
    applicant = appealing(tier="simple")

    assert "Office:" not in applicant.told
    assert "Tivat." in applicant.writes("[What to write]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_decision_is_appealed_against_in_every_language(language: str) -> None:
    applicant = Applicant(language=language)
    applicant.means("check_status")

    told = applicant.writes("1")

    assert "2026" in told
    assert "{" not in told
