"""What the tests of this room lend: all that is taught."""

from pathlib import Path

import pytest

from nlu.corpus import Corpus, read_corpus

ROOT = Path(__file__).parents[2]
DATA = ROOT / "nlu" / "data"


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return read_corpus(DATA)
