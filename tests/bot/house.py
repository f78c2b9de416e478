"""The product without its loops: each test moves it by hand, step by step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.assistant import Assistant, Brain
from bot.cases import Cases
from bot.messages import Accepted, Address, Entry, Message
from bot.outbox import Outbox
from bot.signals import Signals
from bot.store import Store, messages
from bot.store.history import history
from integrations.bills.embedded import Embedded
from integrations.bills.ledger import Memory
from tests.fakes.channel import ListChannel
from tests.fakes.office import Office

AT_ONCE = timedelta(0)


class House:
    """Anna, Boris and Clara write on a channel that is a list; the office is a fake."""

    def __init__(
        self,
        store: Store,
        brain: Brain,
        clock: Callable[[], datetime],
        channel: ListChannel | None = None,
        office: Any = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.channel = channel or ListChannel()
        self.office = office or Office()
        signals = Signals()
        self.assistant = Assistant(store, brain, Embedded(Memory(), clock), signals, clock)
        self.outbox = Outbox(store, {self.channel.name: self.channel}, signals, clock)
        self.cases = Cases(store, self.office, brain.tell, signals, clock)

    def message(self, who: str, text: str, event: str | None = None) -> Message:
        return Message(event or uuid4().hex, Address(self.channel.name, who), text, self.clock())

    async def accept(self, who: str, text: str, event: str | None = None) -> Accepted:
        return await messages.accept(self.store, self.message(who, text, event), private=self.channel.private)

    async def answer_all(self) -> None:
        while await self.assistant.answer_next():
            pass

    async def send_all(self) -> None:
        while await self.outbox.send_due():
            pass

    async def carry_all(self) -> None:
        while await self.cases.carry_next():
            pass
        await self.send_all()

    async def hear_news(self) -> None:
        await self.cases.hear_news(AT_ONCE)
        await self.send_all()

    async def hear(self, who: str, text: str) -> list[str]:
        """What the citizen gets for these words, orders not yet carried out."""
        before = len(self.told(who))
        await self.accept(who, text)
        await self.answer_all()
        await self.send_all()
        return self.told(who)[before:]

    async def apply(self, who: str) -> str:
        """The reference of an application that is saved and not yet at the office."""
        (said,) = await self.hear(who, "apply")
        return said.split()[-1]

    def told(self, who: str) -> list[str]:
        return [text for name, text in self.channel.sent if name == who]

    async def history(self, who: str, after: int = 0) -> tuple[Entry, ...]:
        return await self.store.read(history, Address(self.channel.name, who), after)
