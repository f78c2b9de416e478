"""What is owed and how it is paid, ready to be said: bills, payment orders, and news of a bank that was asked."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from dialogs.deadlines import last_day
from dialogs.session import Reply, Session
from integrations.bills import Bill
from integrations.bills.account import domestic
from integrations.bills.money import decimal
from integrations.bills.order import PaymentOrder
from locales import DEFAULT
from locales.phrase import Euro, Name, Phrase, Value, say
from locales.wording import word
from nlu.phrasing import is_question

MOST_WORDS = 6
MARKS = ".,;:!?()\"'„“”"

Lines = tuple[Phrase, ...]


def candidates(text: str) -> tuple[str, ...]:
    """The bill numbers that a message may mean: all of it, or the only word with a figure in it, also in capitals.

    () for a question, and for more than a few words: there a figure is something else.
    """
    figures = [word.strip(MARKS) for word in text.split() if any(map(str.isdigit, word))]
    if not figures or len(text.split()) > MOST_WORDS or is_question(text):
        return ()
    written = (text, *figures) if len(figures) == 1 else (text,)
    return tuple(dict.fromkeys((*written, written[-1].upper())))


def packed(bills: Iterable[Bill]) -> str:
    """The bills as one text, so that a place of the talk can keep what was shown."""
    return json.dumps([{**vars(bill), "due": bill.due.isoformat()} for bill in bills], ensure_ascii=False)


def unpacked(text: str) -> tuple[Bill, ...]:
    """The bills that were packed; () for what another version kept in another shape."""
    try:
        return tuple(Bill(**{**each, "due": date.fromisoformat(each["due"])}) for each in json.loads(text))
    except (KeyError, TypeError, ValueError):
        return ()


def due_day(bill: Bill) -> date:
    """The last day to pay: where offices are closed on the printed one, the next day they are open."""
    return last_day(bill.due, 0)


def owed(bill: Bill, today: date) -> Phrase:
    """One unpaid bill, and plainly so if its day is over."""
    day, amount = due_day(bill), Euro(bill.amount)
    if day < today:
        return say("– {purpose}: {amount}, overdue. It was due by {day}.", purpose=bill.purpose, amount=amount, day=day)
    return say("– {purpose}: {amount}, due by {day}.", purpose=bill.purpose, amount=amount, day=day)


def record(bill: Bill, day: date) -> Lines:
    """Where a debt is written, and who alone can confirm it."""
    place = Name(bill.municipality)
    return (
        say("Source: the municipality's own ledger, {municipality}, {day}.", municipality=place, day=day),
        say("Only the municipality can confirm a debt."),
    )


def rows(order: PaymentOrder) -> tuple[tuple[Phrase, str], ...]:
    """A payment order as labels and values, in the order of a payment slip; no empty ones. The values are to be copied.

    The account stands there as people know it and as an IBAN, the amount in euros with a decimal comma.
    """
    values = (
        (say("Payee"), order.payee),
        (say("Account"), domestic(order.account) or ""),
        (Phrase("{text}", {"text": "IBAN"}), order.account),
        (say("Amount"), f"{decimal(order.amount, ',')} EUR"),
        (say("Purpose"), order.purpose),
        (say("Reference"), order.reference),
    )
    return tuple((label, value) for label, value in values if value)


def lines(order: PaymentOrder) -> Lines:
    """The same to be read, and to be copied whole."""
    return tuple(say("{label}: {value}", label=label, value=value) for label, value in rows(order))


def tell(session: Session, event: str, number: str, amount: int) -> Reply:
    """What came of asking the bank to pay so many cents, worded for this citizen. KeyError for an unknown event."""
    language = session.language or DEFAULT
    values: dict[str, Value] = {"number": number, "amount": Euro(amount)}
    text = "\n".join(word(replace(line, values=values), language, session.tier) for line in NEWS[event])
    return Reply(text, language, asks_private=session.asks_private, tier=session.tier)


ASK_AGAIN = say("Write “pay” to see the payment order again.")
NOTHING_PAID = say("Nothing was paid. Write “pay” to see the payment order again.")

NEWS: dict[str, Lines] = {
    "asked": (
        say("The payment system has the request: {amount} for bill {number}."),
        say("Your bank will ask you. Nothing is paid before you agree there."),
    ),
    "paid": (say("Bill {number} is paid: {amount}."), say("The municipality's payment system has told me so.")),
    "rejected": (say("The payment of {amount} for bill {number} was refused."), NOTHING_PAID),
    "expired": (say("The request to pay {amount} for bill {number} has expired."), NOTHING_PAID),
    "cancelled": (say("The request to pay {amount} for bill {number} was cancelled."), NOTHING_PAID),
    "delayed": (
        say("The payment system does not answer right now."),
        say("I keep trying to ask your bank about bill {number}, and tell you what comes of it."),
    ),
    "not_asked": (say("I could not ask your bank about bill {number}."), ASK_AGAIN),
    "unclear": (
        say("I do not know whether your bank was asked about bill {number}."),
        say("Please look at your bank, before you pay it in another way."),
    ),
    "paid_before": (say("Bill {number} is paid already, so I did not ask your bank."),),
    "changed": (
        say("Bill {number} has changed since I showed it, so I did not ask your bank."),
        say("Write “pay” and look it up again."),
    ),
}
