"""An application after it was sent: where it stands, what the office wants, taking it back."""

from dataclasses import replace

from dialogs.privacy import hidden
from dialogs.session import Case, Order, Say
from dialogs.standing import OPEN, form, standing, words
from dialogs.steps import HOME_TIME, Entry, Heard, Move, Step, Talk, always, aside, go, home, stay
from locales.phrase import Phrase, say
from nlu import Decision, Understanding

MOST_WRONG_REFERENCES = 5


def enter(talk: Talk, meaning: Understanding) -> Move:
    """The application that was named, the only one there is, or the question which one."""
    named = meaning.entities.get("reference")
    if named:
        return _looked_up(talk, named)
    mine = [case for case in talk.outside.cases if case.mine]
    if not mine:
        return aside("status", "none")
    return aside("status", "case", reference=mine[0].reference) if len(mine) == 1 else aside("status", "which")


def _looked_up(talk: Talk, reference: str) -> Move:
    """One's own is always found. Guessing at others' is stopped after five references that fit no application."""
    found = _found(talk, reference)
    is_guessing = talk.session.wrong_references >= MOST_WRONG_REFERENCES
    if is_guessing and not (found and found.mine):
        return stay(say("Too many numbers did not fit. Please ask the office, or find the number in your messages."))
    if found:
        return aside("status", "case", reference=reference)
    unknown = say("I know no application {reference}. Please check the number.", reference=reference)
    move = aside("status", "which" if any(case.mine for case in talk.outside.cases) else "none")
    return replace(move, note=(unknown,), changes={"wrong_references": talk.session.wrong_references + 1})


def _found(talk: Talk, reference: str) -> Case | None:
    return next((case for case in talk.outside.cases if case.reference == reference), None)


def which(talk: Talk) -> Say:
    mine = [case for case in talk.outside.cases if case.mine]
    return Say((say("Which application?"),), tuple((case.reference, _literally(case.reference)) for case in mine))


def none(talk: Talk) -> Say:
    """Nothing was sent yet: said, with the way to a draft, to an application, or to one known by its number."""
    drafts = (say("You have begun an application, but it is not sent yet."),) if talk.session.drafts else ()
    number = say("If you have a number, write it, like {example}.", example="KOM-2026-7F3K9A")
    going_on = ("intent:resume_application", say("Continue my application"))
    onward = going_on if drafts else ("intent:apply", say("Apply"))
    choices = () if talk.session.under else (onward, ("intent:main_menu", say("To the start")))
    return Say((*(drafts or (say("I see no application of yours here."),)), number), choices)


def _literally(text: str) -> Phrase:
    return Phrase("{text}", {"text": text})


def hear_which(talk: Talk, heard: Heard) -> Move | None:
    """A number alone asks where it stands; with a wish beside it, the wish decides."""
    reference = heard.choice or heard.meaning.entities.get("reference")
    is_wish = heard.choice is None and heard.meaning.decision is Decision.ANSWER
    return _looked_up(talk, reference) if reference and not is_wish else None


def case(talk: Talk) -> Say:
    """Where it stands. Someone else's application, asked for by its number, shows its state and nothing more."""
    found = _found(talk, str(talk.data["reference"]))
    if found is None:
        return none(talk)
    return Say(standing(found, talk.today), _acts(found) if not talk.session.under else ())


def _acts(found: Case) -> tuple[tuple[str, Phrase], ...]:
    if not found.mine:
        return (("intent:main_menu", say("To the start")),)
    answer = (("supply", say("Answer the office")),) if found.status == "returned" else ()
    withdraw = (("withdraw", say("Withdraw it")),) if found.status in OPEN else ()
    appeal = (("appeal", say("How to appeal")),) if _can_appeal(found) else ()
    return (*answer, *withdraw, *appeal, ("intent:main_menu", say("To the start")))


def _can_appeal(found: Case) -> bool:
    """Against a refusal, unless it was an appeal that was refused: what then can be done stands in the decision."""
    return found.status == "refused" and not form(found).is_appeal


def hear_case(talk: Talk, heard: Heard) -> Move | None:
    reference = str(talk.data["reference"])
    found = _found(talk, reference)
    if heard.choice == "appeal" and found:
        return _appeal(found)
    return go("status", heard.choice, reference=reference) if heard.choice in ("supply", "withdraw") else None


def _appeal(found: Case) -> Move:
    """To the appeal against this decision, whatever else the talk is about."""
    return go(
        "appeal",
        "counted",
        service=found.service,
        form=form(found).id,
        municipality=found.municipality,
        decided=found.at.astimezone(HOME_TIME).date().isoformat(),
    )


def enter_withdraw(talk: Talk, meaning: Understanding) -> Move:
    running = [case for case in talk.outside.cases if case.mine and case.status in OPEN]
    named = meaning.entities.get("reference")
    meant = [case for case in running if named in (None, case.reference)]
    if not meant:
        return stay(say("You have no application that could be withdrawn."))
    if len(meant) > 1:
        return aside("status", "which")
    return aside("status", "withdraw", reference=meant[0].reference)


def withdraw(talk: Talk) -> Say:
    ask = say("Shall I withdraw {reference}? It ends then, without a decision.", reference=str(talk.data["reference"]))
    return Say((ask,), (("yes", say("Yes, withdraw it")), ("no", say("No, leave it"))))


def hear_withdraw(talk: Talk, heard: Heard) -> Move | None:
    reference = str(talk.data["reference"])
    if heard.choice == "no":
        return Move(note=(say("It stays as it is."),), done=True)
    if heard.choice != "yes":
        return None
    order = Order("withdraw", f"withdraw:{reference}", {"reference": reference})
    note = say("I am withdrawing {reference} and will tell you when it is done.", reference=reference)
    return replace(home(note), orders=(order,))


def supply(talk: Talk) -> Say:
    found = _found(talk, str(talk.data["reference"]))
    wanted = words(found) if found else ()
    ask = say("Write your answer to the office in one message. Please bring papers to the counter.")
    return Say((*wanted, ask))


def hear_supply(talk: Talk, heard: Heard) -> Move | None:
    if hidden(heard.text) != heard.text:
        return stay(say("Please leave out identity and account numbers. You can bring them to the counter."))
    return go("status", "supplied", reference=str(talk.data["reference"]), words=heard.text.strip())


def supplied(talk: Talk) -> Say:
    words = say("Your answer: {words}", words=str(talk.data["words"]))
    return Say((words, say("Shall I send it to the office?")), (("yes", say("Send")), ("no", say("Write it again"))))


def hear_supplied(talk: Talk, heard: Heard) -> Move | None:
    reference = str(talk.data["reference"])
    if heard.choice == "no":
        return go("status", "supply", reference=reference)
    if heard.choice != "yes":
        return None
    order = Order("supply", talk.outside.key, {"reference": reference, "words": talk.data["words"]})
    return Move(
        note=(say("I am sending your answer and will tell you when the office has it."),), done=True, orders=(order,)
    )


def gone(talk: Talk) -> Move | None:
    """Someone else's application is only seen in the message that names it."""
    return None if _found(talk, str(talk.data["reference"])) else go("status", "none")


STEPS = {
    "which": Step(which, hear_which),
    "none": Step(none, hear_which, passing=True),
    "case": Step(case, hear_case, passing=True, onward=gone),
    "withdraw": Step(withdraw, hear_withdraw),
    "supply": Step(supply, hear_supply, open=always, reads=always, verbatim=always),
    "supplied": Step(supplied, hear_supplied, open=always),
}

INTENTS = {
    "check_status": Entry(enter, say("My applications")),
    "withdraw_application": Entry(enter_withdraw, say("Withdraw an application")),
}
