"""Something happened in a life: what is then due, in order, each with its last day."""

from datetime import date

from dialogs import days, offices, sources
from dialogs.deadlines import last_day, months_later
from dialogs.meaning import event as named_event
from dialogs.service import Event, Stage
from dialogs.session import Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, always, aside, go, stay
from locales.phrase import Phrase, Value, say
from nlu import Understanding

FLOW = "event"

Lines = tuple[Phrase, ...]


def enter(talk: Talk, meaning: Understanding) -> Move:
    """To the day of the event that was named; elsewhere where it is none of ours."""
    found = named_event(meaning.entities.get("event", ""))
    if found is None:
        return aside("handover", "elsewhere")
    service, event = found
    if talk.place.flow == FLOW and talk.data.get("event") == event.id and talk.place.step == "day":
        return stay()
    return aside(FLOW, "day", service=service.name, event=event.id)


def _event(talk: Talk) -> Event:
    """The event of this place; the first of its service for an id that a newer version no longer has."""
    named = (event for event in talk.service.events if event.id == talk.data["event"])
    return next(named, talk.service.events[0])


def day(talk: Talk) -> Say:
    event = _event(talk)
    title = say("{title}:", title=talk.service.phrase(event.title))
    example = say("Write the day, the month and the year. For example: {day}.", day=talk.today)
    return Say((title, talk.service.phrase(event.when), example), days.OPEN)


def _wanted(talk: Talk) -> days.Wanted:
    return days.Wanted(_event(talk).kind, asked="day", then="due")


def hear_day(talk: Talk, heard: Heard) -> Move | None:
    """Without a day the list comes all the same, with its time limits in place of last days."""
    return _wanted(talk).hear(talk, heard)


def hear_confirm(talk: Talk, heard: Heard) -> Move | None:
    return _wanted(talk).hear_confirm(talk, heard)


def due(talk: Talk) -> Say:
    """The list; in simple mode one thing of it a message."""
    stages = _stages(talk)
    here = min(int(talk.data.get("at", 0)), max(len(stages) - 1, 0))
    shown = stages[here : here + 1] if talk.simple else stages
    title = say("{title}:", title=talk.service.phrase(_event(talk).title))
    listed = tuple(_told(talk, stage, number) for number, stage in enumerate(shown, start=here + 1))
    unknown = ((say("I have no confirmed answer to that. The office knows it."),),) if not stages else ()
    more = (*listed, *unknown, *_office(talk, shown))
    is_last = not talk.simple or here + 1 >= len(stages)
    return Say((title,), () if talk.session.under else _choices(talk, is_last), more=more)


def _stages(talk: Talk) -> tuple[Stage, ...]:
    return tuple(stage for stage in _event(talk).stages if stage.basis.holds(talk.today))


def _choices(talk: Talk, is_last: bool) -> tuple[tuple[str, Phrase], ...]:
    dues = (("intent:subscribe", say("Remind me")),) if talk.service.dues else ()
    return (
        *(() if is_last else (("next", say("Next")),)),
        ("intent:apply", say("Apply")),
        ("intent:ask_documents", say("Which papers")),
        *dues,
        ("intent:main_menu", say("To the start")),
    )


def _told(talk: Talk, stage: Stage, number: int) -> Lines:
    """One thing with its last day, or with how long there is time, and where that is written."""
    limit = _last_day(talk, stage) or _limit(stage)
    values: dict[str, Value] = {"last_day": limit} if limit else {}
    text = say("{number}. {text}", number=number, text=talk.service.phrase(stage.text, **values))
    passed = (PASSED,) if _is_passed(talk, stage) else ()
    return (text, *passed, sources.line(talk.service, stage.basis))


PASSED = say("That day has passed. Ask the office what you can still do.")


def _last_day(talk: Talk, stage: Stage) -> date | None:
    """Days as the law counts them; months end on their day, working or not. None without a day or a limit."""
    begun = days.known(talk)
    if begun is None:
        return None
    if stage.days is not None:
        return last_day(begun, stage.days)
    return None if stage.months is None else months_later(begun, stage.months)


def _limit(stage: Stage) -> Phrase | None:
    """How long there is time, in words that stand in a sentence where the last day would."""
    if stage.days is not None:
        return say("day {days} after that", days=stage.days)
    return None if stage.months is None else say("the same day {months} months later", months=stage.months)


def _is_passed(talk: Talk, stage: Stage) -> bool:
    last = _last_day(talk, stage)
    return last is not None and last < talk.today


def _office(talk: Talk, shown: tuple[Stage, ...]) -> tuple[Lines, ...]:
    """How to reach the office, where something is late or nothing is confirmed."""
    is_needed = not shown or any(_is_passed(talk, stage) for stage in shown)
    return (offices.lines(talk.service, talk.municipality, talk.today),) if is_needed and talk.municipality else ()


def hear_due(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice != "next":
        return None
    return go(FLOW, "due", **{**talk.data, "at": int(talk.data.get("at", 0)) + 1})


STEPS = {
    "day": Step(day, hear_day, open=always),
    "confirm": Step(days.confirm, hear_confirm, open=always),
    "due": Step(due, hear_due, passing=True),
}

# Without a label: in the middle of a form it is the answer to a question rather than something new.
INTENTS = {"tell_event": Entry(enter)}
