"""A form between its questions: how each is asked and answered, and which one comes next."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from dialogs import offers
from dialogs.catalogue import Question, Service
from dialogs.deadlines import months_later
from dialogs.readers import Problem, Read, grouped, masked, read
from dialogs.session import Answer, Say
from dialogs.steps import Heard, Talk
from locales.phrase import Name, Phrase, say
from nlu.numbers import read_number
from nlu.phrasing import is_question

Offer = tuple[str, Phrase]
FREE_WORDS = frozenset({"name", "text"})
CHOSEN = frozenset({"choice", "years"})
MUNICIPALITY = "municipality"
ANSWERED_FOR = "answered_for"
LONGEST_LIFE = 120


def asked(question: Question, talk: Talk) -> Say:
    """The question with its choices, or with an example where it is to be typed."""
    place = {"municipality": Name(talk.municipality.slug)} if talk.municipality else {}
    ask = talk.service.phrase(question.ask, **place)
    example = (talk.service.phrase(question.hint),) if question.hint and question.kind not in CHOSEN else ()
    return Say((ask, *example), options(question, talk.service), asks_private=question.private)


def options(question: Question, service: Service) -> tuple[Offer, ...]:
    return tuple((_id(option.value), service.phrase(option.label)) for option in question.options)


def _id(value: Answer) -> str:
    """A plain yes and no in every form go by the same two ids, so that "yes" is understood as the answer."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def answer(question: Question, talk: Talk, heard: Heard) -> Read | Problem:
    """The answer in what was heard, or what is wrong with it. A question back is never an answer."""
    values = {_id(option.value): option.value for option in question.options}
    if heard.choice in values:
        return Read(values[str(heard.choice)], sure=not _is_ambiguous(question, heard.text))
    if question.kind == "date" and isinstance(dated := read(question.kind, heard.text, talk.today), Read):
        return _recent(question, dated, talk.today)
    if is_question(heard.text):
        return say("That sounds like a question. I still need an answer here.")
    names = _names(question, talk.service)
    id = offers.mentioned(heard.text, names) or offers.deferred(heard.text, names) or _counted(question, heard.text)
    if id in values:
        return Read(values[id])
    if question.kind in CHOSEN:
        return say("I did not find one of the answers in that.")
    return _recent(question, read(question.kind, heard.text, talk.today), talk.today)


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


def _names(question: Question, service: Service) -> tuple[Offer, ...]:
    """Every option by its label and by the other words for it."""
    also = ((_id(option.value), service.phrase(option.also)) for option in question.options if option.also)
    return (*options(question, service), *also)


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
    lost = {question.id for question in service.form if question.local} if moved else set()
    return {**{id: value for id, value in answers.items() if id not in lost}, ANSWERED_FOR: municipality}


def needed(service: Service, answers: Mapping[str, Answer], outside_private: bool) -> tuple[Question, ...]:
    """The questions of an application there: the standing ones and those a rule needs, private ones only in private."""
    by_rule = ruled(service, str(answers[MUNICIPALITY]))
    asked_here = (q for q in service.form if q.always or q.id in by_rule)
    return tuple(question for question in asked_here if outside_private or not question.private)


def ruled(service: Service, municipality: str | None, today: date | None = None) -> frozenset[str]:
    """The questions that the rules there are about; with a day, only the rules that are confirmed on it."""
    rules = service.local(municipality).rules
    return frozenset(rule.question for rule in rules if today is None or rule.basis.holds(today))


def next_open(questions: tuple[Question, ...], answers: Mapping[str, Answer]) -> Question | None:
    """The first question without an answer; None when all have one."""
    return next((question for question in questions if question.id not in answers), None)


def shown(question: Question, service: Service, value: Answer) -> Phrase:
    """An answer as it is read back: the words of the option, a date in words, sensitive ones hidden."""
    for option in question.options:
        if _id(option.value) == _id(value):
            return service.phrase(option.label)
    if question.kind == "date":
        return say("{day}", day=date.fromisoformat(str(value)))
    return Phrase("{text}", {"text": _text(question, str(value))})


def _text(question: Question, value: str) -> str:
    if question.private:
        return masked(value)
    return grouped(value) if question.kind == "phone" else value
