"""Viber for one bot: the account, the people, and the paths between them."""

from typing import Any

from tests.fakes.platform_clock import Clock
from tests.fakes.viber.account import Account
from tests.fakes.viber.courier import Courier
from tests.fakes.viber.faults import Faults
from tests.fakes.viber.gallery import Gallery
from tests.fakes.viber.person import Person, Standing
from tests.fakes.viber.phone import Traits
from tests.fakes.viber.record import Record
from tests.fakes.viber.welcome import Welcome

TOKEN = "4f1c2a90b7d3e856-6a1b0c9d8e7f2345-11aa22bb33cc44dd"


class Viber:
    """`limits`: too much is refused with 12. `receipts`: phones report what they got and showed.

    `url` is where it is, while it is served.
    """

    def __init__(
        self, token: str = TOKEN, *, clock: Clock | None = None, limits: bool = True, receipts: bool = True
    ) -> None:
        self.url = ""
        self.token = token
        self.clock = clock or Clock()
        self.limits = limits
        self.receipts = receipts
        self.account = Account()
        self.record = Record()
        self.faults = Faults(self.clock)
        self.gallery = Gallery()
        self.courier = Courier(token, self.account, self.clock, self.faults, self.record)
        self.people: dict[str, Person] = {}
        self._by_id: dict[str, Person] = {}
        self._welcome = Welcome(self.clock, self.record)

    def person(self, handle: str, **traits: Any) -> Person:
        """The person whom scripts call so, made on first use; `traits` are those of phone.Traits."""
        person = self.people.get(handle)
        if person is None:
            person = Person(handle, Traits(), self.courier, self.gallery, self._welcome)
            self.people[handle] = self._by_id[person.id] = person
        person.change(traits)
        return person

    def known(self, id: str) -> Person | None:
        """The person whom the bot knows so."""
        return self._by_id.get(id)

    def subscribers(self) -> int:
        return sum(person.standing is Standing.SUBSCRIBED for person in self.people.values())

    def close_talks(self) -> None:
        """Without a webhook nobody can talk to the bot any more."""
        self.account.webhook = ""
        for person in self.people.values():
            person.phone.close()

    async def quiet(self) -> None:
        """Returns when the bot has been told everything, or it was given up."""
        await self.courier.settled()

    async def close(self) -> None:
        await self.courier.close()
