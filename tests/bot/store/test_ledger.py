"""The ledger in a database keeps the contract of the one in memory, and hides what a citizen owes."""

from pathlib import Path

import pytest

from bot.store import Store
from bot.store.ledger import StoredLedger
from integrations.bills import Request
from integrations.bills.ledger import Ledger
from tests.fakes.clock import Clock
from tests.fakes.key import KEY
from tests.integrations.bills import test_bills_ledger as contract
from tests.integrations.bills.tax import FIRST, NEXT_TOWNS, SECOND, SOMEBODY_ELSES


@pytest.fixture
async def ledger(store: Store) -> Ledger:
    ledger = StoredLedger(store)
    await ledger.put([SECOND, FIRST, SOMEBODY_ELSES, NEXT_TOWNS])
    return ledger


@pytest.fixture
def request_to_pay(clock: Clock) -> Request:
    return Request("AAAA", 1, "KEY-1", FIRST.number, FIRST.amount, clock())


# Every claim about the ledger in memory, made about this one too.
globals().update({name: claim for name, claim in vars(contract).items() if name.startswith("test_")})


async def test_nothing_that_is_owed_can_be_read_in_the_file(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/komshi.db", KEY)
    await store.migrate()
    await StoredLedger(store).put([FIRST])

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    await store.close()

    assert FIRST.number.encode() in kept
    assert FIRST.purpose.encode() not in kept
    assert FIRST.reference.encode() not in kept
