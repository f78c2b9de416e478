"""A draft moves to another place by a code: made with consent, taken over once, good for a day.

A code is a copy of the draft on its way. The place where it was made keeps its own, so nothing is lost if the code is.
Whoever guesses has one chance in 30⁶ (729 million) a guess for each code that is alive. Five wrong codes end the
guessing in one talk; over many talks it is slowed by the limits of each channel, and ended by the day a code lives.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from dialogs import codes, drafts
from dialogs.catalogue import forms as all_forms
from dialogs.forms import MUNICIPALITY
from dialogs.outside import Carried, Kind
from dialogs.service import Form
from dialogs.session import Answer, Order, Say
from dialogs.steps import HOME_TIME, SOUGHT, Entry, Heard, Move, Step, Talk, always, aside, go, home, stay
from locales.phrase import Name, Phrase, say
from nlu import Decision, Understanding

VALID = timedelta(days=1)
MOST_WRONG_CODES = 5
TAKE_OVER = ("intent:take_draft", say("I have a code"))


def enter(talk: Talk, meaning: Understanding) -> Move:
    """To the question whether a code shall be made, for the application on show or the one begun last."""
    is_shown = "form" in talk.data and talk.form.key in talk.session.drafts
    form = talk.form if is_shown else drafts.latest(talk, meaning.entities.get("service"))
    if form is None:
        return replace(take_over(talk, meaning), note=(say("You have no application to continue."),))
    return aside("carry", "consent", service=form.service, form=form.id)


def take_over(talk: Talk, meaning: Understanding) -> Move:
    return aside("carry", "code")


def _title(talk: Talk, slug: Answer) -> Phrase:
    title = talk.service.phrase(talk.form.title)
    return say("Application: {part}, {municipality}.", part=title, municipality=Name(str(slug)))


def consent(talk: Talk) -> Say:
    """What a code does, and who could see what, before one is made."""
    lines = (
        _title(talk, _draft(talk).get(MUNICIPALITY, "")),
        say("With a code you can go on in another app, on the web page or at the counter."),
        say("The code works for one day. Whoever has it can see your answers."),
        say("Shall I make one?"),
    )
    return Say(lines, (("yes", say("Yes, make a code")), ("no", say("No, leave it")), TAKE_OVER))


def _draft(talk: Talk) -> Mapping[str, Answer]:
    return talk.answers(talk.form.key)


def without_draft(talk: Talk) -> Move | None:
    """What was sent or erased meanwhile cannot be carried."""
    return None if talk.form.key in talk.session.drafts else home()


def hear_consent(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice == "no":
        return Move(done=True)
    if heard.choice != "yes":
        return None
    return without_draft(talk) or _code_made(talk)


def _code_made(talk: Talk) -> Move:
    code, until = talk.outside.code, talk.outside.now + VALID
    body = {"code": code, "form": talk.form.key, "answers": dict(_draft(talk)), "until": until.isoformat()}
    place = {"service": talk.service.name, "form": talk.form.id}
    move = go("carry", "made", **place, code=code, until=until.isoformat())
    return replace(move, changes={"trail": talk.session.trail}, orders=(Order("carry", talk.outside.key, body),))


def made(talk: Talk) -> Say:
    """The code, until when it works, and what to do with it."""
    until = datetime.fromisoformat(str(talk.data["until"])).astimezone(HOME_TIME)
    lines = (
        say("Your code: {code}", code=codes.shown(str(talk.data["code"]))),
        say("It works once, until {day}, {time} in Montenegro.", day=until.date(), time=f"{until:%H:%M}"),
    )
    how = (
        say("Write this code at the other place, at the start. Or show it at the counter."),
        say("Your answers stay here too. Please send the application from one place only."),
    )
    return Say(lines, (("here", say("Go on here")), ("intent:main_menu", say("To the start"))), more=(how,))


def hear_made(talk: Talk, heard: Heard) -> Move | None:
    """Back into the form, where it was interrupted or where it was stopped."""
    if heard.choice != "here":
        return None
    if talk.session.under:
        return Move(done=True)
    return go("apply", "into", service=talk.service.name, form=talk.form.id)


def code(talk: Talk) -> Say:
    ask = say("If you have a code from another place, please write it here.")
    looks = say("It has six characters, like {example}.", example=codes.shown(codes.EXAMPLE))
    return Say((ask, looks), (("none", say("I have no code")),))


def hear_code(talk: Talk, heard: Heard) -> Move | None:
    """To the draft that goes by the code. After five wrong ones even a right one is refused, or guessing would pay."""
    if heard.choice == "none":
        return Move(done=True)
    written = codes.read(heard.text)
    if written is None or _is_a_word(written, heard, talk.outside.carried):
        return None
    if talk.session.wrong_references >= MOST_WRONG_CODES:
        enough = say("Too many codes did not fit. Please go on where you began, or at the counter.")
        return Move(note=(enough,), done=True)
    found = _known(talk.outside.carried)
    if found is None:
        return _wrong(talk, written)
    form = all_forms()[found.form]
    place = {"service": form.service, "form": form.id, MUNICIPALITY: found.answers[MUNICIPALITY]}
    move = go("carry", "found", **{SOUGHT: written, **place})
    return replace(move, changes={"trail": (*talk.session.trail, talk.place)})


def _is_a_word(written: str, heard: Heard, carried: Carried | None) -> bool:
    """Six letters that mean something else, like the name of a town."""
    is_meant = heard.meaning.decision is Decision.ANSWER or bool(heard.meaning.entities)
    return carried is None and is_meant and not codes.has_digit(written)


def _known(carried: Carried | None) -> Carried | None:
    """None too for a form that a newer version no longer has."""
    return carried if carried and carried.form in all_forms() else None


def _wrong(talk: Talk, written: str) -> Move:
    unknown = say("I know no code {code}. Please check it.", code=codes.shown(written))
    once = say("A code works for one day, and only once.")
    return stay(unknown, once, wrong_references=talk.session.wrong_references + 1)


def found(talk: Talk) -> Say:
    """What the code stands for; nothing of the answers is shown before it is taken over."""
    twice = say("You have begun the same one here. Its answers will be replaced.")
    lines = (
        _title(talk, talk.data[MUNICIPALITY]),
        *((twice,) if talk.form.key in talk.session.drafts else ()),
        say("Shall we go on with it here?"),
    )
    return Say(lines, (("yes", say("Yes, go on here")), ("no", say("No, leave it"))))


def hear_found(talk: Talk, heard: Heard) -> Move | None:
    """The draft is looked up once more when it is taken over: meanwhile its day may have passed, or somebody had it."""
    if heard.choice == "no":
        return Move(done=True)
    if heard.choice != "yes":
        return None
    carried = _known(talk.outside.carried)
    if carried is None:
        gone = say("That code does not work any more.")
        return replace(go("carry", "code"), note=(gone,), changes={"trail": talk.session.trail})
    return _taken_over(talk, all_forms()[carried.form], carried.answers)


def _taken_over(talk: Talk, form: Form, carried: Mapping[str, Answer]) -> Move:
    """On with the draft here: to its first open question, or to the review."""
    hidden = _hidden(talk, form)
    answers = {id: value for id, value in carried.items() if id not in hidden}
    left_out = say("I left out what others could read here. You can bring it to the counter.")
    note = (
        say("Your answers are here now. The code does not work any more."),
        *((left_out,) if len(answers) < len(carried) else ()),
        say("Please do not send the application from the other place too."),
        say("If I cannot reach you there, news about your applications comes here."),
    )
    others = tuple(key for key in talk.session.drafts if key != form.key)
    changes = {
        "answers": {**talk.session.answers, form.key: answers},
        "drafts": (*others, form.key),
        "municipality": answers[MUNICIPALITY],
        "service": form.service,
        "under": (),
        "trail": (),
    }
    move = go("apply", "review", service=form.service, form=form.id, key=talk.outside.key)
    order = Order("take", talk.outside.key, {"code": str(talk.data[SOUGHT])})
    return replace(move, note=note, changes=changes, orders=(order,))


def _hidden(talk: Talk, form: Form) -> frozenset[str]:
    """The questions whose answers must not be at a place where others read along."""
    return frozenset() if talk.outside.private else frozenset(asked.id for asked in form.questions if asked.private)


STEPS = {
    "consent": Step(consent, hear_consent, open=always, onward=without_draft),
    "made": Step(made, hear_made),
    "code": Step(code, hear_code, looks_up=Kind.DRAFT),
    "found": Step(found, hear_found, open=always, looks_up=Kind.DRAFT),
}

INTENTS = {
    "carry_draft": Entry(enter, say("Go on elsewhere")),
    "take_draft": Entry(take_over, say("I have a code")),
}
