"""Until when a decision can be appealed against, counted as the law counts it; to whom, and what to write."""

from datetime import date, timedelta

from dialogs import days, offices, sources, towns
from dialogs.deadlines import last_day
from dialogs.service import Form
from dialogs.session import Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, always, aside, go
from locales.phrase import Name, Phrase, say
from nlu import Understanding

FLOW = "appeal"
FORM = "form:"
DECIDED = "decided"
"""Under this name the place of a case keeps the day of the decision, for as long as no other day is told."""
RECEIVED = days.Wanted(days.PAST, asked="received", then="counted")

Lines = tuple[Phrase, ...]
Choices = tuple[tuple[str, Phrase], ...]


def enter(talk: Talk, meaning: Understanding) -> Move:
    """To the question for the day; within an appeal it stays the same one, where no other is named."""
    is_same = all(meaning.entities.get(key, value) == value for key, value in talk.data.items())
    if talk.place.flow == FLOW and is_same:
        return days.go_on(talk, "received")
    return aside(FLOW, "received", service=talk.service.name)


def received(talk: Talk) -> Say:
    ask = say("On which day did you receive the written decision?")
    example = say("It stands on the delivery slip. Write, for example: {day}.", day=talk.today)
    return Say((ask, example), days.OPEN)


def counted(talk: Talk) -> Say:
    """The last day first; in simple mode how to write the appeal is told when it is asked for."""
    basis = talk.service.appeal_basis
    if not basis.holds(talk.today):
        unknown = say("I have no confirmed answer to that. The office knows it.")
        return Say((*_title(talk), unknown, *_office(talk)), _choices(talk))
    lines = (*_title(talk), *_until(talk), sources.line(talk.service, basis))
    more = () if talk.simple else (_writing(talk), _office(talk))
    return Say(lines, _choices(talk), more=more)


def _title(talk: Talk) -> Lines:
    """Of a case, what was decided there and for which municipality."""
    if DECIDED not in talk.data:
        return ()
    place = Name(str(talk.data[towns.MUNICIPALITY]))
    return (say("{title}: {municipality}.", title=talk.service.phrase(talk.form.title), municipality=place),)


def _until(talk: Talk) -> Lines:
    """The last day, from the day that was told, or from the day of the decision; without either only the rule."""
    begun = _begun(talk)
    if begun is None:
        return _rule(talk)
    last = last_day(begun, talk.service.appeal_days)
    moved = _moved(talk, begun, last)
    if last < talk.today:
        late = say("A late appeal is usually rejected. Ask the office at once what you can still do.")
        return (_was(talk, last), *moved, late)
    return (_is(talk, last), *moved, _left(talk, last), *_rule(talk))


def _begun(talk: Talk) -> date | None:
    return days.known(talk) or _decided(talk)


def _decided(talk: Talk) -> date | None:
    """The day of the decision, where nothing is known of the day it was received."""
    return date.fromisoformat(str(talk.data[DECIDED])) if DECIDED in talk.data and days.DAY not in talk.data else None


def _is(talk: Talk, last: date) -> Phrase:
    decided = _decided(talk)
    if decided is None:
        return say("You can appeal until {day:weekday}.", day=last)
    return say("If it reached you on {day}, you can appeal until {last:weekday}.", day=decided, last=last)


def _was(talk: Talk, last: date) -> Phrase:
    decided = _decided(talk)
    if decided is None:
        return say("The last day to appeal was {day}.", day=last)
    return say("If it reached you on {day}, the last day was {last}.", day=decided, last=last)


def _moved(talk: Talk, begun: date, last: date) -> Lines:
    """Why it is later than the days that are counted."""
    counted = talk.service.appeal_days
    if begun + timedelta(days=counted) == last:
        return ()
    return (say("Day {days} falls on a weekend or a holiday. So the next working day counts.", days=counted),)


def _left(talk: Talk, last: date) -> Phrase:
    left = (last - talk.today).days
    if left == 0:
        return say("Today is the last day.")
    return Phrase("You have {count} day left.", plural="You have {count} days left.", count=left)


def _rule(talk: Talk) -> Lines:
    return (
        say("You have {days} days. The day you receive the decision is not counted.", days=talk.service.appeal_days),
    )


def _writing(talk: Talk) -> Lines:
    """To whom the appeal goes, and what stands in it."""
    items = tuple(say("– {item}", item=talk.service.phrase(item)) for item in talk.service.appeal_write)
    return (talk.service.phrase(talk.service.appeal_to), say("Write in it:"), *items)


def _office(talk: Talk) -> Lines:
    municipality = towns.there(talk).municipality
    if municipality is None:
        return (say("Write the name of your municipality, and I tell you how to reach it."),)
    return offices.lines(talk.service, municipality, talk.today)


def _choices(talk: Talk) -> Choices:
    if talk.session.under:
        return ()
    writing = (("writing", say("What to write")),) if talk.simple and talk.place.step == "counted" else ()
    objections = tuple((FORM + form.id, talk.service.phrase(form.title)) for form in _objections(talk))
    return (*objections, *writing, ("again", say("Another day")), ("intent:main_menu", say("To the start")))


def _objections(talk: Talk) -> tuple[Form, ...]:
    """The forms that are an appeal themselves. What was decided on an application is nothing they are for."""
    return () if DECIDED in talk.data else tuple(form for form in talk.service.forms if form.is_appeal)


def writing(talk: Talk) -> Say:
    return Say(_writing(talk), _choices(talk), more=(_office(talk),))


def hear(talk: Talk, heard: Heard) -> Move | None:
    choice = str(heard.choice)
    if choice == "again":
        return days.go_on(talk, "received")
    if choice == "writing":
        return go(FLOW, "writing", **talk.data)
    if choice.startswith(FORM):
        return go("apply", "into", service=talk.service.name, form=choice.removeprefix(FORM))
    return None


STEPS = {
    "received": Step(received, RECEIVED.hear, open=always),
    "confirm": Step(days.confirm, RECEIVED.hear_confirm, open=always),
    "counted": Step(counted, hear, passing=True),
    "writing": Step(writing, hear, passing=True),
}

INTENTS = {"count_appeal": Entry(enter, about_service=True)}
