"""Where it is known what citizens owe, and who asks their banks: opened by the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.settings import Settings
from bot.store import Store
from bot.store.ledger import StoredLedger
from integrations.bills import Bills
from integrations.bills.biller import CENTS, EUROS, Biller
from integrations.bills.embedded import Embedded
from integrations.bills.govstack import GovStack
from integrations.bills.ledger import Ledger
from integrations.bills.trust import Trust

UNITS = {"cents": CENTS, "euros": EUROS}

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Banks:
    """The way to citizens' banks: the system that asks them, who we are to it, and whom we believe about it.

    `alias` is the kind of alias that a telephone number is there.
    """

    system: GovStack
    biller: Biller
    trust: Trust
    alias: str
    client: httpx.AsyncClient


@dataclass(frozen=True)
class Till:
    """The ledger, whom to ask what is owed, and the way to citizens' banks where there is one."""

    ledger: Ledger
    bills: Bills
    banks: Banks | None = None

    async def close(self) -> None:
        """Ends the connections to the system that asks banks."""
        if self.banks is not None:
            await self.banks.client.aclose()


def open_till(settings: Settings, store: Store, clock: Clock) -> Till:
    """The till of these settings; nothing is asked of anybody yet. Close it."""
    ledger = StoredLedger(store)
    if settings.bills_url is None:
        return Till(ledger, Embedded(ledger, clock))
    client = _client(settings)
    biller = Biller(
        tenant=settings.bills_tenant,
        id=settings.bills_biller,
        name=settings.bills_biller_name,
        callback=settings.bills_callback,
        unit=UNITS[settings.bills_unit],
    )
    system = GovStack(ledger, settings.bills_url, biller, client, clock)
    return Till(ledger, system, Banks(system, biller, _trust(settings), settings.bills_alias, client))


def _client(settings: Settings) -> httpx.AsyncClient:
    """Nothing but the settings says where it goes and who we are: no proxy and no password of the machine's."""
    said = settings.bills_auth.get_secret_value().split() if settings.bills_auth else []
    match said:
        case ["basic", user, password]:
            return httpx.AsyncClient(auth=httpx.BasicAuth(user, password), trust_env=False)
        case ["header", name, value]:
            return httpx.AsyncClient(headers={name: value}, trust_env=False)
    return httpx.AsyncClient(trust_env=False)


def _trust(settings: Settings) -> Trust:
    secret = settings.bills_callback_secret
    return Trust(secret.get_secret_value().encode() if secret else b"", settings.bills_networks)
