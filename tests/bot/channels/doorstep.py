"""A doorstep in memory, with a small assistant behind it that says what a test of the page needs."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from socket import SO_REUSEADDR, SOL_SOCKET, socket

import uvicorn
from fastapi import FastAPI

from bot.channels.web import Web, open_channel
from bot.messages import Accepted, Address, Entry, Message
from dialogs.session import Choice, Reply
from integrations.bills.order import PaymentOrder

WELCOME = Reply(
    "Good day. I am the assistant of the municipality.\nWhat do you need?",
    "en",
    (Choice("aid", "Aid for a newborn child"), Choice("permit", "A building permit"), Choice("else", "Something else")),
)
ORDER = PaymentOrder("Opština Tivat", "ME25510000000906801436", 12_345, "Porez na nepokretnosti", "001234")
SAID = {
    "": (WELCOME,),
    "help": (Reply("Write in your own words, or press one of the choices.", "en"),),
    "repeat": (WELCOME,),
    "shqip": (Reply("Mirëdita. Çfarë ju nevojitet?", "sq", (Choice("aid", "Ndihma për fëmijën e porsalindur"),)),),
    "english": (WELCOME,),
    "number": (Reply("What is your personal number? It has 13 digits.", "en", asks_private=True),),
    "two": (Reply("This is the first part.", "en"), Reply("This is the second part: https://example.org/a?b=1.", "en")),
    "long": (Reply("\n".join(f"Line {number} of a long answer." for number in range(1, 61)), "en"),),
    "pay": (Reply("This is your payment order.", "en", payment=ORDER),),
    "silence": (),
}


class Doorstep:
    """Keeps each conversation as entries, and answers at once. What is written after `number` is kept masked."""

    def __init__(self) -> None:
        self.entries: dict[Address, list[Entry]] = defaultdict(list)
        self.accepted: list[Message] = []
        self._places: dict[tuple[Address, str], int] = {}
        self._changed: dict[Address, asyncio.Event] = defaultdict(asyncio.Event)

    async def accept(self, message: Message) -> Accepted:
        key = (message.address, message.event)
        if key in self._places:
            return Accepted(self._places[key], again=True)
        self.accepted.append(message)
        talk = self.entries[message.address]
        talk[:] = [replace(entry, answered=True) for entry in talk]
        asked = next((entry for entry in reversed(talk) if not entry.heard), None)
        text = "•••••••••" + message.text[-4:] if asked and asked.asks_private else message.text
        self._places[key] = self._add(message.address, Entry(0, heard=True, text=text, at=message.arrived))
        self._answer(message)
        return Accepted(self._places[key], again=False)

    async def history(self, address: Address, after: int) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries[address] if entry.sequence > after)[-200:]

    async def change(self, address: Address, wait: timedelta) -> None:
        changed = self._changed[address]
        changed.clear()
        try:
            async with asyncio.timeout(wait.total_seconds()):
                await changed.wait()
        except TimeoutError:
            return

    def tell(self, address: Address, *replies: Reply) -> None:
        """The assistant speaks first."""
        for reply in replies:
            said = Entry(0, False, reply.text, datetime.now(UTC), reply.language, reply.choices, reply.asks_private)
            self._add(address, replace(said, payment=reply.payment))

    def tell_everybody(self, *replies: Reply) -> None:
        for address in self.entries:
            self.tell(address, *replies)

    def forget_everybody(self) -> None:
        self.entries.clear()
        self._places.clear()

    def _answer(self, message: Message) -> None:
        heard = f"You chose: {message.text}" if message.choice else f"You wrote: {message.text}"
        self.tell(message.address, *SAID.get(message.text.lower(), (Reply(heard, "en"),)))

    def _add(self, address: Address, entry: Entry) -> int:
        talk = self.entries[address]
        talk.append(replace(entry, sequence=len(talk) + 1))
        self._changed[address].set()
        return len(talk)


class Server(uvicorn.Server):
    """A server that says when it is up, and ends the open streams before it waits for them."""

    def __init__(self, web: Web) -> None:
        app = FastAPI()
        app.include_router(web.router)
        super().__init__(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
        self.web = web
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self.web.hang_up()
        await super().shutdown(sockets)


@asynccontextmanager
async def serving(doorstep: Doorstep, port: int = 0) -> AsyncIterator[str]:
    """The web channel before this doorstep, on a loopback port; its address."""
    with socket() as listening:
        listening.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        server = Server(open_channel(doorstep, {}))
        running = asyncio.create_task(server.serve([listening]))
        await server.is_up.wait()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await running
