"""How many citizens are answered in a second, and how fast: komshi, a bare echo bot and a real Rasa, in one run.

make bench      prints Markdown; takes a quarter of an hour, and some minutes more the first time: Rasa is trained
"""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import uvloop

from bench import notices, rasa_bot, report
from bench.load import measure
from bench.notices import Notices
from bench.processes import HOUSE
from bench.report import Result
from bench.systems import RASA, SYSTEMS, Opened, System
from bench.telegram import FIRST
from nlu.embedded import Embedded

ROOM = HOUSE / "var" / "bench"
"""What was trained stays here for the next run."""
FEW, MANY, TOO_MANY = 4, 16, 64
"""Citizens who wait for an answer at any time."""
SECONDS = 15.0
NOTICES = "notices"


def main() -> None:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    chosen = [system for system in SYSTEMS if system.key in asked.only]
    _prepare(chosen)
    results = [_result(system, asked.seconds) for system in chosen]
    sent = _notices() if NOTICES in asked.only else None
    print(report.machine(), report.turns(results), sep="\n\n")
    if sent is not None:
        print("", report.sent(sent), sep="\n")
    print("", report.targets(results, sent), sep="\n")


def _asked() -> argparse.Namespace:
    names = [*(system.key for system in SYSTEMS), NOTICES]
    parser = argparse.ArgumentParser(prog="python -m bench.turns")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="what is measured")
    return parser.parse_args()


def _prepare(chosen: list[System]) -> None:
    """Trains what is not trained yet: that is no part of a start."""
    ROOM.mkdir(parents=True, exist_ok=True)
    engine = Embedded.open(rasa_bot.DATA, ROOM / "cache")
    if any(system.key == RASA for system in chosen):
        rasa_bot.prepare(ROOM / "rasa", engine)


def _result(system: System, seconds: float) -> Result:
    print(f"{system.name} …", file=sys.stderr)
    with _folder() as folder, system.open(folder) as opened:
        return uvloop.run(_measured(system, opened, seconds))


async def _measured(system: System, opened: Opened, seconds: float) -> Result:
    numbers = count(FIRST)
    async with opened.door() as say:
        few = await measure(say, FEW, seconds, numbers)
        many = await measure(say, MANY, seconds, numbers)
        before = _cpu(opened)
        saturated = await measure(say, TOO_MANY, seconds, numbers)
        cpu = (_cpu(opened) - before) / saturated.said
    start_up = max(server.start_up for server in opened.servers)
    memory = sum(server.memory for server in opened.servers)
    return Result(system, start_up, memory, few, many, saturated, cpu)


def _cpu(opened: Opened) -> float:
    return sum(server.cpu for server in opened.servers)


def _notices() -> Notices:
    print("notices …", file=sys.stderr)
    with _folder() as folder:
        return uvloop.run(notices.measure(folder))


@contextmanager
def _folder() -> Iterator[Path]:
    """An empty one beside what was trained, gone afterwards."""
    folder = Path(tempfile.mkdtemp(dir=ROOM))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
