"""Where an application stands, in sentences: the state, the office's own words, and what to do until when."""

from datetime import date

from dialogs.catalogue import services
from dialogs.deadlines import last_day
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
            *(due(found) if today <= last_to_decide(found) else overdue(found)),
        ),
        "returned": () if found.mine else (say("The office asks for more."),),
        "approved": (say("The office approved it on {day}.", day=day),),
        "refused": (say("The office refused it on {day}.", day=day),),
        "withdrawn": (say("You withdrew it on {day}.", day=day),),
    }[found.status]
    return (title(found), *lines, *words(found), *following(found))


def title(found: Case) -> Phrase:
    service = services()[found.service]
    return say("{reference}: {service}.", reference=found.reference, service=service.phrase(service.title))


def last_to_decide(found: Case) -> date:
    """The last day the office has, counted from the day it got the application."""
    return last_day(found.at.astimezone(HOME_TIME).date(), services()[found.service].decision_days)


def overdue(found: Case) -> tuple[Phrase, ...]:
    service = services()[found.service]
    return (service.phrase(service.next["late"]),)


def due(found: Case) -> tuple[Phrase, ...]:
    """Until when the office has to decide, with the act."""
    service = services()[found.service]
    day, act = last_to_decide(found), service.phrase(service.decision_basis.act)
    checked = service.decision_basis.checked
    return (say("The office has to decide by {due} ({act}, checked on {day}).", due=day, act=act, day=checked),)


def words(found: Case) -> tuple[Phrase, ...]:
    return (say("The office writes: {reason}", reason=found.reason),) if found.reason else ()


def following(found: Case) -> tuple[Phrase, ...]:
    """What the citizen does next, and until when."""
    service = services()[found.service]
    if found.status not in service.next or not found.mine:
        return ()
    day = found.at.astimezone(HOME_TIME).date()
    # Only what the office asked for has a day of the office's own; an appeal has the law's.
    asked = found.until if found.status == "returned" else None
    until = asked or last_day(day, service.appeal_days)
    return (service.phrase(service.next[found.status], last_day=until),)


def tell(session: Session, case: Case, event: str) -> Reply:
    """News about an application, worded for this citizen. Raises KeyError for an event nobody can word."""
    language = session.language or DEFAULT
    lines = NEWS[event](case) if event in NEWS else standing(case, case.at.astimezone(HOME_TIME).date())
    text = "\n".join(word(line, language, session.tier) for line in lines)
    return Reply(text, language, asks_private=session.asks_private)


def _received(case: Case) -> tuple[Phrase, ...]:
    return (say("Your application {reference} has reached the office.", reference=case.reference), *due(case))


def _delayed(case: Case) -> tuple[Phrase, ...]:
    return (
        say(
            "The office's system does not answer right now. Your application {reference} is safe here.",
            reference=case.reference,
        ),
        say("I keep trying, and tell you when the office has it."),
    )


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
}
