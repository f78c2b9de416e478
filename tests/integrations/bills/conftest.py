"""A ledger with the bills of a town, and a Payments building block on this machine."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest

from integrations.bills.govstack import GovStack
from integrations.bills.ledger import Ledger, Memory
from tests.fakes.clock import Clock
from tests.fakes.payments import Payments, serving
from tests.integrations.bills.tax import BILLER, FIRST, NEXT_TOWNS, SECOND, SOMEBODY_ELSES

Restart = Callable[..., GovStack]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ledger() -> Ledger:
    ledger = Memory()
    await ledger.put([SECOND, FIRST, SOMEBODY_ELSES, NEXT_TOWNS])
    return ledger


@pytest.fixture
async def payments() -> AsyncIterator[Payments]:
    async with serving() as payments:
        yield payments


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def govstack(ledger: Ledger, payments: Payments, client: httpx.AsyncClient, clock: Clock) -> Restart:
    """Each call is our side as after a restart: nothing but the ledger is left of what was before."""

    def restart(timeout: timedelta = timedelta(seconds=10)) -> GovStack:
        return GovStack(ledger, payments.url, BILLER, client, clock, timeout)

    return restart
