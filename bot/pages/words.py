"""The words on the citizen's page and in its API's answers, in English source; worded in the reader's language."""

from datetime import date
from functools import cache

from bot.messages import Entry
from dialogs.engine import LONGEST_MESSAGE
from locales.phrase import Phrase, say
from locales.wording import word

LONGEST = LONGEST_MESSAGE
"""Characters in one message: what the assistant reads of it."""

HELP = ("help", "back", "repeat", "start_again", "stop", "person", "simpler")
"""The bar of help, in the order it has on every page. Each is sent as the citizen's own word."""

PHRASES = {
    "brand": say("Komshi"),
    "title": say("Ask your municipality"),
    "intro": say("You are writing to a computer assistant. You can stop at any time and come back later."),
    "skip_to_answer": say("Skip to your answer"),
    "skip_to_end": say("Skip to the last message"),
    "language": say("Language"),
    "talk": say("Conversation"),
    "you": say("You"),
    "assistant": say("Assistant"),
    "your_answer": say("Your answer"),
    "send": say("Send"),
    "typing": say("Enter sends. Shift and Enter together start a new line."),
    "private": say("Only the municipality sees this."),
    "help_title": say("You can always say"),
    "to_help": say("Help and more"),
    "help": say("Help"),
    "back": say("Back"),
    "repeat": say("Repeat"),
    "start_again": say("Start again"),
    "stop": say("Stop"),
    "person": say("A person"),
    "simpler": say("Simpler"),
    "sending": say("Sending"),
    "not_sent_yet": say("Not sent yet"),
    "not_sent": say("Your message is not sent yet. It is kept here and will be sent when there is a connection."),
    "no_connection": say("No connection"),
    "connected_again": say("Connected again"),
    "full": say("Too many messages are waiting. Please wait until there is a connection."),
    "writing": say("The assistant is writing"),
    "new_messages": say("New messages"),
    "payment": say("Print it, or scan it with your bank's app"),
    "waiting": say("The answer is not here yet. Your message is kept."),
    "check": say("Check for the answer"),
    "forget_title": say("Leave no trace on this device"),
    "forget_text": say(
        "This device will forget the conversation. What you have sent to the municipality stays with the municipality."
    ),
    "forget": say("Forget me on this device"),
    "forgotten_title": say("This device has forgotten the conversation"),
    "forgotten_text": say(
        "Nobody can open it again from here. What you have sent to the municipality stays with the municipality."
    ),
    "begin": say("Start a new conversation"),
    "empty": say("Write a message first, or press one of the choices."),
    "too_long": say("This message is too long. Please use at most {limit} characters.", limit=LONGEST),
    "too_fast": say("That was very fast. Please wait a moment and send it again."),
    "too_large": say("This is too much to send at once."),
    "unreadable": say("This request could not be read."),
    "not_json": say("A message has to be sent as JSON."),
    "foreign": say("This came from another website, so it was not accepted."),
    "no_talk": say("There is no conversation on this device yet."),
    "no_payment": say("There is no such payment order in your conversation."),
    "broken": say("Something went wrong here. Please try again in a moment."),
}


@cache
def words(language: str) -> dict[str, str]:
    """Every phrase of the page by its key."""
    return {key: word(phrase, language) for key, phrase in PHRASES.items()}


def day(value: date, language: str) -> str:
    """A day as a heading: Monday, 9 March 2026."""
    return word(Phrase("{day:weekday}", {"day": value}), language)


def spoken(entry: Entry, language: str) -> str:
    """What a screen reader says of an entry: who speaks, the text on one line, then the choices by number."""
    who = words(language)["you" if entry.heard else "assistant"]
    told = f"{who}: {' '.join(entry.text.split())}"
    if not entry.choices:
        return told
    count = len(entry.choices)
    counted = word(Phrase("{count} choice.", plural="{count} choices.", count=count), language)
    offered = (f"{number}, {_ended(choice.label)}" for number, choice in enumerate(entry.choices, start=1))
    return " ".join((told, counted, *offered))


def _ended(label: str) -> str:
    return label if label.endswith((".", "?", "!")) else f"{label}."
