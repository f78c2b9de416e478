"""Personal data: what is kept, who sees it, and erasing it."""

from dialogs.session import Order, Say, Session
from dialogs.steps import HOME, Entry, Heard, Move, Step, Talk, aside
from locales.phrase import say


def privacy(talk: Talk) -> Say:
    lines = (
        say("I keep what you write so that you can go on later. It is locked with a key."),
        say("Only the office that decides sees your application. Nobody else does."),
        say("Write “delete my data” and I erase this conversation."),
    )
    choices = (("intent:delete_data", say("Delete my data")), ("intent:main_menu", say("To the start")))
    return Say(lines, () if talk.session.under else choices)


def erase(talk: Talk) -> Say:
    lines = (
        say("Shall I erase this conversation and all unfinished applications?"),
        say("Applications already sent stay at the office."),
    )
    return Say(lines, (("yes", say("Yes, erase it")), ("no", say("No, keep it"))))


def hear_erase(talk: Talk, heard: Heard) -> Move | None:
    if heard.choice == "no":
        return Move(note=(say("Nothing was erased."),), done=True)
    if heard.choice != "yes":
        return None
    new = Session()
    forgotten = {"answers": new.answers, "drafts": (), "trail": (), "under": (), "municipality": None, "service": None}
    note = (say("It is being erased. You can start again at any time."),)
    return Move(to=HOME, note=note, changes=forgotten, orders=(Order("forget", talk.outside.key),))


STEPS = {"privacy": Step(privacy, passing=True), "erase": Step(erase, hear_erase)}

INTENTS = {
    "privacy": Entry(lambda talk, meaning: aside("privacy", "privacy"), say("What happens to my data")),
    "delete_data": Entry(lambda talk, meaning: aside("privacy", "erase"), say("Delete my data")),
}
