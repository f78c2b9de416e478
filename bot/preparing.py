"""What is found out for a message before it is answered: what it means, and what was asked for outside."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot import metrics
from bot.logs import trace
from bot.messages import Address, Message
from dialogs.outside import Kind, Lookup
from dialogs.payments import candidates
from dialogs.session import Message as Said
from dialogs.session import Session
from integrations.bills import Bill, Bills, BillsError
from nlu import Understanding

log = structlog.get_logger()

# A citizen waits for it. What is not found by then is said to be away; asking again is up to the citizen.
TIME_TO_LOOK_UP = timedelta(seconds=5)
# A platform shows for about five seconds that somebody writes (Bot API, sendChatAction).
BEFORE_BUSY, BUSY_LASTS = timedelta(seconds=1), timedelta(seconds=4)

Understand = Callable[[str], Awaitable[Understanding]]
Wanted = Callable[[Session, Said], Lookup | None]
Busy = Callable[[Address], Awaitable[None]]


@dataclass(frozen=True)
class Prepared:
    """What was found out for a message. `bills` is None where nobody could be asked."""

    meaning: Understanding
    lookup: Lookup | None
    bills: tuple[Bill, ...] | None


class Preparing:
    """`at_once` understands where nobody has to be asked, else it is None. `busy` shows that it takes a moment."""

    def __init__(
        self,
        understand: Understand,
        at_once: Callable[[str], Understanding] | None,
        wanted: Wanted,
        bills: Bills,
        busy: Busy,
    ) -> None:
        self._understand = understand
        self._at_once = at_once
        self._wanted = wanted
        self._bills = bills
        self._busy = busy

    def at_once(self, message: Message, session: Session) -> Prepared | None:
        """What can be found out without asking anybody; None where somebody has to be asked."""
        lookup = self._wanted(session, message)
        asks = lookup is not None and lookup.kind is Kind.BILL
        if self._at_once is None or asks:
            return None
        return Prepared(_counted(self._at_once(message.text), message), lookup, ())

    async def patiently(self, message: Message, session: Session) -> Prepared:
        """The same, asking whoever has to be asked. Meanwhile the citizen sees that something is being done."""
        lookup = self._wanted(session, message)
        async with self._shown_busy(message.address):
            meaning = _counted(await self._understand(message.text), message)
            return Prepared(meaning, lookup, await self._find_bills(lookup))

    async def _find_bills(self, lookup: Lookup | None) -> tuple[Bill, ...] | None:
        if lookup is None or lookup.kind is not Kind.BILL:
            return ()
        try:
            async with asyncio.timeout(TIME_TO_LOOK_UP.total_seconds()):
                return await self._first_owed(candidates(lookup.text))
        except (BillsError, TimeoutError) as error:
            log.warning("bills not found out", **trace(error))
            return None

    async def _first_owed(self, numbers: tuple[str, ...]) -> tuple[Bill, ...]:
        """What is owed by the first of the numbers that is one of a bill."""
        for number in numbers:
            if bills := await self._bills.owed(number):
                return bills
        return ()

    @asynccontextmanager
    async def _shown_busy(self, address: Address) -> AsyncIterator[None]:
        showing = asyncio.create_task(self._show_busy(address))
        try:
            yield
        finally:
            showing.cancel()

    async def _show_busy(self, address: Address) -> None:
        await asyncio.sleep(BEFORE_BUSY.total_seconds())
        while True:
            await self._busy(address)
            await asyncio.sleep(BUSY_LASTS.total_seconds())


def _counted(meaning: Understanding, message: Message) -> Understanding:
    """A press and an empty message say nothing that could be understood or not."""
    if message.text.strip() and message.choice is None:
        metrics.understood(meaning.decision)
    return meaning


async def show_nothing(address: Address) -> None:
    """For where nobody can be shown that something is being done."""
