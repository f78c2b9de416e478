"""The municipality's tax office in a story: what it has billed is owed, as long as somebody answers there."""

import re
from collections.abc import Callable
from datetime import date, datetime

from integrations.bills import Alias, Bill, BillsDown, PaymentState, Request
from integrations.bills.embedded import Embedded
from integrations.bills.ledger import Memory
from integrations.bills.money import cents
from locales import DEFAULT
from locales.phrase import Name, Phrase
from locales.wording import word

BILLED = re.compile(
    r"(?P<municipality>[\w-]+) has billed (?P<amount>\d+\.\d\d) due (?P<due>\d{4}-\d\d-\d\d) as (?P<number>\S+)"
)
# One account for every town of the stage: no story is about whose it is.
ACCOUNT = "ME25510000000906801436"
PURPOSE = "Porez na nepokretnosti"


class TaxOffice:
    """The Bills of one payer in each municipality. `standing` is up, or down (nobody answers)."""

    STANDINGS = ("up", "down")

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.standing = "up"
        self._ledger = Memory()
        self._bills = Embedded(self._ledger, clock)

    async def bill(self, billed: re.Match[str]) -> None:
        """Sends a bill, as BILLED describes it; its reference is its number. ValueError for a day that is none."""
        name = word(Phrase("{name}", {"name": Name(billed["municipality"])}), DEFAULT)
        bill = Bill(
            number=billed["number"],
            payer="payer",
            municipality=billed["municipality"],
            payee=f"Opština {name}",
            account=ACCOUNT,
            amount=cents(billed["amount"]) or 0,
            due=date.fromisoformat(billed["due"]),
            purpose=PURPOSE,
            reference=billed["number"],
        )
        await self._ledger.put([bill])

    async def owed(self, number: str) -> tuple[Bill, ...]:
        """See Bills. BillsDown while nobody answers."""
        if self.standing == "down":
            raise BillsDown
        return await self._bills.owed(number)

    async def request(self, bill: Bill, key: str, payer: Alias) -> Request:
        return await self._bills.request(bill, key, payer)

    async def state(self, request: Request) -> PaymentState:
        return await self._bills.state(request)
