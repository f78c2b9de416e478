"""A tiny assistant for tests of everything around the real one: it does what it is told, in words easy to compare."""

from dataclasses import replace
from datetime import date

from bot.assistant import Brain
from dialogs.catalogue import municipalities, services
from dialogs.outside import Lookup, Outside
from dialogs.session import Case, Choice, Message, Order, Reply, Session, Turn
from nlu import Decision, Understanding

LANGUAGE = "xx"
SERVICE = next(iter(services()))
FORM = services()[SERVICE].forms[0].id
DUE = next(name for name, service in services().items() if service.dues)
MUNICIPALITY = next(iter(municipalities()))


def advance(session: Session, message: Message, outside: Outside) -> Turn:
    """Counts the messages in `misses`, so that one that is lost or taken twice is seen."""
    session = replace(session, language=LANGUAGE, misses=session.misses + 1)
    said, orders = _answer(message.text, outside)
    number = message.text if message.text.startswith("0101") else None
    masked = None if number is None else "•" * len(number)
    replies = tuple(Reply(f"{session.misses}. {line}", LANGUAGE, (Choice("a", "A"),)) for line in said)
    return Turn(session, replies, orders, masked)


def _answer(text: str, outside: Outside) -> tuple[tuple[str, ...], tuple[Order, ...]]:
    match text.split():
        case ["apply"]:
            return (f"Saved as {outside.reference}",), (_submit(outside),)
        case ["withdraw"]:
            return _answer(f"withdraw {outside.cases[0].reference}", outside)
        case ["withdraw", reference]:
            return ("Withdrawing",), (Order("withdraw", f"withdraw:{reference}", {"reference": reference}),)
        case ["supply", reference, *words]:
            body = {"reference": reference, "words": " ".join(words)}
            return ("Supplying",), (Order("supply", outside.key, body),)
        case ["remind"]:
            return ("Reminding",), (Order("remind", outside.key, {"service": DUE}),)
        case ["unremind"]:
            return ("Not reminding",), (Order("unremind", outside.key, {"service": DUE}),)
        case ["forget"]:
            return ("Forgotten",), (Order("forget", outside.key),)
        case ["cases", *_]:
            return tuple(f"{case.reference} {case.status} {case.mine}" for case in outside.cases) or ("None",), ()
        case ["twice"]:
            return ("One", "Two"), ()
        case ["private?"]:
            return (str(outside.private),), ()
        case ["boom"]:
            raise ValueError(text)
        case _:
            return (f"You said {text}",), ()


def _submit(outside: Outside) -> Order:
    body = {
        "reference": outside.reference,
        "service": SERVICE,
        "form": FORM,
        "municipality": MUNICIPALITY,
        "answers": {"identity_number": "0101900210001", "children": 2},
        "facts": {"legal_time": "P30D"},
    }
    return Order("submit", outside.key, body)


def tell(session: Session, case: Case, event: str) -> Reply:
    until = f" until {case.until}" if case.until else ""
    return Reply(f"{event}: {case.status} {case.reason}{until}", session.language or "none")


def remind(session: Session, service: str, day: date) -> Reply:
    return Reply(f"{service} is due by {day}", session.language or "none")


def apologise(session: Session) -> Reply:
    return Reply("Sorry", session.language or "none")


async def understand(text: str) -> Understanding:
    return Understanding("out_of_scope", 0.0, Decision.REFUSE)


def wanted(session: Session, message: Message) -> Lookup | None:
    return None


def welcome(language: str | None, opens: str | None) -> Reply:
    return Reply(f"Welcome {opens}", language or "none", (Choice("start", "Start"),))


BRAIN = Brain(understand, wanted, advance, tell, remind, apologise, welcome)
