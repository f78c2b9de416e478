"""What a benchmark has found, as Markdown, and whether that is what `docs/benchmarks.md` promises."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.load import Measured
from bench.notices import SHARED_RATE, SHARING, Notices
from bench.systems import ECHO, RASA, SQLITE, System

MEBI = 2**20
TIMES_RASA, SHARE_OF_ECHO, SHARE_OF_RASAS_WAIT = 3.0, 0.5, 1 / 3
START_SECONDS, MEMORY = 3.0, 250
NOTICES_PER_SECOND, BUDGET_MARGIN = 800, 0.02

TURNS = (
    "| | turns a second | 4 waiting, ms: p50 | p95 | p99 | 16 waiting, ms: p50 | p95 | p99 | CPU, ms a turn | "
    "memory, MB | start, s |"
)
TARGETS = "| | target | found | |"
NOTICES = "| notices | processes | a second |"


@dataclass(frozen=True)
class Result:
    """One system with few and with many citizens waiting at any time, and with more than it can serve.

    `start_up` is the seconds of its slowest process. `memory` is the bytes of all of them after everything, and `cpu`
    their seconds for a turn while saturated.
    """

    system: System
    start_up: float
    memory: int
    few: Measured
    many: Measured
    saturated: Measured
    cpu: float

    @property
    def per_second(self) -> float:
        """Turns, with as many waiting as is best for it."""
        return max(measured.per_second for measured in (self.few, self.many, self.saturated))


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{datetime.now(UTC).date()}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def turns(results: Sequence[Result]) -> str:
    return _table(TURNS, (_turns_row(result) for result in results))


def _turns_row(result: Result) -> Iterator[str]:
    yield result.system.name
    yield f"{result.per_second:.0f}"
    for measured in (result.few, result.many):
        yield from (f"{measured.percentile(percent):.1f}" for percent in (50, 95, 99))
    yield f"{result.cpu * 1000:.2f}"
    yield f"{result.memory / MEBI:.0f}"
    yield f"{result.start_up:.1f}"


def targets(results: Sequence[Result], notices: Notices | None) -> str:
    """A row for each target whose measurements are there."""
    found = {result.system.key: result for result in results}
    rows: list[Sequence[str]] = []
    if SQLITE in found:
        rows += _alone(found[SQLITE])
        rows += _against_rasa(found[SQLITE], found[RASA]) if RASA in found else []
        rows += _against_echo(found[SQLITE], found[ECHO]) if ECHO in found else []
    rows += _of_notices(notices) if notices else []
    return _table(TARGETS, rows)


def _alone(ours: Result) -> list[Sequence[str]]:
    memory = ours.memory / MEBI
    return [
        _row(
            "seconds until it answers", f"≤ {START_SECONDS:.0f}", f"{ours.start_up:.1f}", ours.start_up <= START_SECONDS
        ),
        _row("memory, MB", f"≤ {MEMORY}", f"{memory:.0f}", memory <= MEMORY),
    ]


def _against_rasa(ours: Result, rasa: Result) -> list[Sequence[str]]:
    times = ours.per_second / rasa.per_second
    rows = [_row("turns a second, times Rasa's", f"≥ {TIMES_RASA:.0f}", f"{times:.2f}", times >= TIMES_RASA)]
    for mine, theirs in ((ours.few, rasa.few), (ours.many, rasa.many)):
        share = mine.percentile(95) / theirs.percentile(95)
        name = f"p95 with {mine.waiting} waiting, of Rasa's"
        rows.append(_row(name, "≤ 33 %", f"{share:.0%}", share <= SHARE_OF_RASAS_WAIT))
    return rows


def _against_echo(ours: Result, echo: Result) -> list[Sequence[str]]:
    share = ours.per_second / echo.per_second
    name = "turns a second, of the echo's"
    return [_row(name, f"≥ {SHARE_OF_ECHO:.0%}", f"{share:.0%}", share >= SHARE_OF_ECHO)]


def _of_notices(notices: Notices) -> list[Sequence[str]]:
    rows = []
    for one in (one for one in notices.unlimited if one.processes == 1):
        is_met = one.per_second >= NOTICES_PER_SECOND
        name = f"notices a second of one process, {one.name}"
        rows.append(_row(name, f"≥ {NOTICES_PER_SECOND}", f"{one.per_second:.0f}", is_met))
    shared = notices.shared
    share = shared.per_second / SHARED_RATE
    is_kept = abs(1 - share) <= BUDGET_MARGIN and shared.floods <= 1
    name = f"{SHARING} processes sharing {SHARED_RATE} a second"
    rows.append(_row(name, "within 2 %, one refusal at most", f"{share:.1%}, {shared.floods} refusals", is_kept))
    return rows


def sent(notices: Notices) -> str:
    """The rates at which what is queued goes out."""
    rows = [(one.name, str(one.processes), f"{one.per_second:.0f}") for one in notices.unlimited]
    shared = f"{notices.shared.per_second:.2f}, {notices.shared.floods} refusals"
    return _table(NOTICES, [*rows, (f"a budget of {SHARED_RATE} a second", str(SHARING), shared)])


def _row(name: str, target: str, found: str, is_met: bool) -> Sequence[str]:
    return name, target, found, "met" if is_met else "**not met**"


def _table(head: str, rows: Iterator[Iterator[str]] | Sequence[Sequence[str]]) -> str:
    columns = head.count("|") - 1
    lines = [head, f"|---|{'---:|' * (columns - 1)}", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)
