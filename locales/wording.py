"""A phrase becomes the words a citizen reads: the text of the language and tier, with its values filled in."""

from datetime import date
from functools import lru_cache
from string import Formatter

from locales import values
from locales.alphabet import cyrillic
from locales.catalogues import translation
from locales.languages import SPOKEN, Language, Tier
from locales.phrase import Euro, Name, Phrase, Proper, Value

TEXTS = 20_000
"""More than all catalogues have together, so that each text is taken apart once."""


def word(phrase: Phrase, language: str, tier: str = Tier.ORDINARY) -> str:
    """The phrase in this language and tier, in the English of the source while it is not translated.

    A `str` value is somebody's own words and is not changed, not even its script. A place without a value stays open
    to see, a form that a value does not have is its plain form. KeyError for a language that is not ours.
    """
    spoken = SPOKEN[language]
    translated = translation(phrase, spoken.words, tier)
    parts = _parts(_source(phrase), None) if translated is None else _parts(translated, spoken.written_in)
    given = {**phrase.values, "count": phrase.count} if phrase.count is not None else phrase.values
    said = ""
    for literal, place, form in parts:
        said = _joined(said, literal)
        if place is not None:
            said += _value(given[place], form, spoken, tier) if place in given else f"{{{place}}}"
    return said


@lru_cache(maxsize=TEXTS)
def _parts(text: str, written_in: str | None) -> tuple[tuple[str, str | None, str], ...]:
    """The text of a catalogue in its alphabet, each piece with the place that follows it and the form of the value."""
    written = cyrillic(text) if written_in else text
    return tuple((literal, place, form or "") for literal, place, form, _ in Formatter().parse(written))


def _joined(said: str, literal: str) -> str:
    """A Montenegrin date ends with a full stop, which then ends the sentence as well: one is enough."""
    is_twice = said.endswith(".") and literal.startswith(".") and not literal.startswith("..")
    return said + literal[is_twice:]


def _source(phrase: Phrase) -> str:
    is_one = phrase.plural is None or phrase.count == 1
    return phrase.text if is_one else phrase.plural or phrase.text


def _written(text: str, language: Language) -> str:
    return cyrillic(text) if language.written_in else text


def _value(value: Value, form: str, language: Language, tier: str) -> str:
    match value:
        case Phrase():
            return word(value, language.tag, tier)
        case str():
            return value
        case Proper():
            return _written(value.text, language)
        case date():
            return _written(values.day(value, form, language), language)
        case Euro():
            shown = values.money_in_words if tier == Tier.SIMPLE else values.money
            return _written(shown(value, language), language)
        case Name():
            return _written(values.proper_name(value, form, language), language)
        case _:
            return values.number(value, language)
