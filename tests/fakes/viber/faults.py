"""What may go wrong between a bot and Viber: planned for the next times, or scattered at random from a seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from tests.fakes.platform_clock import Clock


class Fault(StrEnum):
    """The first eight befall a call of the bot, the others what Viber tells it."""

    STORM = "storm"
    ERROR_JSON = "error_json"
    ERROR_HTML = "error_html"
    BAD_GATEWAY_JSON = "bad_gateway_json"
    BAD_GATEWAY_HTML = "bad_gateway_html"
    SLOW = "slow"
    RESET_BEFORE = "reset_before"
    """The connection is cut and nothing was done."""
    RESET_AFTER = "reset_after"
    """The connection is cut and everything was done."""

    DUPLICATE = "duplicate"
    SWAPPED = "swapped"
    """What is told next overtakes it."""
    AGAIN = "again"
    """Told once more after 25 hours."""
    MALFORMED = "malformed"
    """Half of it is told before, rightly signed."""
    EARLY = "early"
    """The receipts come before the answer to the call."""
    UNSORTED = "unsorted"
    """Seen comes before delivered."""


CALLS = tuple(Fault)[:8]


@dataclass
class Plan:
    """Strikes `left` times, or as often as it can until `until`; only what is for `person`, or everybody's."""

    fault: Fault
    left: int
    until: datetime | None
    person: str | None

    def is_due(self, now: datetime) -> bool:
        return now < self.until if self.until is not None else self.left > 0


class Faults:
    """None, until some are planned or scattered."""

    def __init__(self, clock: Clock) -> None:
        self.slowness = timedelta(seconds=3)
        self._clock = clock
        self._plans: list[Plan] = []
        self._rates: dict[Fault, float] = {}
        self._chance = Random()  # noqa: S311 - chaos, no secret

    def plan(
        self, fault: Fault, times: int = 1, *, lasting: timedelta | None = None, person: str | None = None
    ) -> None:
        """The next `times` times, or as long as `lasting`; `person` is the id of the only one it befalls."""
        until = self._clock.now() + lasting if lasting is not None else None
        self._plans.append(Plan(fault, times, until, person))

    def scatter(self, seed: int, rates: Mapping[Fault, float]) -> None:
        """Each fault strikes in such a share of its occasions, the same ones for the same seed and traffic."""
        self._rates, self._chance = dict(rates), Random(seed)  # noqa: S311

    def clear(self) -> None:
        self._plans.clear()
        self._rates.clear()

    def strikes(self, fault: Fault, person: str | None = None) -> bool:
        """Whether it happens now; a plan is used up by that."""
        now = self._clock.now()
        for plan in self._plans:
            if plan.fault is fault and plan.person in (None, person) and plan.is_due(now):
                plan.left -= 1
                return True
        rate = self._rates.get(fault, 0.0)
        return rate > 0 and self._chance.random() < rate

    def of_call(self, person: str | None) -> Fault | None:
        """The first fault that befalls this call."""
        if not self._plans and not self._rates:
            return None
        return next((fault for fault in CALLS if self.strikes(fault, person)), None)
