"""Everybody who has Telegram."""

from collections.abc import Iterator
from typing import Any

from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.chats import Account
from tests.fakes.telegram.person import Person

FIRST = 6_100_000_001
"""Ids of people need more than 32 bits."""


class People:
    """By id. A person is there from the first time she is asked for."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._people: dict[int, Person] = {}

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def join(self, name: str, **account: Any) -> Person:
        """Somebody new."""
        return self._add(Account(FIRST + len(self._people), name, **account))

    def get(self, id: int) -> Person:
        return self._people.get(id) or self._add(Account(id, f"Person {id}"))

    def _add(self, account: Account) -> Person:
        person = self._people[account.id] = Person(self._bot, account)
        return person
