"""The default engine: trained from `nlu/data` on first start, kept in a cache, and from then on plain arithmetic."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from nlu import Decision, Understanding
from nlu.corpus import Corpus, read_corpus
from nlu.language import Languages
from nlu.model import Damaged, Model, load_model
from nlu.reading import OUT_OF_SCOPE, Reader, Reading
from nlu.text import fold

ROOM = Path(__file__).parent
FILE = "understanding-{}.npz"
# What a model depends on besides the data.
SOURCES = ("corpus", "entities", "intents", "model", "reading", "spelling", "text", "training")
LIBRARIES = ("numpy", "scikit-learn", "simplemma")

LONGEST_TEXT = 1000
SURE = 0.5
CLEAR = 0.2
PLAUSIBLE = 0.15
NOT_OURS = 0.4
NOT_OURS_DESPITE_SERVICE = 0.7
CORRECTED = 0.9
ALTERNATIVES = 3
SHORTEST_SENSE = 3

Ranking = list[tuple[str, float]]

NOTHING = Understanding(OUT_OF_SCOPE, 0.0, Decision.REFUSE)


class Embedded:
    """Understands with a model trained from `nlu/data`."""

    def __init__(self, corpus: Corpus, model: Model) -> None:
        self._reader = Reader(corpus, tuple(model.general.values()))
        self._languages = Languages(corpus, model.general)
        self._intents = model.intents
        self._learnt = {fold(sentence.text): sentence.intent for sentence in corpus.sentences}

    @classmethod
    def open(cls, data: Path, cache: Path) -> "Embedded":
        """The engine for the sentences under `data`; trains, some ten seconds long, where `cache` has no model of them.

        OSError or subprocess.CalledProcessError where it can neither load nor train.
        """
        corpus = read_corpus(data)
        path = cache / FILE.format(_fingerprint(corpus))
        try:
            model = load_model(path)
        except (FileNotFoundError, Damaged):
            _train(data, path)
            model = load_model(path)
        return cls(corpus, model)

    def understand(self, text: str) -> Understanding:
        reading = self._reader.read(text[:LONGEST_TEXT])
        if reading.is_wordless:
            return replace(NOTHING, entities=reading.entities)
        language = self._languages.of(text[:LONGEST_TEXT], reading)
        ranking = self._intents.rank(self._reader.features(reading))
        intent, confidence, decision = self._learnt_intent(reading) or self._decided(reading, ranking)
        others = [entry for entry in ranking if entry[0] not in (intent, OUT_OF_SCOPE)]
        return Understanding(intent, confidence, decision, reading.entities, language, tuple(others[:ALTERNATIVES]))

    def entities(self, text: str) -> dict[str, str]:
        """What `text` names, by kind of entity; empty if nothing."""
        return dict(self._reader.read(text[:LONGEST_TEXT]).entities)

    def _learnt_intent(self, reading: Reading) -> tuple[str, float, Decision] | None:
        """The intent of the very sentence, if it is one of those learnt from."""
        for words, confidence in ((reading.typed, 1.0), (reading.words, CORRECTED)):
            intent = self._learnt.get(" ".join(word.plain for word in words))
            if intent:
                return intent, confidence, Decision.REFUSE if intent == OUT_OF_SCOPE else Decision.ANSWER
        return None

    def _decided(self, reading: Reading, ranking: Ranking) -> tuple[str, float, Decision]:
        foreign = dict(ranking)[OUT_OF_SCOPE]
        (intent, confidence), (_, runner_up) = [entry for entry in ranking if entry[0] != OUT_OF_SCOPE][:2]
        if not self._makes_sense(reading):
            return OUT_OF_SCOPE, 0.0, Decision.REFUSE
        limit = NOT_OURS_DESPITE_SERVICE if "service" in reading.entities else NOT_OURS
        if foreign >= limit or confidence < PLAUSIBLE:
            return OUT_OF_SCOPE, foreign, Decision.REFUSE
        is_clear = confidence >= SURE and confidence - runner_up >= CLEAR
        return intent, confidence, Decision.ANSWER if is_clear else Decision.ASK

    def _makes_sense(self, reading: Reading) -> bool:
        """Something is named, or there are words that exist, and more of them than a letter or two."""
        known = "".join(word.plain for word in reading.words if self._reader.spelling.is_word(word.plain))
        return bool(reading.entities) or len(known) >= SHORTEST_SENSE


def _fingerprint(corpus: Corpus) -> str:
    """Changes with the data, with our code and with the libraries: with whatever changes the model."""
    digest = hashlib.sha256(" ".join((corpus.digest, *map(version, LIBRARIES))).encode())
    for source in SOURCES:
        digest.update((ROOM / f"{source}.py").read_bytes())
    return digest.hexdigest()[:16]


def _train(data: Path, path: Path) -> None:
    command = [sys.executable, "-m", "nlu.training", str(data.resolve()), str(path.resolve())]
    subprocess.run(command, cwd=ROOM.parent, check=True)  # noqa: S603 - our own module, our own arguments
    for outdated in set(path.parent.glob(FILE.format("*"))) - {path}:
        outdated.unlink(missing_ok=True)
