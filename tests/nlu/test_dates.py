"""A day, however it is written: in figures, in words, in every language and script, or told from today."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import LANGUAGES
from locales.phrase import say
from locales.wording import word
from nlu.dates import Impossible, Reading, read_date
from nlu.vocabulary import data, words_of

TUESDAY = date(2026, 3, 10)
FIFTH = date(2026, 3, 5)

WHOLE = [
    "05.03.2026.",
    "5.3.2026",
    "5. 3. 2026.",
    "5/3/2026",
    "05-03-2026",
    "5,3,2026",
    "5 3 2026",
    "05032026",
    "5.3.26",
    "2026-03-05",
    "2026/3/5",
    "5. III 2026.",
    "5. mart 2026",
    "5. marta 2026. godine",
    "5 marta 2026",
    "5.marta2026",
    "petog marta 2026",
    "5-og marta 2026",
    "petog trećeg 2026.",
    "пети март 2026.",
    "5. марта 2026.",
    "четвртак, 5. март 2026.",
    "5. ožujka 2026.",
    "5 mars 2026",
    "më 5 mars 2026",
    "pesë mars 2026",
    "5 mars të vitit 2026",
    "5 Marsit 2026",
    "5 March 2026",
    "5th of March 2026",
    "the fifth of March, 2026",
    "March 5, 2026",
    "March 5th 2026",
    "5 Mar 2026",
    "rodila se 5. marta 2026 u Kotoru",
    "u lind me 5 mars 2026 ne Ulqin",
    "She was born on 5 March 2026 at noon.",
]

FROM_TODAY = {
    "danas": 0,
    "јутрос": 0,
    "juče": 1,
    "juce": 1,
    "sinoć": 1,
    "prekjuče": 2,
    "прекјуче": 2,
    "prije tri dana": 3,
    "pre 3 dana": 3,
    "prije jedan dan": 1,
    "prije neđelju dana": 7,
    "prije nedjelju": 7,
    "prije dvije sedmice": 14,
    "prije dvije nedjelje": 14,
    "пријe двије недјеље": 14,
    "tri dana unazad": 3,
    "prošli utorak": 7,
    "u utorak": 7,
    "prošle srijede": 6,
    "prosle srede": 6,
    "u ponedjeljak": 1,
    "у понедјељак": 1,
    "prošle nedjelje": 2,
    "u utorak prošle nedjelje": 7,
    "u petak prošle sedmice": 4,
    "sot": 0,
    "dje": 1,
    "u lind dje": 1,
    "pardje": 2,
    "para tre ditësh": 3,
    "para tri ditesh": 3,
    "para një jave": 7,
    "dy javë më parë": 14,
    "të martën e kaluar": 7,
    "te marten": 7,
    "të hënën": 1,
    "e premtja": 4,
    "today": 0,
    "Yesterday": 1,
    "the day before yesterday": 2,
    "three days ago": 3,
    "a week ago": 7,
    "two weeks ago": 14,
    "last Tuesday": 7,
    "on Monday": 1,
    "last week on Friday": 4,
    "on the 23rd": 15,
    "no, on the 23rd": 15,
    "on the twenty-third": 15,
    "ne, nego 23.": 15,
    "ne, dvadeset trećeg": 15,
    "jo, më datë 23": 15,
    "on the 10th": 0,
    "on the 11th": 27,
    "5.3.": 5,
    "5/3": 5,
    "5. marta": 5,
    "petog trećeg": 5,
    "pesë mars": 5,
    "March 5": 5,
    "5. marta ove godine": 5,
    "10.3.": 0,
    "11.3.": 364,
    "5. marta prošle godine": 370,
    "lani 5. marta": 370,
    "5 March last year": 370,
}

NOT_THERE = [
    "31.2.2026",
    "45.3.2026",
    "03/25/2026",
    "29.2.2025.",
    "5.3.206",
    "0.0.2026",
    "5.3.20266",
    "31. februar 2026",
    "45. mart",
    "31 shkurt",
    "February 30",
    "тридесет првог априла",
]

NO_DATE = [
    "",
    "zdravo",
    "mart",
    "marta 2026",
    "prošlog mjeseca",
    "prije mjesec dana",
    "prošle sedmice",
    "last week",
    "javën e kaluar",
    "prije 2-3 dana",
    "a few days ago",
    "next Monday",
    "sljedeći ponedjeljak",
    "u idući utorak",
    "të hënën që vjen",
    "Monday next week",
    "Đe se predaje zahtjev?",
    "dje se predaje zahtjev",
    "me tre fëmijë",
    "u 14.30",
    "14:30",
    "2.50 €",
    "067 123 456",
    "067/123-456",
    "+382 67 123 456",
    "ME25510000000906801436",
    "510-9068014-36",
    "UP-I 05-12/26-3",
    "imam dvoje djece",
    "0",
    "32",
    "first I have a question",
]


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_date_is_taken_at_its_word(text: str) -> None:
    assert read_date(text, TUESDAY) == Reading(FIFTH, sure=True)


def test_figures_are_never_read_in_american_order() -> None:
    assert read_date("03/05/2026", TUESDAY) == Reading(date(2026, 5, 3), sure=True)


@pytest.mark.parametrize(("text", "days"), FROM_TODAY.items())
def test_a_day_told_from_today_is_read_back_first(text: str, days: int) -> None:
    assert read_date(text, TUESDAY) == Reading(TUESDAY - timedelta(days=days), sure=False)


@pytest.mark.parametrize("text", NOT_THERE)
def test_a_day_that_is_in_no_calendar_is_told_apart_from_no_date(text: str) -> None:
    assert read_date(text, TUESDAY) == Impossible()


@pytest.mark.parametrize("text", NO_DATE)
def test_what_names_no_day_is_no_date(text: str) -> None:
    assert read_date(text, TUESDAY) is None


@pytest.mark.parametrize("text", ["ne 5.3. nego 6.3.", "ne 5.3.2026 nego 6.3.2026", "not 5 March, 6 March 2026"])
def test_of_two_days_the_last_is_asked_about(text: str) -> None:
    assert read_date(text, TUESDAY) == Reading(date(2026, 3, 6), sure=False)


@pytest.mark.parametrize(("text", "year"), [("5.3.45", 1945), ("5.3.27", 2027), ("5.3.28", 1928), ("5. mart 99", 1999)])
def test_a_year_of_two_figures_is_a_near_one(text: str, year: int) -> None:
    assert read_date(text, TUESDAY) == Reading(date(year, 3, 5), sure=True)


def test_a_leap_day_without_a_year_is_the_last_there_was() -> None:
    assert read_date("29. februar", TUESDAY) == Reading(date(2024, 2, 29), sure=False)


@pytest.mark.parametrize("language", LANGUAGES)
@given(day=st.dates(date(1900, 1, 1), date(2100, 1, 1)), form=st.sampled_from(["{day}", "{day:of}", "{day:weekday}"]))
def test_every_date_we_write_we_can_read(language: str, day: date, form: str) -> None:
    assert read_date(word(say(form, day=day), language), TUESDAY) == Reading(day, sure=True)


@given(st.text(), st.dates())
def test_no_text_is_too_strange(text: str, today: date) -> None:
    assert isinstance(read_date(text, today), Reading | Impossible | None)


@given(st.lists(st.sampled_from(["5", "23.", "2026", "mart", "u", "utorak", "prije", "dana", "e", "jo", "ago", "99"])))
def test_no_heap_of_date_words_is_too_strange(words: list[str]) -> None:
    assert isinstance(read_date(" ".join(words), TUESDAY), Reading | Impossible | None)


@pytest.mark.parametrize("key", ["months", "weekdays", "days_ago", "years_ago"])
def test_no_word_is_two_days(key: str) -> None:
    said = [
        (words_of(form), number)
        for about in data("dates.yml")
        for number, forms in about[key].items()
        for form in forms
    ]

    assert len(dict(said)) == len(set(said))


@pytest.mark.parametrize("about", data("dates.yml"), ids=lambda about: str(about["months"][1][0]))
def test_a_language_has_every_month_and_weekday(about: dict[str, dict[int, list[str]]]) -> None:
    assert list(about["months"]) == list(range(1, 13))
    assert list(about["weekdays"]) == list(range(1, 8))
