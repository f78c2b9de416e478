"""The stories of all languages, as they are told where others may see the screen."""

import re
from pathlib import Path

from bot.app import App
from bot.assistant import Brain
from bot.sheets import Sheets
from bot.stage import Clock, play
from bot.stories import Deed, Story, deed
from dialogs.catalogue import forms, services
from dialogs.session import Reply
from locales import LANGUAGES
from locales.phrase import say
from locales.wording import word

SEEN_BY_OTHERS = "telegram"
LOCALES = Path(__file__).parents[1] / "locales"
ASKS_FOR_NUMBERS = {
    "application",
    "bad_input",
    "carried",
    "languages",
    "pause",
    "privacy",
    "question_within",
    "simple",
    "tax_relief",
}
"""Stories of forms that ask for identity and account numbers where only the citizen sees them."""
CAST = re.compile(r"^(\w+): [a-z]+, ", re.MULTILINE)
CHANGES = re.compile(r"^\w+ changes it to: ", re.MULTILINE)

NUMBER = re.compile(r"\d+")

ALL = sorted(LOCALES.glob("*/stories/*.txt"))
ALIKE = [path for path in ALL if path.stem not in ASKS_FOR_NUMBERS]
UNCHANGING = [path for path in ALIKE if not CHANGES.search(path.read_text(encoding="utf-8"))]
"""Those in which nobody changes a message that is sent already: Viber has no such thing."""
DISCREET = [path for path in ALL if path.stem in ASKS_FOR_NUMBERS]


def name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


def told(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def recast(story: str, channel: str) -> str:
    """The story with everybody on this channel."""
    head, empty, talk = story.partition("\n\n")
    return CAST.sub(rf"\1: {channel}, ", head) + empty + talk


async def discreet(story: str, brain: Brain) -> str:
    """The story as it goes where others may see the screen, without the answers to what is not asked there.

    Left out as well is the message without a word, which no app sends.
    """
    private: list[Deed] = []

    def listen(story: Story, app: App, clock: Clock) -> Overheard:
        return Overheard(story, app, clock, private)

    await play(story, brain, open_ways=listen)
    return await play(_without(recast(story, SEEN_BY_OTHERS), private), brain)


def news(one: str, other: str) -> set[str]:
    """The lines and choices of one story that are not in the other, whatever numbers are in them."""
    return _items(one) - _items(other)


def _items(story: str) -> set[str]:
    """A line of choices is each of them."""
    lines = NUMBER.sub("#", story).splitlines()
    return {item.strip() for line in lines for item in (line.split("] [") if line.startswith("  [") else [line])}


def notes() -> set[str]:
    """What citizens are told to bring because it is not asked for, in every language."""
    private = ((form, question.note) for form in forms().values() for question in form.questions if question.private)
    papers = [services()[form.service].phrase(note) for form, note in private if note]
    told = [say("Bring to the counter: {paper}.", paper=paper) for paper in papers]
    return {word(line, language) for line in told for language in LANGUAGES}


class Overheard(Sheets):
    """Notes in `private` what was done to answer a question that nobody else may see."""

    def __init__(self, story: Story, app: App, clock: Clock, private: list[Deed]) -> None:
        super().__init__(story, app, clock)
        self._private = private
        self._last: dict[str, Reply] = {}

    async def bring(self, done: Deed) -> None:
        asked = self._last.get(done.who)
        if asked is not None and asked.asks_private:
            self._private.append(done)
        await super().bring(done)

    async def said(self) -> list[tuple[str, Reply]]:
        said = await super().said()
        self._last |= dict(said)
        return said


def _without(story: str, private: list[Deed]) -> str:
    kept = [line for line in story.splitlines() if (done := deed(line)) is None or not _is_left_out(done, private)]
    return "\n".join(kept) + "\n"


def _is_left_out(done: Deed, private: list[Deed]) -> bool:
    return done in private or done == Deed(done.who)
