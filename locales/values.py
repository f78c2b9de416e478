"""How dates, money, numbers and proper names are written, by language and tier."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import format_currency, format_decimal

from locales.languages import Language
from locales.phrase import Euro, Name

DATE_FORMS = ("", "weekday", "of")
NAME_FORMS = ("", "in", "from", "of")
FORMS = frozenset((*DATE_FORMS, *NAME_FORMS))


def number(value: int | Decimal, language: Language) -> str:
    return format_decimal(value, locale=Locale.parse(language.babel))


def day(value: date, form: str, language: Language) -> str:
    """5. mart 2026.; as `of` in the genitive (5. marta 2026.), as `weekday` with its name before it."""
    dates = language.dates
    months = dates.months_of if form == "of" else dates.months
    written = dates.day.format(day=value.day, month=months[value.month - 1], year=value.year)
    if form != "weekday":
        return written
    return dates.weekday.format(weekday=dates.weekdays[value.weekday()], date=written)


def money(value: Euro, language: Language) -> str:
    """1.234,50 €, without decimals where there are no cents: 900 €."""
    locale = Locale.parse(language.babel)
    pattern = _currency_pattern(locale)
    if value.cents % 100 == 0:
        pattern = pattern.replace(".00", "")
    return format_currency(Decimal(value.cents) / 100, "EUR", pattern, locale=locale, currency_digits=False)


@cache
def _currency_pattern(locale: Locale) -> str:
    """Babel reads the whole locale again each time it is asked."""
    return str(locale.currency_formats["standard"].pattern)


def money_in_words(value: Euro, language: Language) -> str:
    """45 eura i 50 centi; 900 eura where there are no cents, 50 centi where there are no euros."""
    euros, cents = divmod(value.cents, 100)
    if not cents:
        return _counted(euros, language.money.euro, language)
    if not euros:
        return _counted(cents, language.money.cent, language)
    return language.money.both.format(
        euros=_counted(euros, language.money.euro, language),
        cents=_counted(cents, language.money.cent, language),
    )


def _counted(count: int, forms: Mapping[str, str], language: Language) -> str:
    return f"{number(count, language)} {forms[Locale.parse(language.babel).plural_form(count)]}"


def proper_name(value: Name, form: str, language: Language) -> str:
    """The name in the form asked for. A name the language does not know is shown by its key."""
    forms = language.names.get(value.key, {})
    return forms.get(form or "name", forms.get("name", value.key))
