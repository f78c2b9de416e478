"""Asking to be reminded, and asking for no more reminders."""

from datetime import date
from typing import Any

import pytest

from dialogs.catalogue import services
from locales import LANGUAGES
from nlu.embedded import Embedded
from tests.dialogs.citizen import Citizen, new

TODAY = date(2026, 11, 24)
TAX = next(service for service in services().values() if service.dues)
AID = next(iter(services().values()))


def asking(**known: Any) -> Citizen:
    citizen = new(TODAY, **known)
    citizen.means("subscribe", topic="taxes")
    return citizen


def orders(citizen: Citizen) -> list[tuple[str, object]]:
    return [(order.kind, order.body["service"]) for order in citizen.orders]


def test_first_the_days_are_told_with_their_source_and_nothing_is_ordered_yet() -> None:
    citizen = asking()

    assert "30 June 2027" in citizen.told
    assert "1 November 2027" in citizen.told
    assert "Source: Law on Property Tax" in citizen.told
    assert citizen.orders == ()


@pytest.mark.parametrize("word", ["[Yes, remind me]", "1"])
def test_a_yes_orders_the_reminders_and_tells_the_next_days(word: str) -> None:
    citizen = asking()

    told = citizen.writes(word)

    assert orders(citizen) == [("remind", TAX.name)]
    assert "I will remind you a week before" in told
    assert "30 June 2027" in told


def test_a_no_orders_nothing() -> None:
    citizen = asking()

    assert "I will not remind you." in citizen.writes("[No]")
    assert citizen.orders == ()


def test_no_more_reminders_is_done_at_once() -> None:
    citizen = new(TODAY)

    told = citizen.means("unsubscribe", topic="taxes")

    assert orders(citizen) == [("unremind", TAX.name)]
    assert "not remind you any more" in told


@pytest.mark.parametrize("intent", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize("topic", ["water", "power", "roads", "all"])
def test_other_news_of_the_town_is_not_ours(intent: str, topic: str) -> None:
    citizen = new(TODAY, service=TAX.name)

    assert "I cannot help with that" in citizen.means(intent, topic=topic)
    assert citizen.orders == ()


def test_a_service_that_nothing_is_due_for_reminds_of_nothing() -> None:
    citizen = new(TODAY, service=AID.name)

    assert "I cannot help with that" in citizen.means("subscribe")
    assert citizen.orders == ()


def test_without_a_service_the_one_with_due_days_is_meant() -> None:
    citizen = new(TODAY)
    citizen.means("subscribe")

    assert "annual property tax" in citizen.told.lower()


def test_it_is_understood_in_words_and_a_question_in_between_is_answered(engine: Embedded) -> None:
    citizen = new(TODAY, engine, municipality="tivat")

    assert "Shall I remind you" in citizen.writes("remind me about the property tax")
    assert "Shall I remind you" in citizen.writes("how do I appeal?")
    citizen.writes("yes")

    assert orders(citizen) == [("remind", TAX.name)]


def test_in_the_middle_of_a_form_it_is_done_and_the_form_goes_on() -> None:
    citizen = new(TODAY, municipality="tivat")
    citizen.means("apply", service=AID.name)
    question = citizen.replies[-1].text
    citizen.means("subscribe", topic="taxes")

    told = citizen.writes("[Yes, remind me]")

    assert "I will remind you" in told
    assert citizen.replies[-1].text in question


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tier", ["ordinary", "simple"])
def test_it_goes_in_every_language_and_tier(language: str, tier: str) -> None:
    citizen = asking(language=language, tier=tier)
    citizen.writes("1")

    assert orders(citizen) == [("remind", TAX.name)]
    assert "2027" in citizen.told
    assert "{" not in citizen.told
