"""The talk about the talk: greeting, menu, language, simpler messages, back, repeat, stop."""

from dataclasses import replace

from dialogs.catalogue import services
from dialogs.openings import FREELY, HELLO
from dialogs.session import Place, Say
from dialogs.steps import Entry, Heard, Move, Step, Talk, aside, go, home, stay
from locales import LANGUAGES, own_name
from locales.phrase import Phrase, say
from nlu import Understanding

Choices = tuple[tuple[str, Phrase], ...]


def menu_choices(talk: Talk) -> Choices:
    going_on = (("intent:resume_application", say("Continue my application")),) if talk.session.drafts else ()
    offered = tuple((f"service:{name}", service.phrase(service.title)) for name, service in services().items())
    return (*going_on, *offered, *_standing(talk))


def _standing(talk: Talk) -> Choices:
    tier = ("intent:simple_mode_off", say("Ordinary messages")) if talk.simple else SIMPLER
    sent = (("intent:check_status", say("My applications")),)
    language = (("intent:change_language", say("Language")),)
    first = (*sent, tier) if any(case.mine for case in talk.outside.cases) else (tier, *sent)
    return (*first, *language, ("intent:help", say("What can you do?")))


SIMPLER = ("intent:simple_mode_on", say("Simpler messages"))


def welcome(talk: Talk) -> Say:
    if talk.session.under:
        return Say((say("Hello again."),))
    return Say((HELLO, FREELY), menu_choices(talk))


def menu(talk: Talk) -> Say:
    return Say((say("What can I help you with?"),), menu_choices(talk))


def hear_menu(talk: Talk, heard: Heard) -> Move | None:
    kind, _, name = (heard.choice or "").partition(":")
    return go("answer", "service", service=name) if kind == "service" else None


def passing(*lines: Phrase) -> Step:
    """A step that says its lines, and shows the menu where nothing was interrupted."""

    def ask(talk: Talk) -> Say:
        return Say(lines, () if talk.session.under else menu_choices(talk))

    return Step(ask, hear_menu, passing=True)


def language(talk: Talk) -> Say:
    choices = tuple((tag, Phrase("{name}", {"name": own_name(tag)})) for tag in LANGUAGES)
    return Say((say("Which language shall I use?"),), choices)


def hear_language(talk: Talk, heard: Heard) -> Move | None:
    tag = heard.choice or heard.meaning.entities.get("language") or heard.meaning.language
    return _switched(tag) if tag in LANGUAGES else None


def _switched(tag: str) -> Move:
    return Move(note=(say("I will go on in this language."),), done=True, changes={"language": tag})


def change_language(talk: Talk, meaning: Understanding) -> Move:
    tag = meaning.entities.get("language")
    if tag in LANGUAGES:
        return stay(say("I will go on in this language."), language=tag)
    if (talk.place.flow, talk.place.step) == ("start", "language"):
        return stay()
    return Move(to=Place("start", "language"), changes={"under": (*talk.session.under, talk.place)})


def cancel(talk: Talk, meaning: Understanding) -> Move:
    if not talk.session.drafts:
        return home(say("I have stopped."))
    return replace(go("start", "stopped"), changes={"under": (), "trail": talk.session.trail})


def stopped(talk: Talk) -> Say:
    """After an application was stopped: the ways on with it, here and elsewhere."""
    kept = say("I have stopped. Everything you answered is kept. Write “continue” to go on.")
    choices = (
        ("intent:resume_application", say("Continue my application")),
        ("intent:carry_draft", say("Go on elsewhere")),
        ("intent:main_menu", say("To the start")),
    )
    return Say((kept,), choices)


def simpler(talk: Talk, meaning: Understanding) -> Move:
    return stay(say("From now on I write shorter messages."), tier="simple")


def ordinary(talk: Talk, meaning: Understanding) -> Move:
    return stay(say("From now on I write ordinary messages."), tier="ordinary")


def unsure(talk: Talk, meaning: Understanding) -> Move:
    return stay(say("I am not sure what that answers."))


def to(step: str) -> Entry:
    return Entry(lambda talk, meaning: aside("start", step))


STEPS = {
    "welcome": Step(welcome, hear_menu, passing=True),
    "menu": Step(menu, hear_menu),
    "stopped": Step(stopped),
    "language": Step(language, hear_language),
    "thanks": passing(say("You are welcome.")),
    "goodbye": passing(say("Goodbye. Write whenever you need me; I remember where we stopped.")),
    "help": passing(
        say("I explain what you are entitled to, take your application and tell you what was decided."),
        say("You can always write: repeat, back, stop, continue, simpler, language. Write 0 for a person."),
    ),
    "identity": passing(
        say(
            "I am komshi, a computer program of the municipalities of Montenegro. No person reads this while we write."
        ),
        say("I answer from acts and facts that were checked, and tell you when I do not know."),
    ),
    "aloud": passing(say("I cannot read aloud yet. Your phone or browser can read this page to you.")),
}

INTENTS = {
    "greet": to("welcome"),
    "thank": to("thanks"),
    "goodbye": to("goodbye"),
    "help": Entry(lambda talk, meaning: aside("start", "help"), say("What can you do?")),
    "bot_identity": to("identity"),
    "read_aloud": to("aloud"),
    "affirm": Entry(unsure),
    "deny": Entry(unsure),
    "main_menu": Entry(lambda talk, meaning: home(), say("To the start")),
    "list_services": Entry(lambda talk, meaning: home(), say("Which services there are")),
    "repeat": Entry(lambda talk, meaning: stay()),
    "go_back": Entry(lambda talk, meaning: Move(back=True), say("One step back")),
    "cancel": Entry(cancel, say("To stop")),
    "change_language": Entry(change_language, say("Another language")),
    "simple_mode_on": Entry(simpler, say("Simpler messages")),
    "simple_mode_off": Entry(ordinary),
}
