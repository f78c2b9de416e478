"""The processes of a benchmark: begun, waited for, looked at, and ended with whoever began them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import httpx

HOUSE = Path(__file__).parent.parent
PYTHON = sys.executable
LOOK_EVERY = 0.02
START_SECONDS = 300
STOP_SECONDS = 10
OURS = ("KOMSHI_", "TELEGRAM_", "VIBER_")
TICKS = os.sysconf("SC_CLK_TCK")

Command = Sequence[str | Path]


class NotStarted(Exception):
    """A server ended, or took too long, before it answered."""


@dataclass(frozen=True)
class Process:
    """A server that answers. `start_up` is the seconds from its beginning to its first answer."""

    pid: int
    start_up: float

    @property
    def memory(self) -> int:
        """Resident bytes of the process and all it has begun."""
        pages = (int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in _family(self.pid))
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")

    @property
    def cpu(self) -> float:
        """Seconds of computing by the process and all it has begun."""
        return sum(_ticks(pid) for pid in _family(self.pid)) / TICKS


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield from _family(int(child))


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def free_port() -> int:
    with socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def inherited() -> dict[str, str]:
    """The variables of this process but for those that set up komshi."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@contextmanager
def running(
    command: Command, settings: Mapping[str, str], log: Path, folder: Path = HOUSE, stdout: int | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that ends with the context. What it prints goes to the end of `log`, unless `stdout` says otherwise."""
    with log.open("ab") as lines:
        process = subprocess.Popen(
            command, cwd=folder, env={**inherited(), **settings}, stdout=stdout or lines, stderr=lines
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def serving(
    command: Command, url: str, settings: Mapping[str, str], log: Path, folder: Path = HOUSE
) -> Iterator[Process]:
    """A server, from its first good answer at `url` on. Raises NotStarted."""
    started = time.monotonic()
    with running(command, settings, log, folder) as process:
        while not _answers(url):
            if process.poll() is not None or time.monotonic() - started > START_SECONDS:
                raise NotStarted(f"{command[0]} did not answer: {log.read_text(encoding='utf-8')}")
            time.sleep(LOOK_EVERY)
        yield Process(process.pid, time.monotonic() - started)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.TransportError:
        return False


@contextmanager
def announced(command: Command, log: Path) -> Iterator[str]:
    """A server that prints its address when it is up, and that address. Raises NotStarted."""
    with running(command, {}, log, stdout=subprocess.PIPE) as process:
        url = process.stdout.readline().decode().strip() if process.stdout else ""
        if not url:
            raise NotStarted(f"{command[0]} did not start: {log.read_text(encoding='utf-8')}")
        yield url
