"""Sentences as a file of Rasa's training data, each in the plain form in which Rasa is later asked about what was
written.

    python -m nlu.rasa_data DATA FILE
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from nlu.corpus import Sentence, read_corpus
from nlu.text import fold

HEAD = 'version: "3.1"\nnlu:\n'

_DIGIT = re.compile(r"\d")


def plain(text: str) -> str:
    """`text` folded, every digit a zero: an identity number teaches nothing and shall not leave the house.

    Empty where `text` has no word.
    """
    return _DIGIT.sub("0", fold(text))


def lessons(sentences: Iterable[Sentence]) -> str:
    """The content of a file of Rasa's training data. A sentence that is plainly the same as an earlier one of its
    intent is left out, as is one without any word.
    """
    taught: dict[str, dict[str, None]] = {}
    for sentence in sentences:
        taught.setdefault(sentence.intent, {}).setdefault(plain(sentence.text))
    return HEAD + "".join(_block(intent, filter(None, texts)) for intent, texts in taught.items())


def _block(intent: str, texts: Iterable[str]) -> str:
    return f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)


def write_lessons(sentences: Iterable[Sentence], path: Path) -> None:
    """Writes `lessons` to `path`, the folder made where it is missing. OSError where that cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(lessons(sentences), encoding="utf-8")


if __name__ == "__main__":
    write_lessons(read_corpus(Path(sys.argv[1])).sentences, Path(sys.argv[2]))
