"""A form between its questions: how each is asked and answered, and which one comes next."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from dialogs import offers
from dialogs.deadlines import months_later
from dialogs.privacy import hidden
from dialogs.readers import Problem, Read, grouped, masked, read
from dialogs.service import Form, Question, Service
from dialogs.session import Answer, Say
from dialogs.steps import Heard, Talk
from locales.phrase import Euro, Name, Phrase, say
from nlu import Decision
from nlu.numbers import read_number
from nlu.phrasing import is_question

Offer = tuple[str, Phrase]
FREE_WORDS = frozenset({"name", "text", "reference", "long"})
CHOSEN = frozenset({"choice", "years"})
DAYS = frozenset({"date", "future_date"})
LONG = "long"
PLAIN = frozenset({"yes", "no"})
WORDS_OF_YES = 2
BREAK = re.compile(r"[,.;:!–—]")
COPIED = frozenset({"text", "reference"})
NUMBER = "number"
YES_NO = (("yes", say("Yes")), ("no", say("No")))
MUNICIPALITY = "municipality"
ANSWERED_FOR = "answered_for"
LONGEST_LIFE = 120


def asked(question: Question, talk: Talk) -> Say:
    """The question with its choices and the other words for them, or with an example where it is to be typed."""
    place = {"municipality": Name(talk.municipality.slug)} if talk.municipality else {}
    ask = talk.service.phrase(question.ask, **place)
    example = (talk.service.phrase(question.hint),) if question.hint and question.kind not in CHOSEN else ()
    return Say((ask, *example), options(question, talk.service), asks_private=question.private)


def options(question: Question, service: Service) -> tuple[Offer, ...]:
    """Every option by its label, then by the other words for it."""
    labels = ((_id(option.value), service.phrase(option.label)) for option in question.options)
    also = ((_id(option.value), service.phrase(option.also)) for option in question.options if option.also)
    return (*labels, *also)


def _id(value: Answer) -> str:
    """A plain yes and no in every form go by the same two ids, so that "yes" is understood as the answer."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def answer(question: Question, talk: Talk, heard: Heard) -> Read | Problem:
    """The answer in what was heard, or what is wrong with it. A question back is never an answer."""
    values = {_id(option.value): option.value for option in question.options}
    if (choice := chosen(question, heard)) in values:
        return Read(values[str(choice)], sure=not _is_ambiguous(question, heard.text))
    if question.kind == LONG:
        return _for_the_office(heard.text, talk.today)
    if question.kind in DAYS and isinstance(dated := read(question.kind, heard.text, talk.today), Read):
        return _recent(question, dated, talk.today)
    if _is_asked(question, heard):
        return say("That sounds like a question. I still need an answer here.")
    id = _meant(question, talk.service, heard.text)
    if id in values:
        return Read(values[str(id)])
    if question.kind in CHOSEN:
        return say("I did not find one of the answers in that.")
    found = _bounded(question, _recent(question, read(question.kind, heard.text, talk.today), talk.today))
    return replace(found, sure=found.sure and heard.choice is None) if isinstance(found, Read) else found


def _meant(question: Question, service: Service, text: str) -> str | None:
    """The option whose words stand in a longer answer, unless the answer is the number that stands there too."""
    if question.kind == NUMBER and any(map(str.isdigit, text)):
        return None
    names = options(question, service)
    deferred = None if question.kind in CHOSEN else offers.deferred(text, names)
    mentioned = offers.mentioned(text, names)
    if mentioned in PLAIN and not _opens(text, tuple(name for name in names if name[0] == mentioned)):
        return None
    return mentioned or deferred or _counted(question, text)


def _opens(text: str, names: tuple[Offer, ...]) -> bool:
    """A yes or no that stands by itself, before a comma, or with a word: "po" is also "but", and "da" also "that"."""
    first = BREAK.split(text.strip(), maxsplit=1)[0]
    return len(text.split()) <= WORDS_OF_YES or (offers.mentioned(first, names) is not None and len(first.split()) <= 2)


def chosen(question: Question, heard: Heard) -> str | None:
    """The choice that was made; None where a number was typed that is an answer itself, not a place in the list."""
    is_answer = question.kind == NUMBER and read_number(heard.text) is not None
    return None if is_answer else heard.choice


def _for_the_office(text: str, today: date) -> Read | Problem:
    """Somebody else reads it: a question may stand in it, a number that says who or whose account may not."""
    if hidden(text) != text:
        return say("Please leave out identity and account numbers. You can bring them to the counter.")
    return read(LONG, text, today)


def _bounded(question: Question, found: Read | Problem) -> Read | Problem:
    """A number below the least or above the most that can be meant is asked again."""
    if not isinstance(found, Read) or not isinstance(found.value, int):
        return found
    if question.least is not None and found.value < question.least:
        return say("The least that can be here is {number}.", number=question.least)
    if question.most is not None and found.value > question.most:
        return say("The most that can be here is {number}.", number=question.most)
    return found


def _is_asked(question: Question, heard: Heard) -> bool:
    """A question back. Words copied from a paper may begin like one: "KO Podgorica III" is no "who"."""
    if question.kind in COPIED and "?" not in heard.text:
        return is_question(heard.text) and heard.meaning.decision is Decision.ANSWER
    return is_question(heard.text)


def _recent(question: Question, found: Read | Problem, today: date) -> Read | Problem:
    """A day so long ago that the year must be a slip is asked again."""
    if not isinstance(found, Read) or question.oldest_years is None:
        return found
    day = date.fromisoformat(str(found.value))
    is_recent = months_later(day, 12 * question.oldest_years) >= today
    return found if is_recent else say("{day} is too long ago for this. Please check the year.", day=day)


def _is_ambiguous(question: Question, text: str) -> bool:
    """A number in words where the answers are years: it may be the place in the list. A figure is that place."""
    return question.kind == "years" and read_number(text) is not None and not any(map(str.isdigit, text))


def _counted(question: Question, text: str) -> str | None:
    """The option of a number said with its unit ("5 godina"): the highest that the number reaches."""
    if question.kind != "years":
        return None
    steps = [int(option.value) for option in question.options if int(option.value) >= 0]
    said = [read_number(number) for number, unit in pairwise(text.split()[:3]) if read_number(unit) is None]
    known = [number for number in said if number is not None and number <= LONGEST_LIFE]
    reached = [step for step in steps if known and step <= known[0]]
    return _id(max(reached)) if reached else None


def helpful(question: Question, service: Service, problem: Problem) -> tuple[Phrase, ...]:
    """What was wrong; the question follows with its example."""
    hint = (service.phrase(question.hint),) if question.hint and question.kind in CHOSEN else ()
    return (problem, *hint)


def holding(service: Service, answers: Mapping[str, Answer], municipality: str) -> dict[str, Answer]:
    """The answers that hold there: what was answered for another municipality is not carried over."""
    moved = answers.get(ANSWERED_FOR, municipality) != municipality
    lost = {question.id for question in service.questions if question.local} if moved else set()
    return {**{id: value for id, value in answers.items() if id not in lost}, ANSWERED_FOR: municipality}


def known(service: Service, form: Form, given: Mapping[str, Mapping[str, Answer]], place: str) -> dict[str, Answer]:
    """What this form need not ask again: answers about its service, and those that last, from any service."""
    lasting = {question.id for question in form.questions if question.remembered}
    anywhere = {id: value for answers in given.values() for id, value in answers.items() if id in lasting}
    here = holding(service, given.get(service.name, {}), place)
    return {**anywhere, **{question.id: here[question.id] for question in form.questions if question.id in here}}


def needed(service: Service, form: Form, municipality: str, outside_private: bool) -> tuple[Question, ...]:
    """The questions of a form there: the standing ones and those a rule needs, private ones only in private."""
    by_rule = {rule.question for rule in service.local(municipality).for_form(form)}
    asked_here = (question for question in form.questions if question.always or question.id in by_rule)
    return tuple(question for question in asked_here if outside_private or not question.private)


def deciding(service: Service, municipality: str | None, today: date | None = None) -> frozenset[str]:
    """The questions that decide who is entitled there; with a day, only by the rules that are confirmed on it."""
    rules = service.local(municipality).entitling()
    return frozenset(rule.question for rule in rules if today is None or rule.basis.holds(today))


def next_open(questions: tuple[Question, ...], answers: Mapping[str, Answer]) -> Question | None:
    """The first question without an answer; None when all have one."""
    return next((question for question in questions if question.id not in answers), None)


def shown(question: Question, service: Service, value: Answer) -> Phrase:
    """An answer as it is read back: the words of the option, a date in words, sensitive ones hidden."""
    for option in question.options:
        if _id(option.value) == _id(value):
            return service.phrase(option.label)
    match question.kind:
        case "date" | "future_date":
            return say("{day}", day=date.fromisoformat(str(value)))
        case "number":
            return say("{number}", number=int(value))
        case "area":
            return say("{number} m²", number=Decimal(value) / 10)
        case "money":
            return say("{amount}", amount=Euro(int(value)))
    return Phrase("{text}", {"text": _text(question, str(value))})


def read_back(value: Phrase) -> Say:
    """What was understood, to be confirmed before it is kept."""
    return Say((say("{value}. Is that right?", value=value),), YES_NO)


def _text(question: Question, value: str) -> str:
    if question.private:
        return masked(value)
    return grouped(value) if question.kind == "phone" else value
