"""A town with the embedded engine: its table of instances, its clock, and a way to start the engine anew."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.workflow import Application
from integrations.workflow.embedded import Embedded
from integrations.workflow.instances import Memory
from tests.integrations.town import DRAFT, Clock, Engine, Redrawn

PROCESS = Path(__file__).parents[2] / "dialogs/services/newborn_aid/process.bpmn"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def instances() -> Memory:
    return Memory()


@pytest.fixture
def process() -> Path:
    return PROCESS


@pytest.fixture
def engine(instances: Memory, process: Path, clock: Clock) -> Callable[[], Embedded]:
    """Each call is the engine as after a restart: nothing but the table is left of what was before."""
    return lambda: Embedded(instances, {"newborn_aid": process}, clock, timedelta(milliseconds=1))


@pytest.fixture
def redrawn(tmp_path: Path) -> Callable[..., Path]:
    """The process of newborn aid with one text in the place of another."""

    def redraw(*changes: tuple[str, str]) -> Path:
        text = PROCESS.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "process.bpmn"
        path.write_text(text, encoding="utf-8")
        return path

    return redraw


@pytest.fixture
async def submitted(engine: Engine) -> Application:
    return await engine().submit(DRAFT)


@pytest.fixture
def redrawn_engine(instances: Memory, clock: Clock, redrawn: Redrawn) -> Callable[..., Embedded]:
    """The engine with newborn aid redrawn."""

    def restart(*changes: tuple[str, str]) -> Embedded:
        return Embedded(instances, {"newborn_aid": redrawn(*changes)}, clock, timedelta(milliseconds=1))

    return restart
