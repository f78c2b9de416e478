"""Understanding, our engine and a real Rasa side by side: the same sentences taught, the same ones asked, in one run.

make bench-nlu      prints Markdown; takes half an hour, nearly all of it Rasa's training
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import httpx

from nlu import Understanding
from nlu.corpus import OUT_OF_SCOPE, read_corpus
from nlu.embedded import Embedded
from nlu.rasa import Parsed, decided
from nlu.rasa_data import plain, write_lessons
from nlu.scoring import Case, Heard, foreign, groups, read_cases, wishes

HOUSE = Path(__file__).parent.parent
DATA = HOUSE / "nlu" / "data"
RASA = HOUSE / "nlu" / "rasa" / "run"
PORT = 5065
START_SECONDS = 300
REQUEST_SECONDS = 30
STOP_SECONDS = 30
MEBI = 2**20

Understand = Callable[[str], Understanding]


@dataclass(frozen=True)
class Result:
    """One engine: what it heard, seconds to train, milliseconds per sentence, and bytes it occupies."""

    name: str
    heard: Heard
    training: float
    latencies: Sequence[float]
    memory: int


def main() -> None:
    cases = [case for file in sorted((HOUSE / "tests" / "nlu").glob("??*.jsonl")) for case in held_out(file)]
    folder = Path(tempfile.mkdtemp(prefix="bench-nlu-"))
    try:
        results = [_ours(cases, folder), _rasa(cases, folder)]
    finally:
        shutil.rmtree(folder)
    _report(results, len(cases))


def held_out(file: Path) -> list[Case]:
    """The cases of one language; a file of another kind has none."""
    return [case for case in read_cases(file) if case.variant] if file.stem in os.listdir(DATA) else []


def _ours(cases: Sequence[Case], folder: Path) -> Result:
    started = time.monotonic()
    Embedded.train(DATA, folder)
    training = time.monotonic() - started
    heard, latencies = _ask(cases, Embedded.open(DATA, folder).understand)
    return Result("komshi", heard, training, latencies, _own_memory(folder))


def _own_memory(folder: Path) -> int:
    """What the engine adds to a process that has imported it."""
    command = [sys.executable, "-m", "bench.nlu", "memory", str(folder)]
    return int(subprocess.run(command, cwd=HOUSE, check=True, capture_output=True, text=True).stdout)


def _print_memory(folder: Path) -> None:
    before = _resident(os.getpid())
    engine = Embedded.open(DATA, folder)
    engine.understand("koliko se čeka na rješenje u Baru")
    print(_resident(os.getpid()) - before)


def _rasa(cases: Sequence[Case], folder: Path) -> Result:
    lessons = folder / "lessons.yml"
    write_lessons(read_corpus(DATA).sentences, lessons)
    started = time.monotonic()
    subprocess.run([RASA, "train", lessons, folder / "rasa"], check=True, stdout=sys.stderr)
    training = time.monotonic() - started
    with _served(folder / "rasa") as (server, understand):
        heard, latencies = _ask(cases, understand)
        return Result("Rasa DIET", heard, training, latencies, _resident(server))


@contextmanager
def _served(folder: Path) -> Iterator[tuple[int, Understand]]:
    """The process id of a Rasa that serves the model in `folder`, and a way to ask it. It ends with the context."""
    server = subprocess.Popen([RASA, "serve", folder, str(PORT)], stdout=sys.stderr)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=REQUEST_SECONDS, trust_env=False) as client:
            _wait(client, server)
            yield server.pid, lambda text: _parse(client, text)
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(client: httpx.Client, server: "subprocess.Popen[bytes]") -> None:
    """Until the model is loaded. TimeoutError if that takes too long, or the server has ended."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if client.get("/status").is_success:
                return
        except httpx.TransportError:
            time.sleep(1)
    raise TimeoutError("Rasa did not start")


def _parse(client: httpx.Client, text: str) -> Understanding:
    response = client.post("/model/parse", json={"text": plain(text)}).raise_for_status()
    ranking = [
        (ranked.name, ranked.confidence) for ranked in Parsed.model_validate_json(response.content).intent_ranking
    ]
    intent, confidence, decision = decided(ranking)
    others = tuple(entry for entry in ranking if entry[0] not in (intent, OUT_OF_SCOPE))
    return Understanding(intent, confidence, decision, {}, None, others, dict(ranking).get(OUT_OF_SCOPE, 0.0))


def _ask(cases: Sequence[Case], understand: Understand) -> tuple[Heard, list[float]]:
    """Every case, and the milliseconds that each took; one goes before, so that nothing is loaded meanwhile."""
    understand(cases[0].text)
    heard, latencies = [], []
    for case in cases:
        started = time.perf_counter()
        heard.append((case, understand(case.text)))
        latencies.append((time.perf_counter() - started) * 1000)
    return heard, latencies


def _resident(pid: int) -> int:
    """The memory of a process and its children, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    own = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return own + sum(_resident(int(child)) for child in children)


def _report(results: Sequence[Result], count: int) -> None:
    names = [result.name for result in results]
    lines = [
        f"{datetime.now(UTC).date()}, {_machine()}; {count} sentences asked, none of them taught.",
        "",
        f"| | {' | '.join(names)} |",
        f"|---|{'---:|' * len(names)}",
        _row("training, seconds", [f"{result.training:.0f}" for result in results]),
        _row("a sentence, ms: median", [f"{quantiles(result.latencies, n=2)[0]:.1f}" for result in results]),
        _row("a sentence, ms: p95", [f"{quantiles(result.latencies, n=20)[-1]:.1f}" for result in results]),
        _row("memory, MB", [f"{result.memory / MEBI:.0f}" for result in results]),
    ]
    for language, _ in groups(results[0].heard, lambda case: case.language):
        lines += _language_rows(language, [_spoken(result.heard, language) for result in results])
    print("\n".join(lines))


def _spoken(heard: Heard, language: str) -> Heard:
    return dict(groups(heard, lambda case: case.language))[language]


def _language_rows(language: str, heards: Sequence[Heard]) -> list[str]:
    ours, others = [wishes(heard) for heard in heards], [foreign(heard) for heard in heards]
    variants = [dict(groups(heard, lambda case: case.variant)) for heard in heards]
    return [
        _row(f"{language}: first", [f"{found.first:.1%}" for found in ours]),
        *(
            _row(f"{language}, {name}", [f"{wishes(each[name]).first:.1%}" for each in variants])
            for name in variants[0]
        ),
        _row(f"{language}: among the first three", [f"{found.first_three:.1%}" for found in ours]),
        _row(f"{language}: refused", [f"{found.refused:.1%}" for found in ours]),
        _row(f"{language}: served", [f"{found.served:.1%}" for found in ours]),
        _row(f"{language}: direct answers right", [f"{found.right:.1%}" for found in ours]),
        _row(f"{language}: not ours, refused", [f"{found.refused:.1%}" for found in others]),
        _row(f"{language}: not ours, answered", [f"{found.answered:.1%}" for found in others]),
        _row(f"{language}: not ours, refused at 5 % loss", [f"{found.caught:.1%}" for found in others]),
    ]


def _row(name: str, values: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(values)} |"


def _machine() -> str:
    cpu = [line for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if "model name" in line]
    model = cpu[0].split(":")[1].strip() if cpu else platform.machine()
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        _print_memory(Path(sys.argv[2]))
    else:
        main()
