"""The real Rasa as a process of its own, taught and served by `nlu/rasa/run`. Without it the test is skipped by name,
and under CI it fails.
"""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from nlu.corpus import Sentence
from nlu.rasa_data import write_lessons
from tests.fakes.surroundings import free_port, missing

ROOM = Path(__file__).parents[2] / "nlu" / "rasa"
PATIENCE = 300
UP = "Rasa server is up and running"


@asynccontextmanager
async def serving(sentences: Iterable[Sentence], folder: Path) -> AsyncIterator[str]:
    """The address of a server that has learnt these sentences; everything it keeps is in `folder`."""
    if not (ROOM / ".venv" / "made-for").exists():
        missing("Rasa is not installed, so nobody talked through it: `.ci/prepare rasa` brings it.")
    lessons, port = folder / "lessons.yml", free_port()
    write_lessons(sentences, lessons)
    async with _running("train", str(lessons), str(folder)) as training:
        said = await _heard(training, until=None)
        assert await training.wait() == 0, said
    async with _running("serve", str(folder), str(port)) as server:
        said = await _heard(server, until=UP)
        assert UP in said, said
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _running(*words: str) -> AsyncIterator[Process]:
    command = (str(ROOM / "run"), *words)
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _heard(process: Process, until: str | None) -> str:
    """What it says up to these words, or up to its end."""
    said = ""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        async for line in process.stdout:
            said += line.decode()
            if until is not None and until in said:
                break
    return said
