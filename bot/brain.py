"""The brain of a process: understanding, the engine and the words, opened and joined. Knows no network and no clock."""

from pathlib import Path

import nlu
from bot.assistant import Brain
from dialogs.engine import advance, apologise
from dialogs.standing import tell
from locales.catalogues import load
from nlu.embedded import Embedded

DATA = Path(nlu.__file__).parent / "data"


def open_brain(cache: Path) -> Brain:
    """The embedded engine, trained on first use (some ten seconds) and cached. Raises BrokenCatalogue, OSError."""
    load()
    return Brain(Embedded.open(DATA, cache).understand, advance, tell, apologise)
