"""The product on each database, moved by hand."""

import pytest

from bot.store import Store
from tests.bot.house import House
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock


@pytest.fixture
def house(store: Store, clock: Clock) -> House:
    return House(store, BRAIN, clock)
