"""Paying what is due: the bill found by its number, or copied from the paper; then the payment order.

We take no money and ask for no name: the order is for the citizen's own bank. A bill's number is all that protects what
somebody owes, so after five of them no more are looked up.
"""

from dataclasses import replace
from datetime import date

from dialogs import offers, offices, payments
from dialogs.catalogue import services
from dialogs.dues import TOPIC
from dialogs.outside import Kind
from dialogs.readers import Problem, Read, grouped, read
from dialogs.service import Service
from dialogs.session import Answer, Order, Say
from dialogs.steps import SOUGHT, Entry, Heard, Move, Step, Talk, always, aside, go, stay
from integrations.bills import Bill
from integrations.bills.messages import fits_number
from integrations.bills.money import MOST, decimal
from integrations.bills.order import LONGEST_PAYEE, PaymentOrder, make, order
from locales import DEFAULT
from locales.phrase import Euro, Name, Phrase, say
from locales.wording import word
from nlu import Understanding
from nlu.phrasing import is_question

FLOW = "pay"
MOST_WRONG_NUMBERS = 5
MOST_SHOWN = 10
NO_ACCOUNT = "123-4567890-12"
"""An example that no bank would take, if somebody copied it."""
BILL = "bill:"
COPIED = ("account", "amount", "payee", "reference")
"""What is copied from the paper, in this order; the place keeps it under these names."""

Lines = tuple[Phrase, ...]
Choices = tuple[tuple[str, Phrase], ...]

COPY = ("copy", say("Copy from the bill"))
SKIP = (offers.SKIP, say("I do not know"))
START = ("intent:main_menu", say("To the start"))


def enter(talk: Talk, meaning: Understanding) -> Move:
    """To the number of the bill; elsewhere for what no bill of ours is about."""
    service = _billed(talk, meaning)
    if service is None:
        return aside("handover", "elsewhere")
    onward = go if talk.place.flow == FLOW else aside
    return onward(FLOW, "number", service=service.name)


def _billed(talk: Talk, meaning: Understanding) -> Service | None:
    """The service with due days that was named, or is talked about, or is the first one where none was named."""
    if meaning.entities.get("topic", TOPIC) != TOPIC:
        return None
    named = services().get(meaning.entities.get("service", ""))
    every = (named,) if named else (*filter(None, (talk.named_service,)), *services().values())
    return next((service for service in every if service.dues), None)


def _go(talk: Talk, step: str, **data: Answer) -> Move:
    return go(FLOW, step, **{"service": talk.service.name, **data})


# Finding the bill


def number(talk: Talk) -> Say:
    ask = say("Do you have the bill? Please write its number, as it is printed.")
    return Say((ask,), (COPY, ("without", say("I have no bill"))))


def hear_number(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice in ("copy", "without"):
        return _go(talk, {"copy": COPIED[0]}.get(heard.choice, "without"))
    is_number = bool(payments.candidates(heard.text)) and "reference" not in heard.meaning.entities
    return _looked_up(talk, heard.text.strip()) if is_number else None


def _looked_up(talk: Talk, written: str) -> Move:
    """Every number of a bill that was not shown yet may be a guess, a right one too. After too many all are refused.

    The session knows no time, so they count for as long as the talk is kept.
    """
    bills = talk.outside.bills
    if talk.session.wrong_references >= MOST_WRONG_NUMBERS:
        return _number_again(
            talk, say("I cannot look up more numbers in this talk. You can still copy the payment from your bill.")
        )
    if bills is None:
        return _go(talk, "away", **{SOUGHT: written})
    if not bills:
        unknown = say("I find no unpaid bill with this number. Please check it, or copy the payment from your bill.")
        move = _number_again(talk, unknown)
        return replace(move, changes={"wrong_references": talk.session.wrong_references + 1})
    found = payments.packed(bills[:MOST_SHOWN])
    move = _go(talk, "owed", number=written, bills=found, count=len(bills), day=talk.today.isoformat())
    guesses = talk.session.wrong_references + (1 if _is_new(talk, written) else 0)
    return replace(move, changes={"municipality": bills[0].municipality, "wrong_references": guesses})


def _is_new(talk: Talk, written: str) -> bool:
    """Whether no bill of this number was shown on the way here."""
    way = (*talk.session.trail, talk.place)
    shown = {bill.number for place in way for bill in payments.unpacked(str(place.data.get("bills", "")))}
    return shown.isdisjoint(payments.candidates(written))


def _number_again(talk: Talk, why: Phrase) -> Move:
    return stay(why) if talk.place.step == "number" else replace(_go(talk, "number"), note=(why,))


def away(talk: Talk) -> Say:
    lines = (say("The municipality's ledger does not answer right now. You can copy the payment from your bill."),)
    return Say(lines, (("again", say("Try again")), COPY, START))


def hear_away(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice == "again":
        return _looked_up(talk, str(talk.data[SOUGHT]))
    return _go(talk, COPIED[0]) if heard.choice == "copy" else None


def without(talk: Talk) -> Say:
    """Nothing can be said without the bill, so who knows it is named."""
    unknown = say("Without the bill I do not know what you owe, nor the account. The office knows both.")
    where = say("Write the name of your municipality, and I tell you how to reach it.")
    office = offices.lines(talk.service, talk.municipality, talk.today) if talk.municipality else (where,)
    return Say((unknown, *office), () if talk.session.under else (("intent:pay", say("Pay")), START))


# What is owed


def owed(talk: Talk) -> Say:
    """Every unpaid bill as the ledger had it when it was asked, and whose word that is."""
    bills = _bills(talk)
    if not bills:
        return number(talk)
    day = date.fromisoformat(str(talk.data["day"]))
    listed = tuple(payments.owed(bill, talk.today) for bill in bills)
    lines = (*_paid_already(talk, bills), *listed, *_together(talk, bills), *payments.record(bills[0], day))
    if len(bills) > 1:
        choices = tuple((BILL + bill.number, _label(bill)) for bill in bills)
        return Say(lines, (*choices, ("another", say("Another number"))), more=((say("Which one do you pay?"),),))
    choices = (("yes", say("Yes, make it")), ("no", say("No, leave it")), ("another", say("Another number")))
    return Say(lines, choices, more=((say("Shall I make the payment order for it?"),),))


def _bills(talk: Talk) -> tuple[Bill, ...]:
    return payments.unpacked(str(talk.data["bills"]))


def _paid_already(talk: Talk, bills: tuple[Bill, ...]) -> Lines:
    """The bill that was asked for is not among the unpaid ones of its payer."""
    asked = {bill.number for bill in bills}.intersection(payments.candidates(str(talk.data["number"])))
    return () if asked else (say("That bill is paid. These are not paid yet:"),)


def _together(talk: Talk, bills: tuple[Bill, ...]) -> Lines:
    count = int(talk.data["count"])
    if count > len(bills):
        return (say("These are {shown} of {count} unpaid bills.", shown=len(bills), count=count),)
    return (say("Together: {amount}.", amount=Euro(sum(bill.amount for bill in bills))),) if count > 1 else ()


def _label(bill: Bill) -> Phrase:
    """Short enough for a button in every language: the due day in figures and the amount."""
    day = payments.due_day(bill)
    return Phrase("{text}", {"text": f"{day.day}.{day.month}.{day.year}: {decimal(bill.amount, ',')} €"})


def hear_owed(talk: Talk, heard: Heard) -> Move | None:
    bills = _bills(talk)
    if heard.choice == "another" or not bills:
        return _go(talk, "number")
    if heard.choice == "no":
        return Move(note=(say("It stays as it is."),), done=True)
    chosen = {"yes": bills[0], **{BILL + bill.number: bill for bill in bills}}.get(str(heard.choice))
    return _go(talk, "order", bill=payments.packed([chosen]), day=talk.data["day"]) if chosen else None


# What is copied from the paper


def account(talk: Talk) -> Say:
    ask = say("Which account is on the bill?")
    return Say((ask, say("It looks like {example}, or begins with ME25.", example=NO_ACCOUNT)), (SKIP,))


def hear_account(talk: Talk, heard: Heard) -> Move:
    if _chose(heard, offers.SKIP):
        return _go(talk, "without")
    return _copied(talk, "account", read("iban", heard.text, talk.today))


def amount(talk: Talk) -> Say:
    return Say((say("How much do you pay? Write, for example: {example}.", example="123,45"),), (SKIP,))


def hear_amount(talk: Talk, heard: Heard) -> Move:
    if _chose(heard, offers.SKIP):
        return _go(talk, "without")
    found = read("money", heard.text, talk.today)
    is_too_much = isinstance(found, Read) and int(found.value) > MOST
    return _copied(talk, "amount", say("That is more than one payment can carry.") if is_too_much else found)


def payee(talk: Talk) -> Say:
    offered = (("municipality", _literally(_town_hall(talk))),) if talk.municipality else ()
    return Say((say("Who is paid? Write the name as it is on the bill."),), offered)


def _town_hall(talk: Talk) -> str:
    """The payee as a bank and the municipality know it, whatever language is spoken here."""
    place = Name(talk.municipality.slug if talk.municipality else "")
    return word(say("Municipality of {municipality}", municipality=place), DEFAULT)


def hear_payee(talk: Talk, heard: Heard) -> Move:
    if heard.choice == "municipality":
        return _copied(talk, "payee", Read(_town_hall(talk)))
    if is_question(heard.text):
        return _copied(talk, "payee", say("That sounds like a question. I still need an answer here."))
    found = read("text", heard.text, talk.today)
    is_too_long = isinstance(found, Read) and len(str(found.value)) > LONGEST_PAYEE
    return _copied(talk, "payee", say("That is too long. Please keep it to one line.") if is_too_long else found)


def reference(talk: Talk) -> Say:
    ask = say("Which reference (poziv na broj) is on the bill? Copy it sign by sign.")
    return Say((ask,), (("none", say("It has none")),))


def hear_reference(talk: Talk, heard: Heard) -> Move:
    if _chose(heard, "none"):
        return _copied(talk, "reference", Read(""))
    return _copied(talk, "reference", read("reference", heard.text, talk.today))


def _chose(heard: Heard, choice: str) -> bool:
    """A figure that was typed is an answer, and not a place in the list of choices."""
    return heard.choice == choice and not any(map(str.isdigit, heard.text))


def _copied(talk: Talk, name: str, found: Read | Problem) -> Move:
    if not isinstance(found, Read):
        return Move(note=(found,), missed=True)
    following = (*COPIED, "order")[COPIED.index(name) + 1]
    return go(FLOW, following, **{**talk.data, name: found.value})


# The payment order


def payment_order(talk: Talk) -> Say:
    """The order, on whose word it stands, and what can be done next."""
    made, bill = _made(talk), _bill(talk)
    head = say("Copy this into your bank's app, or take it to a bank.")
    source: Lines = (say("I copied this from you. Compare it with your bill before you pay."),)
    if bill is not None:
        source = payments.record(bill, date.fromisoformat(str(talk.data["day"])))
    choices = () if talk.session.under else _next(talk)
    return Say((head,), choices, more=(payments.lines(made), source), payment=made)


def _bill(talk: Talk) -> Bill | None:
    return next(iter(payments.unpacked(str(talk.data.get("bill", "")))), None)


def _made(talk: Talk) -> PaymentOrder:
    """Of the bill that was found, or of what was copied."""
    bill = _bill(talk)
    if bill is not None:
        return order(bill)
    account, amount, payee, reference = (talk.data[name] for name in COPIED)
    purpose = word(talk.service.phrase(talk.service.title), DEFAULT)
    return make(str(payee), str(account), int(amount), purpose, str(reference))


def _next(talk: Talk) -> Choices:
    bank = (("bank", say("Ask my bank to pay")),) if _can_ask(talk) else ()
    remind = ("intent:subscribe", say("Remind me"))
    return (("text", say("Text to copy")), *bank, remind, ("intent:ask_appeal", say("How to object")), START)


def _can_ask(talk: Talk) -> bool:
    bill = _bill(talk)
    return talk.outside.asks_banks and bill is not None and fits_number(bill)


def hear_order(talk: Talk, heard: Heard) -> Move | None:
    steps = {"text": "text", "order": "order"}
    if heard.choice == "bank" and _can_ask(talk):
        return go(FLOW, "phone", **talk.data)
    step = steps.get(str(heard.choice))
    return go(FLOW, step, **talk.data) if step else None


def text(talk: Talk) -> Say:
    """A message that can be copied whole: the order and not a word more."""
    return Say(payments.lines(_made(talk)), () if talk.session.under else (("order", say("Back to the order")), START))


# Asking the bank


def phone(talk: Talk) -> Say:
    return Say((say("Which phone number does your bank know you by?"),))


def hear_phone(talk: Talk, heard: Heard) -> Move:
    found = read("phone", heard.text, talk.today)
    if not isinstance(found, Read):
        return Move(note=(found,), missed=True)
    return go(FLOW, "consent", **{**talk.data, "alias": found.value, "key": talk.outside.key})


def consent(talk: Talk) -> Say:
    """Who learns what, and that it is the bank where the citizen decides."""
    lines = (
        say("I give the municipality's payment system the bill and your number {phone}.", phone=_phone(talk)),
        say("It asks your bank, and your bank asks you. Nothing is paid before you agree there."),
        say("Shall I do that?"),
    )
    return Say(lines, (("yes", say("Yes, ask my bank")), ("no", say("No, leave it"))))


def _phone(talk: Talk) -> str:
    return grouped(str(talk.data["alias"]))


def hear_consent(talk: Talk, heard: Heard) -> Move | None:
    bill = _bill(talk)
    if heard.choice == "no" or bill is None:
        return go(FLOW, "order", **{name: talk.data[name] for name in ("service", "bill", "day")})
    if heard.choice != "yes":
        return None
    body = {"number": bill.number, "bill": talk.data["bill"], "alias": talk.data["alias"]}
    return replace(_go(talk, "asked"), orders=(Order("pay", str(talk.data["key"]), body),), changes={"trail": ()})


def asked(talk: Talk) -> Say:
    line = say("I am asking, and tell you what comes of it.")
    return Say((line,), () if talk.session.under else (START,))


def _literally(text: str) -> Phrase:
    return Phrase("{text}", {"text": text})


STEPS = {
    "number": Step(number, hear_number, open=always, looks_up=Kind.BILL),
    "away": Step(away, hear_away, looks_up=Kind.BILL),
    "without": Step(without, passing=True),
    "owed": Step(owed, hear_owed, open=always),
    "account": Step(account, hear_account, open=always, public=True),
    "amount": Step(amount, hear_amount, open=always),
    "payee": Step(payee, hear_payee, open=always, reads=always),
    "reference": Step(reference, hear_reference, open=always, reads=always, public=True),
    "order": Step(payment_order, hear_order, passing=True),
    "text": Step(text, hear_order, passing=True),
    "phone": Step(phone, hear_phone, open=always),
    "consent": Step(consent, hear_consent, open=always),
    "asked": Step(asked, passing=True),
}

INTENTS = {"pay": Entry(enter, say("Pay"))}
