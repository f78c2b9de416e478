"""An estimate of a yearly amount: short questions, then the amount with every step of the formula. Never a decision."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from dialogs import forms, offers, offices, sources
from dialogs.catalogue import municipalities, services
from dialogs.estimates import TENTHS, WHOLE, Estimated, estimated
from dialogs.readers import Read
from dialogs.service import Estimate, Question, Rate, Relief, Service
from dialogs.session import Answer, Place, Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, aside, go, home, stay
from dialogs.towns import MUNICIPALITY, there
from locales.phrase import Euro, Name, Phrase, say
from nlu import Decision, Understanding

FLOW = "estimate"
ANSWER = "answer:"
"""Before the id of a question: the place keeps the answers, since an estimate is no declaration."""
SKIPPED = "skipped"
ID = "id"
SKIP = (offers.SKIP, say("I do not know"))
HUNDREDTHS = 100

Lines = tuple[Phrase, ...]


def enter(talk: Talk, meaning: Understanding) -> Move:
    """Into the questions, from the first one on; first the municipality, whose rate it is."""
    service = _estimating(talk.named_service)
    if service is None:
        return aside("handover", "elsewhere")
    if (talk.place.flow, talk.place.step) == (FLOW, "question") and not _is_gone(talk):
        return _moved(talk, meaning) or stay()
    if talk.municipality is None:
        return aside("town", "ask", flow=FLOW, step="begin", service=service.name)
    return aside(FLOW, "begin", service=service.name)


def begin(talk: Talk) -> Move:
    """To the first question, for the municipality of the talk; the place keeps it, whatever is asked in between."""
    town = {MUNICIPALITY: talk.municipality.slug} if talk.municipality else {}
    return go(FLOW, "question", service=talk.service.name, **town)


def _moved(talk: Talk, meaning: Understanding) -> Move | None:
    """The same estimate for the municipality that was named; None where none was."""
    slug = meaning.entities.get(MUNICIPALITY)
    if slug not in municipalities():
        return None
    note = (say("Municipality: {municipality}.", municipality=Name(str(slug))),)
    place = Place(FLOW, talk.place.step, {**talk.data, MUNICIPALITY: str(slug)})
    return Move(to=place, note=note, changes={"municipality": slug})


def _moved_alone(talk: Talk, heard: Heard) -> Move | None:
    """The same, where nothing was said but the municipality: a question about it is answered for itself."""
    return None if heard.meaning.decision is Decision.ANSWER else _moved(talk, heard.meaning)


def _estimating(named: Service | None) -> Service | None:
    """The service of the talk if it can be estimated, else the first that can."""
    every = ((named,) if named else ()) + tuple(services().values())
    return next((service for service in every if service.estimate), None)


def _about(talk: Talk) -> Estimate:
    """Raises TypeError where the service of this place cannot be estimated."""
    described = talk.service.estimate
    if described is None:
        raise TypeError(f"{talk.service.name} has no estimate")
    return described


def _answers(talk: Talk) -> dict[str, Answer]:
    return {key.removeprefix(ANSWER): value for key, value in talk.data.items() if key.startswith(ANSWER)}


def _skipped(talk: Talk) -> tuple[str, ...]:
    return tuple(filter(None, str(talk.data.get(SKIPPED, "")).split(",")))


def _needed(about: Estimate, answers: Mapping[str, Answer], skipped: tuple[str, ...]) -> tuple[Question, ...]:
    """Area and price where the value is not known, the members where the relief is asked for, the age of a building."""
    pointless = {about.area, about.price} if about.value not in skipped else set()
    kind = answers.get(about.kind, "")
    if kind and kind not in about.aged:
        pointless |= {about.age}
    if kind and kind not in about.relief.kinds:
        pointless |= {about.relief.question}
    if about.relief.question in pointless or answers.get(about.relief.question) is not True:
        pointless |= {about.relief.members}
    return tuple(each for each in about.questions if each.id not in pointless)


def _open(about: Estimate, answers: Mapping[str, Answer], skipped: tuple[str, ...]) -> Question | None:
    asked = (each for each in _needed(about, answers, skipped) if each.id not in skipped)
    return forms.next_open(tuple(asked), answers)


def _current(talk: Talk) -> Question | None:
    """The question of this place: the named one, or the first open one; None when nothing is left to ask."""
    if ID in talk.data:
        return talk.service.question(str(talk.data[ID]))
    return _open(_about(talk), _answers(talk), _skipped(talk))


def question(talk: Talk) -> Say:
    current = _current(talk)
    if current is None:
        return result(talk)
    said = forms.asked(current, talk)
    # The rate goes by the kind of thing, so that nothing can be said without it.
    skip = () if current.id == _about(talk).kind else (SKIP,)
    return replace(said, choices=(*said.choices, *skip))


def hear_question(talk: Talk, heard: Heard) -> Move | None:
    current = _current(talk)
    if current is None:
        return None
    if forms.chosen(current, heard) == offers.SKIP:
        return Move(to=_next(talk, _without(_answers(talk), current.id), (*_skipped(talk), current.id)))
    return _taken(talk, current, heard)


def _taken(talk: Talk, current: Question, heard: Heard) -> Move:
    found = forms.answer(current, talk, heard)
    if not isinstance(found, Read):
        wrong = Move(note=forms.helpful(current, talk.service, found), missed=True)
        return _moved_alone(talk, heard) or wrong
    if not found.sure:
        return Move(to=Place(FLOW, "confirm", {**talk.data, ID: current.id, "value": found.value}))
    return _stored(talk, current, found.value)


def _stored(talk: Talk, current: Question, value: Answer) -> Move:
    """The answer is kept and read back, and the next question asked."""
    skipped = tuple(id for id in _skipped(talk) if id != current.id)
    label, shown = talk.service.phrase(current.label), forms.shown(current, talk.service, value)
    note = (say("{label}: {value}.", label=label, value=shown),)
    return Move(to=_next(talk, {**_answers(talk), current.id: value}, skipped), note=note)


def _next(talk: Talk, answers: Mapping[str, Answer], skipped: tuple[str, ...]) -> Place:
    following = _open(_about(talk), answers, skipped)
    data: dict[str, Answer] = {
        **_about_what(talk),
        SKIPPED: ",".join(skipped),
        **{ANSWER + id: value for id, value in answers.items()},
    }
    return Place(FLOW, "question", {**data, ID: following.id}) if following else Place(FLOW, "result", data)


def _about_what(talk: Talk) -> dict[str, Answer]:
    """What stays the same from the first question to the last, and when it is counted again."""
    return {key: value for key, value in talk.data.items() if key in ("service", MUNICIPALITY)}


def _without(answers: Mapping[str, Answer], id: str) -> dict[str, Answer]:
    return {other: value for other, value in answers.items() if other != id}


def confirm(talk: Talk) -> Say:
    current = talk.service.question(str(talk.data[ID]))
    label, shown = talk.service.phrase(current.label), forms.shown(current, talk.service, talk.data["value"])
    return forms.read_back(say("{label}: {value}", label=label, value=shown))


def hear_confirm(talk: Talk, heard: Heard) -> Move | None:
    """Yes keeps it, no asks again, and another answer corrects it at once."""
    current = talk.service.question(str(talk.data[ID]))
    kept = {key: value for key, value in talk.data.items() if key != "value"}
    if heard.choice == "yes":
        move = _stored(talk, current, talk.data["value"])
    elif heard.choice == "no":
        move = Move(to=Place(FLOW, "question", kept))
    else:
        move = _taken(talk, current, heard)
    return replace(move, changes={**move.changes, "trail": talk.session.trail})


def result(talk: Talk) -> Say:
    """The amount and how it comes about; in simple mode the amount first, the rest when it is asked for."""
    found, rate = _found(talk), _rate(talk)
    choices = (
        *((("how", say("How I counted")),) if talk.simple and found else ()),
        ("intent:apply", say("Apply")),
        *((("intent:pay", say("Pay")),) if talk.service.dues else ()),
        ("again", say("Count again")),
    )
    head = (_title(talk), talk.service.phrase(_about(talk).intro))
    if found is None or rate is None:
        paragraphs: tuple[Lines, ...] = ((*_unknown(rate), *_basis(talk, rate)), _office(talk))
    elif talk.simple:
        paragraphs = ((_amount(found), *_sources(talk, found)),)
    else:
        paragraphs = ((_amount(found), *_formula(talk, found)), _sources(talk, found), _ask_office(talk, found))
    return Say(head, () if talk.session.under else choices, more=tuple(filter(None, paragraphs)))


def _title(talk: Talk) -> Phrase:
    place = talk.municipality
    title = talk.service.phrase(_about(talk).title)
    return say("{title}: {municipality}.", title=title, municipality=Name(place.slug)) if place else title


def _rate(talk: Talk) -> Rate | None:
    return talk.local.rate(str(_answers(talk).get(_about(talk).kind)), talk.today)


def _relief(talk: Talk) -> Relief | None:
    relief = _about(talk).relief
    return relief if relief.basis.holds(talk.today) else None


def _found(talk: Talk) -> Estimated | None:
    rate = _rate(talk)
    return estimated(_about(talk), _answers(talk), rate, _relief(talk)) if rate else None


def _amount(found: Estimated) -> Phrase:
    if found.low == found.high:
        return say("You would pay about {amount} a year.", amount=Euro(found.low))
    return say("You would pay from {low} to {high} a year.", low=Euro(found.low), high=Euro(found.high))


def _formula(talk: Talk, found: Estimated) -> Lines:
    """Every step from the base to the amount, one a line."""
    share = _share(talk, found)
    relief = (_relief_line(found),) if found.relief else _relief_unknown(talk)
    return (_base(found), *share, _rate_line(found), *relief, ROUNDED, *_age(talk))


ROUNDED = say("I round to the cent once, at the end.")


def _base(found: Estimated) -> Phrase:
    base = Euro(found.base)
    if found.area is None or found.price is None:
        return say("– Value: {base}.", base=base)
    area, price = Decimal(found.area) / TENTHS, Euro(found.price)
    return say("– Value: {area} m² × {price} = {base}.", area=area, price=price, base=base)


def _share(talk: Talk, found: Estimated) -> Lines:
    if _about(talk).share in _skipped(talk):
        return (say("– Share: I counted all of it."),)
    return () if found.share == WHOLE else (say("– Your share: {share} % of the value.", share=found.share),)


def _rate_line(found: Estimated) -> Phrase:
    low, high = (Decimal(part) / HUNDREDTHS for part in (found.rate.low, found.rate.high))
    amount, most = Euro(found.full_low), Euro(found.full_high)
    if low == high:
        return say("– Rate: {rate} %, which gives {amount}.", rate=low, amount=amount)
    return say(
        "– Rate by law: {low} % to {high} %, which gives {amount} to {most}.",
        low=low, high=high, amount=amount, most=most,
    )  # fmt: skip


def _relief_line(found: Estimated) -> Phrase:
    least, most = Euro(found.low), Euro(found.high)
    if least == most:
        return say(
            "– Relief for your home: {percent} % less, which leaves {amount}.", percent=found.relief, amount=least
        )
    return say(
        "– Relief for your home: {percent} % less, which leaves {amount} to {most}.",
        percent=found.relief, amount=least, most=most,
    )  # fmt: skip


def _relief_unknown(talk: Talk) -> Lines:
    """Not taken off, because it is not known, or because what takes it off is not confirmed."""
    question = _about(talk).relief.question
    is_open = question in _skipped(talk) or (_answers(talk).get(question) is True and _relief(talk) is None)
    return (say("– Relief for your home: not counted. With it you pay less."),) if is_open else ()


def _age(talk: Talk) -> Lines:
    """Told, but not counted: what a municipality takes off for it is confirmed nowhere."""
    answers, about = _answers(talk), _about(talk)
    years = answers.get(about.age)
    if years is None or answers.get(about.kind) not in about.aged:
        return ()
    old = Phrase("The building is {count} year old.", plural="The building is {count} years old.", count=int(years))
    return (old, say("The municipality lowers the value for age. I could not confirm by how much."))


def _sources(talk: Talk, found: Estimated) -> Lines:
    relief = _relief(talk) if found.relief else None
    bases = (found.rate.basis, *((relief.basis,) if relief else ()))
    return sources.lines(talk.service, bases)


def _ask_office(talk: Talk, found: Estimated) -> Lines:
    """Where only the limits of the law are confirmed, who knows the municipality's own rate."""
    if found.rate.low == found.rate.high:
        return ()
    return (say("The municipality sets its own rate. I could not confirm it, but the office knows it."), *_office(talk))


def _office(talk: Talk) -> Lines:
    return offices.lines(talk.service, talk.municipality, talk.today) if talk.municipality else ()


def _unknown(rate: Rate | None) -> Lines:
    """What is missing, and what is known without it."""
    if rate is None:
        return (say("I have no confirmed rate for that. The office knows it."),)
    low, high = (Decimal(part) / HUNDREDTHS for part in (rate.low, rate.high))
    known = (
        say("The rate is {rate} % of the value.", rate=low)
        if low == high
        else say("By law the rate is {low} % to {high} % of the value.", low=low, high=high)
    )
    return (say("Without the value, or the area and the price, I cannot count. The office knows them."), known)


def _basis(talk: Talk, rate: Rate | None) -> Lines:
    return (sources.line(talk.service, rate.basis),) if rate else ()


def how(talk: Talk) -> Say:
    """In simple mode: the formula, after the amount."""
    found = _found(talk)
    if found is None:
        return result(talk)
    choices = () if talk.session.under else (("amount", say("Back to the amount")), ("again", say("Count again")))
    more = (_sources(talk, found), _ask_office(talk, found))
    return Say(_formula(talk, found), choices, more=tuple(filter(None, more)))


def hear_result(talk: Talk, heard: Heard) -> Move | None:
    steps = {"how": "how", "amount": "result"}
    if heard.choice == "again":
        return go(FLOW, "question", **_about_what(talk))
    step = steps.get(str(heard.choice))
    return Move(to=Place(FLOW, step, talk.data)) if step else _moved_alone(talk, heard)


def finished(talk: Talk) -> Move | None:
    return None if _current(talk) else Move(to=Place(FLOW, "result", talk.data))


def _is_gone(talk: Talk) -> bool:
    """A newer version no longer has the estimate of this place, or the question it stands at."""
    about = talk.service.estimate
    return about is None or str(talk.data.get(ID, about.kind)) not in {each.id for each in about.questions}


GONE = say("I have no confirmed rate for that. The office knows it.")


def _step(
    ask: Callable[[Talk], Say],
    hear: Callable[[Talk, Heard], Move | None],
    onward: Callable[[Talk], Move | None] = lambda talk: None,
    *,
    passing: bool = False,
) -> Step:
    """A step of the estimate, for the municipality of its place; to the start where a newer version has none."""

    def asked(talk: Talk) -> Say:
        return Say((GONE,), (("intent:main_menu", say("To the start")),)) if _is_gone(talk) else ask(there(talk))

    def answered(talk: Talk, heard: Heard) -> Move | None:
        if not _is_gone(talk):
            return hear(there(talk), heard)
        return None if heard.meaning.decision is Decision.ANSWER else home(GONE)

    def passed(talk: Talk) -> Move | None:
        return home(GONE) if _is_gone(talk) else onward(talk)

    def is_open(talk: Talk) -> bool:
        return not passing and not _is_gone(talk)

    return Step(asked, answered, open=is_open, passing=passing, onward=passed)


STEPS = {
    "begin": _step(question, hear_question, begin),
    "question": _step(question, hear_question, finished),
    "confirm": _step(confirm, hear_confirm),
    "result": _step(result, hear_result, passing=True),
    "how": _step(how, hear_result, passing=True),
}

INTENTS = {"estimate": Entry(enter, say("Estimate the amount"))}
