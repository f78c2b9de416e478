"""One day for each seed: `pytest tests/chaos --chaos-seed 7` lives that one day again."""

import asyncio
import sys

import pytest

from tests.chaos.day import live
from tests.chaos.reckoning import Report

SEEDS = (1, 2)
OPTION = "--chaos-seed"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, type=int, help="the day of this seed, and no other")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "day" in metafunc.fixturenames:
        asked = metafunc.config.getoption(OPTION, default=None)
        metafunc.parametrize("day", SEEDS if asked is None else (asked,), indirect=True, scope="module")


@pytest.fixture(scope="module")
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The evening's report, which is also printed."""
    report = asyncio.run(live(request.param, tmp_path_factory.mktemp("chaos")))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(f"\n{report}\n")
    return report
