"""A bill is looked up by what was written before the message is answered; who does not answer is not waited for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.assistant import Assistant
from bot.messages import Address, Message
from bot.outbox import Outbox
from bot.signals import Signals
from bot.store import Store, messages
from bot.store.ledger import StoredLedger
from dialogs.outside import Kind, Lookup, Outside
from dialogs.session import Message as Said
from dialogs.session import Reply, Session, Turn
from integrations.bills import Alias, Bill, Bills, BillsDown, PaymentState, Request
from integrations.bills.embedded import Embedded
from tests.fakes.brain import BRAIN
from tests.fakes.channel import ListChannel
from tests.fakes.clock import Clock
from tests.integrations.bills.tax import FIRST, SECOND

ANNA = Address("list", "anna")

Answer = Callable[..., Awaitable[str]]


class Away:
    """A bill system that does not answer."""

    async def owed(self, number: str) -> tuple[Bill, ...]:
        raise BillsDown

    async def request(self, bill: Bill, key: str, payer: Alias) -> Request:
        raise BillsDown

    async def state(self, request: Request) -> PaymentState:
        raise BillsDown


def _wanted(session: Session, message: Said) -> Lookup:
    return Lookup(Kind.BILL, message.text)


def _tell_what_was_found(session: Session, message: Said, outside: Outside) -> Turn:
    found = "nobody answers" if outside.bills is None else " ".join(bill.number for bill in outside.bills)
    return Turn(session, (Reply(f"{found}, banks: {outside.asks_banks}", "en"),))


@pytest.fixture
async def ledger(store: Store) -> StoredLedger:
    ledger = StoredLedger(store)
    await ledger.put([FIRST, SECOND])
    return ledger


@pytest.fixture
def answer(store: Store, clock: Clock) -> Answer:
    """What is said to the words, with this bill system."""

    async def answer(words: str, bills: Bills, *, asks_banks: bool = False) -> str:
        channel, signals = ListChannel(), Signals()
        brain = replace(BRAIN, wanted=_wanted, advance=_tell_what_was_found)
        assistant = Assistant(store, brain, bills, signals, clock, asks_banks=asks_banks)
        await messages.accept(store, Message("one", ANNA, words, clock()), private=True)
        await assistant.answer_next()
        await Outbox(store, {channel.name: channel}, signals, clock).send_due()
        return channel.sent[-1][1]

    return answer


@pytest.mark.parametrize("words", ["2026-00017", "it is 2026-00017."])
async def test_the_bill_and_the_others_of_its_payer_are_found(
    answer: Answer, ledger: StoredLedger, clock: Clock, words: str
) -> None:
    assert await answer(words, Embedded(ledger, clock)) == "2026-00017 2026-00018, banks: False"


async def test_words_without_a_number_are_not_looked_up(answer: Answer) -> None:
    assert await answer("hello", Away()) == ", banks: False"


async def test_a_bill_system_that_is_away_is_said_to_be_away(answer: Answer) -> None:
    assert await answer("2026-00017", Away()) == "nobody answers, banks: False"


async def test_whether_banks_can_be_asked_is_known_in_the_talk(answer: Answer) -> None:
    assert await answer("hello", Away(), asks_banks=True) == ", banks: True"
