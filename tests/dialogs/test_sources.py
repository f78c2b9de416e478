"""No fact reaches a citizen without its act and the day it was checked: every answer of every municipality is read."""

from datetime import UTC, date, datetime

import pytest

from dialogs.catalogue import municipalities, services
from dialogs.flows import steps
from dialogs.flows.answer import LABELS
from dialogs.outside import Outside
from dialogs.service import Fact, Service
from dialogs.session import Place, Session
from dialogs.steps import Talk
from locales import LANGUAGES
from locales.phrase import Name, say
from locales.wording import word
from nlu import Decision, Understanding

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = NOW.date()
MEANING = Understanding("ask_service_info", 1.0, Decision.ANSWER)
OUTSIDE = Outside(NOW, MEANING, (), "KOM-2026-7F3K9A", "key", private=True)
EVERYWHERE = [(service, slug) for service in services().values() for slug in municipalities()]


def subjects(service: Service) -> tuple[str, ...]:
    return (*LABELS, *(subject.id for subject in service.subjects))


def paragraphs(service: Service, slug: str, subject: str, language: str, tier: str = "ordinary") -> list[list[str]]:
    """The answer as it is read, paragraph by paragraph, line by line."""
    place = Place("answer", "fact", {"subject": subject, "service": service.name})
    session = Session(language, tier=tier, municipality=slug, service=service.name, where=place)
    said = steps()["answer", "fact"].ask(Talk(session, place, OUTSIDE))
    return [[word(line, language, tier) for line in lines] for lines in (said.lines, *said.more)]


def shown(service: Service, slug: str, fact: Fact, language: str) -> str:
    place = Name(slug)
    return word(service.phrase(fact.text, **{"municipality": place, **fact.values}), language)


def names(line: str, service: Service, fact: Fact, language: str) -> bool:
    """The line has the act of this fact, and the day it was checked in any form that a day has."""
    act = word(service.phrase(fact.basis.act), language)
    days = [word(say(form, day=fact.basis.checked), language).rstrip(".") for form in ("{day}", "{day:of}")]
    return act in line and any(day in line for day in days)


def of(service: Service, slug: str, subject: str) -> list[Fact]:
    """What may be told there on this subject."""
    return [fact for fact in service.locals[slug].facts if fact.subject == subject and fact.basis.holds(TODAY)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("service", "slug"), EVERYWHERE, ids=lambda value: getattr(value, "name", value))
def test_every_fact_that_is_told_stands_over_its_act_and_day(service: Service, slug: str, language: str) -> None:
    answers = {subject: paragraphs(service, slug, subject, language) for subject in subjects(service)}

    bare = [
        (subject, lines)
        for subject, told in answers.items()
        for lines in told
        if (spoken := [fact for fact in of(service, slug, subject) if shown(service, slug, fact, language) in lines])
        and not any(names(line, service, fact, language) for line in lines for fact in spoken)
    ]

    assert bare == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("service", "slug"), EVERYWHERE, ids=lambda value: getattr(value, "name", value))
def test_what_nobody_has_confirmed_is_not_told(service: Service, slug: str, language: str) -> None:
    told = {
        line
        for subject in subjects(service)
        for lines in paragraphs(service, slug, subject, language)
        for line in lines
    }
    hidden = {
        shown(service, slug, fact, language) for fact in service.locals[slug].facts if not fact.basis.holds(TODAY)
    }
    confirmed = {shown(service, slug, fact, language) for fact in service.locals[slug].facts if fact.basis.holds(TODAY)}

    assert told & (hidden - confirmed) == set()


@pytest.mark.parametrize("tier", ["ordinary", "simple"])
@pytest.mark.parametrize(("service", "slug"), EVERYWHERE, ids=lambda value: getattr(value, "name", value))
def test_every_paragraph_has_its_source_or_says_that_only_the_office_knows(
    service: Service, slug: str, tier: str
) -> None:
    unknown = word(say("I have no confirmed answer to that. The office knows it."), "en", tier)
    checked = word(say("{day}", day=date(2026, 11, 24)), "en", tier)

    bare = [
        (subject, lines)
        for subject in subjects(service)
        for lines in paragraphs(service, slug, subject, "en", tier)
        if unknown not in lines and not any(line.startswith("Source: ") and checked in line for line in lines)
    ]

    assert bare == []


def test_there_is_something_to_be_told_everywhere() -> None:
    told = {(service.name, slug): paragraphs(service, slug, "appeal", "en") for service, slug in EVERYWHERE}

    assert len(told) == len(services()) * 25
    assert all(any("15" in line for lines in answer for line in lines) for answer in told.values())
