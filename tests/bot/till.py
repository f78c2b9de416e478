"""A town's till in tests: its ledger in the store, a Payments building block on this machine, and citizens who pay."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import httpx
from fastapi import FastAPI

from bot.assistant import Assistant
from bot.bills import Banks, open_till
from bot.callbacks import PREFIX, Callbacks
from bot.messages import Address, Message
from bot.outbox import Outbox
from bot.payments import Payments
from bot.settings import Settings
from bot.signals import Signals
from bot.store import Store, messages
from dialogs.outside import Outside
from dialogs.payments import packed, tell, unpacked
from dialogs.session import Message as Said
from dialogs.session import Order, Reply, Session, Turn
from integrations.bills import Bill
from integrations.bills.order import order as order_for
from tests.fakes.brain import BRAIN
from tests.fakes.channel import ListChannel
from tests.fakes.payments import Payments as BuildingBlock
from tests.integrations.bills.tax import BILLER, FIRST

SECRET = "a secret that is as long as it has to be"
PHONE = "+38267123456"
ANSWER = "…"
ORDER = order_for(FIRST)


def settings(url: str, **others: object) -> Settings:
    """Those of a town with a Payments building block at `url`."""
    biller = {"bills_tenant": BILLER.tenant, "bills_biller": BILLER.id, "bills_biller_name": BILLER.name}
    where = {"bills": f"govstack:{url}", "bills_callback": BILLER.callback, "bills_callback_secret": SECRET}
    return Settings.model_validate({**where, **biller, **others})


class TillHouse:
    """Anna and Boris pay on a channel that is a list; the loops are moved by hand."""

    def __init__(
        self, store: Store, building_block: BuildingBlock, clock: Callable[[], datetime], **others: object
    ) -> None:
        self.clock = clock
        self.channel = ListChannel()
        self.till = open_till(settings(building_block.url, **others), store, clock)
        self._store = store
        signals = Signals()
        self._assistant = Assistant(
            store, replace(BRAIN, advance=_obey), self.till.bills, signals, clock, asks_banks=True
        )
        self._payments = Payments(store, self.till, tell, signals, clock)
        self._outbox = Outbox(store, {self.channel.name: self.channel}, signals, clock)
        self._http = FastAPI()
        self._http.include_router(Callbacks(self.banks, self.till.ledger, self._payments.heard).router)

    @property
    def banks(self) -> Banks:
        assert self.till.banks is not None
        return self.till.banks

    async def pay(self, who: str = "anna", bill: Bill = FIRST) -> None:
        """The bank is to be asked for this bill as it was shown, and everything due is done."""
        await self.say(who, packed([bill]))
        await self.go_on()

    async def say(self, who: str, words: str) -> None:
        message = Message(uuid4().hex, Address(self.channel.name, who), words, self.clock())
        await messages.accept(self._store, message, private=True)
        while await self._assistant.answer_next():
            pass

    async def go_on(self) -> None:
        while await self._payments.run_next():
            pass
        while await self._outbox.send_due():
            pass

    def told(self, who: str = "anna") -> list[str]:
        """The first line of each piece of news."""
        return [text.partition("\n")[0] for name, text in self.channel.sent if name == who and text != ANSWER]

    async def call(
        self,
        path: str,
        body: bytes = b"",
        *,
        method: str = "POST",
        secret: str = SECRET,
        signature_of: tuple[str, str, bytes] | None = None,
        address: str = "192.0.2.7",
        tenant: str = BILLER.tenant,
    ) -> httpx.Response:
        """A call of the building block, signed, and everything that is due after it."""
        signature = signed(*(signature_of or (method, path, body)), secret) if secret else ""
        headers = {**HEADERS, "X-Platform-TenantId": tenant, "X-Signature": signature}
        transport = httpx.ASGITransport(self._http, client=(address, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="https://town.example") as client:
            answer = await client.request(method, PREFIX + path, content=body, headers=headers)
        await self.go_on()
        return answer


HEADERS: Mapping[str, str] = {
    "X-CorrelationID": "CORR-0001",
    "X-Platform-TenantId": BILLER.tenant,
    "X-billerId": BILLER.id,
    "X-PayerFI-Id": "CKB",
    "Content-Type": "application/json",
}


def signed(method: str, path: str, body: bytes, secret: str) -> str:
    """As `.env.example` tells the operator of a building block."""
    head = f"{method}\n{PREFIX}{path}\n".encode()
    return "sha256=" + hmac.new(secret.encode(), head + body, "sha256").hexdigest()


def _obey(session: Session, message: Said, outside: Outside) -> Turn:
    """`forget` forgets; anything else is a bill to ask the bank for."""
    order = Order("forget", outside.key)
    if message.text != order.kind:
        number = unpacked(message.text)[0].number
        order = Order("pay", outside.key, {"number": number, "bill": message.text, "alias": PHONE})
    return Turn(replace(session, language="en"), (Reply(ANSWER, "en", payment=ORDER),), (order,))
