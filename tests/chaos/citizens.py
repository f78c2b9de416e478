"""People who write to the bot all day, in no order and without waiting for it."""

import asyncio
from dataclasses import dataclass, field
from random import Random

from tests.fakes.telegram import Person

WORDS = 10
"""Messages of one citizen."""
TWICE = "twice"
"""The assistant answers it with two messages."""
BUTTON = "A"
LONGEST_PAUSE = 5.0
"""Seconds between two messages of one citizen."""


@dataclass
class Citizen:
    """`said` is what she wrote or pressed, by the number of the update that told the bot of it."""

    person: Person
    said: dict[int, str] = field(default_factory=dict)

    async def live(self, chance: Random) -> None:
        for number in range(WORDS):
            await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))
            self._say(chance, f"word {number}")

    def _say(self, chance: Random, words: str) -> None:
        """Words, rarely some that are answered twice, or a button where one is on the screen."""
        what = chance.choices((words, TWICE, BUTTON), (8, 1, 1))[0]
        can_press = any(line.buttons for line in self.person.screen().messages)
        update = self.person.press(what) if what == BUTTON and can_press else self.person.write(what)
        assert update is not None
        self.said[update.id] = what
