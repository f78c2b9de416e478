"""How long to wait before trying again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from secrets import SystemRandom

chance = SystemRandom().random


@dataclass(frozen=True)
class Backoff:
    """Waits that double from `first` to `longest`, each shortened by chance by up to a quarter."""

    first: timedelta
    longest: timedelta

    def wait(self, attempts: int, chance: Callable[[], float] = chance) -> timedelta:
        """The wait after so many attempts that failed, counted from 1; `chance` is between 0 and 1."""
        whole = min(self.first * (1 << min(attempts - 1, 30)), self.longest)
        return whole * (1 - chance() / 4)
