"""Where an application stands, in sentences: the state, the office's own words, and what to do until when."""

from datetime import date

from dialogs import offices, sources
from dialogs.catalogue import municipalities, services
from dialogs.deadlines import last_day
from dialogs.service import Form
from dialogs.session import Case, Reply, Session
from dialogs.steps import HOME_TIME
from locales import DEFAULT
from locales.phrase import Phrase, say
from locales.wording import word

OPEN = frozenset({"saved", "received", "returned"})


def standing(found: Case, today: date) -> tuple[Phrase, ...]:
    """The state of an application in sentences, with the office's own words and what to do until when."""
    day = found.at.astimezone(HOME_TIME).date()
    lines = {
        "saved": (say("It is kept here and is not at the office yet. I keep sending it."),),
        "received": (
            say("The office has had it since {day}.", day=day),
            *(due(found, today) if today <= last_to_decide(found) else overdue(found)),
        ),
        "returned": () if found.mine else (say("The office asks for more."),),
        "approved": (say("The office approved it on {day}.", day=day),),
        "refused": (say("The office refused it on {day}.", day=day),),
        "withdrawn": (say("You withdrew it on {day}.", day=day),),
    }[found.status]
    return (title(found), *lines, *words(found), *following(found, today))


def title(found: Case) -> Phrase:
    """The reference with what was applied for: the service, or which of its forms where it has several."""
    service = services()[found.service]
    name = service.title if len(service.forms) == 1 else form(found).title
    return say("{reference}: {service}.", reference=found.reference, service=service.phrase(name))


def form(found: Case) -> Form:
    return services()[found.service].form(found.form)


def last_to_decide(found: Case) -> date:
    """The last day the office has, counted from the day it got the application."""
    return last_day(found.at.astimezone(HOME_TIME).date(), form(found).decision_days)


def overdue(found: Case) -> tuple[Phrase, ...]:
    service = services()[found.service]
    return (service.phrase(form(found).next["late"]),)


def due(found: Case, today: date) -> tuple[Phrase, ...]:
    """Until when the office has to decide, with the act; nothing where that is not confirmed."""
    basis = form(found).decision_basis
    if not basis.holds(today):
        return ()
    day, act = last_to_decide(found), services()[found.service].phrase(basis.act)
    checked = basis.checked
    return (say("The office has to decide by {due} ({act}, checked on {day}).", due=day, act=act, day=checked),)


def words(found: Case) -> tuple[Phrase, ...]:
    return (say("The office writes: {reason}", reason=found.reason),) if found.reason else ()


def following(found: Case, today: date) -> tuple[Phrase, ...]:
    """What the citizen does next, and until when, with where that is written."""
    service, text = services()[found.service], form(found).next.get(found.status)
    if text is None or not found.mine:
        return ()
    if found.status == "returned":
        return _asked(found, service.phrase(text, last_day=found.until) if found.until else None)
    day = found.at.astimezone(HOME_TIME).date()
    last = last_day(day, service.appeal_days)
    said = service.phrase(text, day=day, last_day=last)
    if "{last_day}" not in text:
        return (said,)
    over = (say("If that day has passed, ask the office what you can do."),) if last < today else ()
    return (said, *over, sources.line(service, service.appeal_basis))


def _asked(found: Case, said: Phrase | None) -> tuple[Phrase, ...]:
    """What the office wants by its own last day; where it names none, none is made up."""
    return (said or say("The office asks for more, and names no last day. Please answer as soon as you can."),)


def tell(session: Session, case: Case, event: str) -> Reply:
    """News about an application, worded for this citizen. Raises KeyError for an event nobody can word."""
    language = session.language or DEFAULT
    lines = NEWS[event](case) if event in NEWS else standing(case, case.at.astimezone(HOME_TIME).date())
    text = "\n".join(word(line, language, session.tier) for line in lines)
    return Reply(text, language, asks_private=session.asks_private, tier=session.tier)


def _received(case: Case) -> tuple[Phrase, ...]:
    today = case.at.astimezone(HOME_TIME).date()
    reached = say("Your application {reference} has reached the office.", reference=case.reference)
    return (reached, *due(case, today))


def _delayed(case: Case) -> tuple[Phrase, ...]:
    return (
        say(
            "The office's system does not answer right now. Your application {reference} is safe here.",
            reference=case.reference,
        ),
        say("I keep trying, and tell you when the office has it."),
    )


def _not_taken(case: Case) -> tuple[Phrase, ...]:
    return (
        say("The office's system did not take your application {reference}.", reference=case.reference),
        say("It is safe here, and I keep trying."),
        say("If it is urgent, ask the office and give this number."),
        *_office(case),
    )


def _not_withdrawn(case: Case) -> tuple[Phrase, ...]:
    return (
        say("The office's system did not let me withdraw {reference}.", reference=case.reference),
        say("Please tell the office that you withdraw it, and give this number."),
        *_office(case),
    )


def _not_supplied(case: Case) -> tuple[Phrase, ...]:
    return (
        say("The office's system did not take your answer about {reference}.", reference=case.reference),
        say("It is safe here, and I keep trying. Please also bring it to the office in time."),
        *_office(case),
    )


def _office(case: Case) -> tuple[Phrase, ...]:
    return offices.lines(services()[case.service], municipalities()[case.municipality], case.at.date())


def _late(case: Case) -> tuple[Phrase, ...]:
    return (title(case), *overdue(case))


def _returned(case: Case) -> tuple[Phrase, ...]:
    return (*standing(case, case.at.astimezone(HOME_TIME).date()), say("To answer, write: my applications."))


def _withdrawn(case: Case) -> tuple[Phrase, ...]:
    return (say("Your application {reference} is withdrawn.", reference=case.reference),)


def _supplied(case: Case) -> tuple[Phrase, ...]:
    return (say("The office has your answer about {reference}. It goes on deciding.", reference=case.reference),)


NEWS = {
    "received": _received,
    "delayed": _delayed,
    "late": _late,
    "returned": _returned,
    "withdrawn": _withdrawn,
    "supplied": _supplied,
    "not_taken": _not_taken,
    "not_withdrawn": _not_withdrawn,
    "not_supplied": _not_supplied,
}
