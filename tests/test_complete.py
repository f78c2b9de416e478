"""What exists is listed here, and the case for it demanded: forgetting a language or a place is impossible."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.brain import DATA
from bot.messages import Address, Message
from dialogs.catalogue import municipalities, services
from dialogs.engine import advance
from dialogs.outside import Outside
from dialogs.service import Service
from dialogs.session import Session
from locales import LANGUAGES
from locales.completeness import report
from locales.phrase import Name, say
from locales.wording import word
from nlu import Decision, Understanding
from nlu.embedded import Embedded

HOUSE = Path(__file__).parent.parent
STORIES = HOUSE / "tests" / "locales"
TOLD = {language: {path.stem for path in (STORIES / language / "stories").glob("*.txt")} for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_every_story(language: str) -> None:
    assert TOLD[language] == set.union(*TOLD.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", municipalities())
def test_every_municipality_is_understood_by_the_name_it_is_shown_with(
    engine: Embedded, slug: str, language: str
) -> None:
    for form in ("", ":in", ":from"):
        shown = word(say("{place" + form + "}", place=Name(slug)), language)
        assert engine.understand(shown).entities.get("municipality") == slug, shown


def test_there_are_twenty_five_municipalities() -> None:
    assert len(municipalities()) == 25


@pytest.mark.parametrize("service", services().values(), ids=lambda service: service.name)
def test_every_rule_asks_a_question_of_the_form_and_judges_a_part_of_the_service(service: Service) -> None:
    from_form = {question.id for question in service.questions}
    parts = {part.id for part in service.parts}
    for local in (service.nation, *service.locals.values()):
        assert {rule.question for rule in local.rules} <= from_form
        assert {rule.part for rule in local.rules} | {fact.part for fact in local.facts} <= parts


def test_every_text_has_words_in_every_language_and_tier() -> None:
    assert report(HOUSE, HOUSE / "locales").faults == ()


INTENTS = sorted(
    set(re.findall(r"^- intent: (\w+)", "\n".join(path.read_text() for path in DATA.rglob("*.yml")), re.MULTILINE))
)


@pytest.mark.parametrize("intent", INTENTS)
def test_every_wish_that_is_understood_is_answered(intent: str) -> None:
    outside = Outside(
        datetime(2026, 11, 24, tzinfo=UTC),
        Understanding(intent, 1.0, Decision.ANSWER),
        (),
        "KOM-2026-7F3K9A",
        "key",
        private=True,
    )

    answered = advance(Session("en"), Message("1", Address("web", "ana"), "…", outside.now), outside)

    assert "I did not understand" not in answered.replies[0].text
