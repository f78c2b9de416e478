"""What may go wrong between a bot and Telegram: planned for the next times, or scattered at random from a seed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from tests.fakes.platform_clock import Clock


class Fault(StrEnum):
    """The first nine befall a call of the bot, the others an update on its way to the webhook."""

    STORM = "storm"
    """429 to a message, and to every other one of that chat (or of the bot) until `retry_after` is over."""
    ERROR_JSON = "error_json"
    ERROR_HTML = "error_html"
    BAD_GATEWAY_JSON = "bad_gateway_json"
    BAD_GATEWAY_HTML = "bad_gateway_html"
    SLOW = "slow"
    RESET_BEFORE = "reset_before"
    """The connection is cut and nothing was done."""
    RESET_AFTER = "reset_after"
    """The connection is cut and everything was done."""
    GARBLED = "garbled"
    """Everything was done, and the answer is half of its JSON."""

    DUPLICATE = "duplicate"
    """Posted twice at the same moment."""
    SWAPPED = "swapped"
    """The one that waits behind it overtakes it."""
    LATE = "late"
    AGAIN = "again"
    """Posted once more after 25 hours."""
    MALFORMED = "malformed"
    """Half of its JSON is posted before it."""


CALLS = frozenset(tuple(Fault)[:9]) - {Fault.STORM}


@dataclass
class Plan:
    """Strikes `left` times, or as often as it can until `until`. `chat` is the only one it befalls, None is all of
    them; `methods` likewise."""

    fault: Fault
    left: int
    until: datetime | None = None
    chat: int | None = None
    methods: frozenset[str] | None = None

    def befalls(self, chat: int | None, method: str | None, now: datetime) -> bool:
        if self.chat not in (None, chat) or (self.methods is not None and method not in self.methods):
            return False
        return now < self.until if self.until is not None else self.left > 0


class Faults:
    """None, until some are planned or scattered.

    `slowness` is how long SLOW takes, `lateness` how long LATE does, `retry_after` what a STORM asks for.
    """

    def __init__(self, clock: Clock) -> None:
        self.slowness = timedelta(seconds=3)
        self.lateness = timedelta(seconds=3)
        self.retry_after = timedelta(seconds=2)
        self._clock = clock
        self._plans: list[Plan] = []
        self._rates: dict[Fault, float] = {}
        self._chance = Random()  # noqa: S311 - chance, no secret

    def plan(
        self,
        fault: Fault,
        times: int = 1,
        *,
        lasting: timedelta | None = None,
        chat: int | None = None,
        methods: Collection[str] = (),
    ) -> None:
        """The next `times` times, or as long as `lasting`. A STORM without a chat is one of the whole bot.

        `methods` are the calls it may befall; any where none is named.
        """
        until = self._clock.now() + lasting if lasting is not None else None
        named = frozenset(method.lower() for method in methods) or None
        self._plans.append(Plan(fault, times, until, chat, named))

    def scatter(self, seed: int, rates: Mapping[Fault, float]) -> None:
        """Each fault strikes in such a share of its occasions, the same ones for the same seed and traffic."""
        self._rates, self._chance = dict(rates), Random(seed)  # noqa: S311

    def clear(self) -> None:
        self._plans.clear()
        self._rates.clear()

    def strikes(self, fault: Fault, chat: int | None = None, method: str | None = None) -> Plan | None:
        """The plan by which it happens now and which is used up by that; None where it does not happen."""
        if not self._plans and not self._rates:
            return None
        now = self._clock.now()
        for plan in self._plans:
            if plan.fault is fault and plan.befalls(chat, method, now):
                plan.left -= 1
                return plan
        rate = self._rates.get(fault, 0.0)
        # By chance a storm is one chat's, as it is on the real service nearly always.
        return Plan(fault, 0, chat=chat) if rate > 0 and self._chance.random() < rate else None

    def of_call(self, chat: int | None, method: str) -> Fault | None:
        """The first fault that befalls this call."""
        if not self._plans and not self._rates:
            return None
        return next((fault for fault in Fault if fault in CALLS and self.strikes(fault, chat, method)), None)
