"""Talking without a browser: at this terminal with the real database, or from a script on a stage of its own."""

import getpass
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot import stage, stories
from bot.app import build
from bot.assistant import Brain
from bot.channels.terminal import WHO, Terminal
from bot.settings import Settings
from bot.stories import Person


async def at_terminal(
    settings: Settings, brain: Brain, processes: Mapping[str, Path], environment: Mapping[str, str]
) -> None:
    """A talk at this terminal until the input ends; everything else of the product runs beside it."""
    app = build(settings, brain, processes, {WHO: getpass.getuser(), **environment})
    terminal = app.channels[Terminal.name]
    if not isinstance(terminal, Terminal):
        raise TypeError("the terminal is served by another channel")
    async with app:
        await terminal.talk(sys.stdin)


async def from_script(lines: Sequence[str], person: Person, brain: Brain, now: datetime) -> str:
    """The story of a talk in which `person` says these lines. Raises Unreadable."""
    return await stage.play(stories.scripted(lines, person, now), brain)
