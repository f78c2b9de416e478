"""Commands of messengers that have a list of them, in the order in which the list shows them."""

from dataclasses import dataclass

from locales.phrase import Phrase, say


@dataclass(frozen=True)
class Command:
    """A command by its name, of a-z and `_`, with the wish it stands for and its line in the list."""

    name: str
    intent: str
    text: Phrase


COMMANDS: tuple[Command, ...] = (
    Command("menu", "main_menu", say("To the start, with everything I can do")),
    Command("help", "help", say("What I can do, and what you can write")),
    Command("person", "human", say("How to reach a person")),
    Command("language", "change_language", say("Choose another language")),
    Command("simple", "simple_mode_on", say("Shorter and simpler messages")),
    Command("applications", "check_status", say("What became of my applications")),
    Command("stop", "cancel", say("To stop; your answers are kept")),
    Command("back", "go_back", say("One step back")),
    Command("privacy", "privacy", say("What happens to my data")),
)
