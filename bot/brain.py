"""The brain of a process: understanding, the engine and the words, opened and joined."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nlu
from bot.app import now
from bot.assistant import Brain
from bot.preparing import Understand
from dialogs.dues import remind
from dialogs.engine import advance, apologise, wanted
from dialogs.openings import welcome
from dialogs.standing import tell
from locales.catalogues import load
from nlu import Understanding
from nlu.corpus import read_corpus
from nlu.embedded import Embedded
from nlu.rasa import Rasa

DATA = Path(nlu.__file__).parent / "data"


def open_brain(cache: Path, rasa: str | None = None, clock: Callable[[], datetime] = now) -> Brain:
    """The words of all languages, and understanding as `open_understanding` has it. Raises BrokenCatalogue too."""
    load()
    embedded = Embedded.open(DATA, cache)
    understand = at_once(embedded) if rasa is None else _with_rasa(rasa, embedded, clock)
    ready = embedded.understand if rasa is None else None
    return Brain(understand, wanted, advance, tell, remind, apologise, welcome, ready)


def open_understanding(cache: Path, rasa: str | None = None, clock: Callable[[], datetime] = now) -> Understand:
    """The embedded engine, trained on first use (up to half a minute) and cached; with the address of a Rasa server,
    Rasa before it. Nothing is asked of the server yet. OSError or CalledProcessError where it cannot be trained.
    """
    embedded = Embedded.open(DATA, cache)
    return at_once(embedded) if rasa is None else _with_rasa(rasa, embedded, clock)


def at_once(embedded: Embedded) -> Understand:
    """Understanding that waits for nobody."""

    async def understand(text: str) -> Understanding:
        return embedded.understand(text)

    return understand


def _with_rasa(url: str, embedded: Embedded, clock: Callable[[], datetime]) -> Understand:
    intents = {sentence.intent for sentence in read_corpus(DATA).sentences}
    return Rasa(url, embedded, intents, clock).understand
