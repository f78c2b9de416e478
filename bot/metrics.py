"""What a process counts about itself, for whoever watches it: what, where and how long, never who and never words.

Each count belongs to this process alone; what is read from the database (ages, processes) is the same in all of them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from math import nan

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.messages import Lane, ReceiptState
from nlu import Decision

REGISTRY = CollectorRegistry()

disable_created_metrics()  # type: ignore[no-untyped-call]
ProcessCollector(namespace="komshi", registry=REGISTRY)


class Outcome(StrEnum):
    """How a turn ended. failed: it is tried again. given_up: it was tried often enough, and the citizen is told."""

    ANSWERED = "answered"
    FAILED = "failed"
    GIVEN_UP = "given_up"


class Refusal(StrEnum):
    """Why a call to a webhook was not taken: not theirs, too large, or not to be read."""

    SECRET = "secret"  # noqa: S105 - the reason, not the secret
    SIZE = "size"
    BODY = "body"


TURN = Histogram(
    "komshi_turn_seconds",
    "From taking a message to its answer being stored.",
    ["outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
    registry=REGISTRY,
)
UNDERSTOOD = Counter(
    "komshi_understandings", "Sentences understood, asked back about or refused.", ["decision"], registry=REGISTRY
)
SENDS = Counter("komshi_sends", "Deliveries settled.", ["channel", "lane", "state"], registry=REGISTRY)
BUDGET_WAIT = Histogram(
    "komshi_budget_wait_seconds",
    "Waits for a place in what a bot may send.",
    ["channel", "lane"],
    buckets=(0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2),
    registry=REGISTRY,
)
PUT_OFF = Counter(
    "komshi_put_off",
    "Messages that found no place and were queued again.",
    ["channel", "lane"],
    registry=REGISTRY,
)
PAUSES = Counter("komshi_pauses", "Times that a platform asked us to wait.", ["channel"], registry=REGISTRY)
DEAD_LETTERS = Counter("komshi_dead_letters", "Messages that nobody took.", ["channel", "lane"], registry=REGISTRY)
ALARMS = Counter("komshi_alarms", "Refusals that somebody has to look at.", ["channel"], registry=REGISTRY)
WEBHOOK_REFUSALS = Counter(
    "komshi_webhook_refusals", "Calls to a webhook that were not taken.", ["channel", "reason"], registry=REGISTRY
)
LOOP_BREAKS = Counter("komshi_loop_breaks", "Loops that broke off and were begun again.", ["loop"], registry=REGISTRY)
OLDEST = Gauge(
    "komshi_oldest_waiting_seconds",
    "Age of the oldest that waits: to be answered, or to be sent in this lane. In all processes the same.",
    ["queue"],
    registry=REGISTRY,
)
DELAYED = Gauge(
    "komshi_orders_delayed", "Applications that wait for an office. In all processes the same.", registry=REGISTRY
)
PROCESSES = Gauge("komshi_processes", "Processes alive. In all processes the same.", registry=REGISTRY)
DATABASE_UP = Gauge("komshi_database_up", "1 while the database answers this process.", registry=REGISTRY)
REDIS_UP = Gauge("komshi_redis_up", "1 while Redis answers this process; NaN where none is set.", registry=REGISTRY)
REDIS_UP.set(nan)


def turn_ended(outcome: Outcome, seconds: float) -> None:
    TURN.labels(outcome).observe(seconds)


def understood(decision: Decision) -> None:
    UNDERSTOOD.labels(decision).inc()


def settled(channel: str, lane: Lane, state: ReceiptState) -> None:
    SENDS.labels(channel, lane.name.lower(), state).inc()


def waited(channel: str, lane: Lane, wait: timedelta) -> None:
    """A place was found, this far ahead."""
    BUDGET_WAIT.labels(channel, lane.name.lower()).observe(wait.total_seconds())


def put_off(channel: str, lane: Lane) -> None:
    PUT_OFF.labels(channel, lane.name.lower()).inc()


def paused(channel: str) -> None:
    PAUSES.labels(channel).inc()


def dead_letter(channel: str, lane: Lane) -> None:
    DEAD_LETTERS.labels(channel, lane.name.lower()).inc()


def alarm(channel: str) -> None:
    ALARMS.labels(channel).inc()


def webhook_refused(channel: str, reason: Refusal) -> None:
    WEBHOOK_REFUSALS.labels(channel, reason).inc()


def loop_broke(loop: str) -> None:
    LOOP_BREAKS.labels(loop).inc()


def database_seen(waiting: Mapping[str, datetime | None], delayed: int, processes: int, now: datetime) -> None:
    """What was just read from the database. A queue where nothing waits has the age 0."""
    DATABASE_UP.set(1)
    DELAYED.set(delayed)
    PROCESSES.set(processes)
    for queue, since in waiting.items():
        OLDEST.labels(queue).set(max((now - since).total_seconds(), 0) if since else 0)


def database_away() -> None:
    """What only the database knows is not known: nobody may take the last figures for today's."""
    DATABASE_UP.set(0)
    DELAYED.set(nan)
    PROCESSES.set(nan)
    OLDEST.clear()


def redis_seen(is_up: bool) -> None:
    REDIS_UP.set(is_up)


def exposition() -> bytes:
    """All of it, as Prometheus reads it."""
    return generate_latest(REGISTRY)
