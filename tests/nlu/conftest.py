"""One engine for all tests of this room, trained once and kept between runs, as a server keeps it."""

from pathlib import Path

import pytest

from nlu.corpus import Corpus, read_corpus
from nlu.embedded import Embedded

ROOT = Path(__file__).parents[2]
DATA = ROOT / "nlu" / "data"


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return read_corpus(DATA)


@pytest.fixture(scope="session")
def engine() -> Embedded:
    return Embedded.open(DATA, ROOT / "var" / "cache")
