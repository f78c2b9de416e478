"""The default engine: trained from `nlu/data` on first start, kept in a cache, and from then on plain arithmetic."""

import hashlib
import subprocess
import sys
from importlib.metadata import version
from math import exp
from pathlib import Path

from nlu import Decision, Understanding
from nlu.corpus import OUT_OF_SCOPE, Corpus, read_corpus
from nlu.decision import FAR_BELOW, Judgement
from nlu.language import Languages
from nlu.model import Damaged, Model, load_model
from nlu.reading import Reader, Reading
from nlu.text import fold

ROOM = Path(__file__).parent
FILE = "understanding-{}.npz"
FILE_OF_OTHERS = "others-{}.npz"
# What a model depends on besides the data.
SOURCES = (
    "concepts", "corpus", "decision", "entities", "intents", "model", "patterns", "reading", "spelling", "text",
    "training",
)  # fmt: skip
LIBRARIES = ("numpy", "scikit-learn", "simplemma")

LONGEST_TEXT = 1000
CORRECTED = 0.9
ALTERNATIVES = 3
SHORTEST_SENSE = 3

Ranking = list[tuple[str, float]]
Meaning = tuple[str, Judgement]

SENSELESS = Judgement(Decision.REFUSE, 0.0, 0.0)


class Embedded:
    """Understands with a model trained from `nlu/data`."""

    def __init__(self, corpus: Corpus, model: Model, reader: Reader) -> None:
        self._reader = reader
        self._languages = Languages(corpus, model.general)
        self._intents, self._judge = model.intents, model.judge
        self._learnt = {fold(sentence.text): sentence.intent for sentence in corpus.sentences}

    @classmethod
    def open(cls, data: Path, cache: Path, sentences: Path | None = None) -> "Embedded":
        """The engine for what `data` teaches; trains, up to half a minute long, where `cache` has no model of it.

        `sentences` stand in for those of `data`, as in `read_corpus`. OSError or subprocess.CalledProcessError where it
        can neither load nor train.
        """
        corpus = read_corpus(data, sentences)
        path = cache / _file(sentences).format(_fingerprint(corpus))
        try:
            model = load_model(path)
        except (FileNotFoundError, Damaged):
            _train(data, path, sentences)
            model = load_model(path)
        return cls(corpus, model, Reader(corpus, tuple(model.general.values())))

    @staticmethod
    def train(data: Path, cache: Path, sentences: Path | None = None) -> None:
        """Trains anew what `open` then finds in the cache. Errors as there."""
        fingerprint = _fingerprint(read_corpus(data, sentences))
        _train(data, cache / _file(sentences).format(fingerprint), sentences)

    def understand(self, text: str) -> Understanding:
        reading = self._reader.read(text[:LONGEST_TEXT])
        ranking, foreign = self._ranking(reading)
        intent, judged = self._learnt_meaning(reading) or self._judged(reading, ranking, foreign)
        return Understanding(
            intent=intent,
            confidence=judged.foreign if intent == OUT_OF_SCOPE else judged.right,
            decision=judged.decision,
            entities=reading.entities,
            language=None if reading.is_wordless else self._languages.of(text[:LONGEST_TEXT], reading),
            alternatives=self._alternatives(intent, judged.right, ranking),
            foreign=judged.foreign,
        )

    def entities(self, text: str) -> dict[str, str]:
        """What `text` names, by kind of entity; empty if nothing."""
        return dict(self._reader.read(text[:LONGEST_TEXT]).entities)

    def _learnt_meaning(self, reading: Reading) -> Meaning | None:
        """The intent of the very sentence, if it is one of those learnt from."""
        if reading.is_wordless or "reference" in reading.entities:
            return None
        for words, sure in ((reading.typed, 1.0), (reading.words, CORRECTED)):
            intent = self._learnt.get(" ".join(word.plain for word in words))
            if intent == OUT_OF_SCOPE:
                return intent, Judgement(Decision.REFUSE, 1 - sure, sure)
            if intent:
                return intent, Judgement(Decision.ANSWER, sure, 1 - sure)
        return None

    def _ranking(self, reading: Reading) -> tuple[Ranking, float]:
        """What we do, the likeliest first, and the score of everything else."""
        scores = dict(
            zip(self._intents.names, self._intents.scores(self._reader.features(reading)).tolist(), strict=True)
        )
        foreign = scores.pop(OUT_OF_SCOPE, FAR_BELOW)
        return sorted(scores.items(), key=lambda entry: -entry[1]), foreign

    def _judged(self, reading: Reading, ranking: Ranking, foreign: float) -> Meaning:
        if reading.is_wordless or not self._makes_sense(reading):
            return OUT_OF_SCOPE, SENSELESS
        judged = self._judge.judge(self._reader.signs(reading, [score for _, score in ranking], foreign))
        return (OUT_OF_SCOPE if judged.decision is Decision.REFUSE else ranking[0][0]), judged

    def _alternatives(self, intent: str, right: float, ranking: Ranking) -> tuple[tuple[str, float], ...]:
        """The next likeliest, each as much less sure than the best as its score is lower."""
        best, sharpness = ranking[0][1], self._intents.sharpness
        others = [(wish, score) for wish, score in ranking if wish != intent][:ALTERNATIVES]
        return tuple((wish, right * exp(sharpness * (score - best))) for wish, score in others)

    def _makes_sense(self, reading: Reading) -> bool:
        """Something is named, or there are words that exist, and more of them than a letter or two."""
        known = "".join(word.plain for word in reading.words if self._reader.spelling.is_word(word.plain))
        return reading.scored > 0 or len(known) >= SHORTEST_SENSE


def _file(sentences: Path | None) -> str:
    """Models of other people's sentences never take the place of the one that serves citizens."""
    return FILE if sentences is None else FILE_OF_OTHERS


def _fingerprint(corpus: Corpus) -> str:
    """Changes with the data, with our code and with the libraries: with whatever changes the model."""
    digest = hashlib.sha256(" ".join((corpus.digest, *map(version, LIBRARIES))).encode())
    for source in SOURCES:
        digest.update((ROOM / f"{source}.py").read_bytes())
    return digest.hexdigest()[:16]


def _train(data: Path, path: Path, sentences: Path | None) -> None:
    paths = [data, path] if sentences is None else [data, path, sentences]
    command = [sys.executable, "-m", "nlu.training", *(str(each.resolve()) for each in paths)]
    subprocess.run(command, cwd=ROOM.parent, check=True)  # noqa: S603 - our own module, our own arguments
    for outdated in set(path.parent.glob(_file(sentences).format("*"))) - {path}:
        outdated.unlink(missing_ok=True)
