"""Learns a model from the corpus. Runs as a process of its own: scikit-learn takes a second to import and 100 MB,
and a running server needs neither.

    python -m nlu.training DATA MODEL
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from simplemma.strategies import DefaultDictionaryFactory
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.svm import LinearSVC

from nlu.corpus import Corpus, read_corpus
from nlu.intents import Intents
from nlu.model import NAMES, Model, save_model
from nlu.reading import OUT_OF_SCOPE, Reader
from nlu.spelling import Marks, marks
from nlu.text import fold

MARGIN_COST = 0.5
FOLDS = 5
SHARPNESSES = np.geomspace(1, 20, 40)


def train(corpus: Corpus) -> Model:
    """A model of `corpus`, the same one for the same corpus."""
    general = _general_words(corpus)
    return Model(_learn(corpus, Reader(corpus, tuple(general.values()))), general)


def _learn(corpus: Corpus, reader: Reader) -> Intents:
    counts = [
        reader.features(reader.read(sentence.text), times_learnt=int(sentence.intent != OUT_OF_SCOPE))
        for sentence in corpus.sentences
    ]
    wanted = np.array([sentence.intent for sentence in corpus.sentences])
    vectorizer, rarity = DictVectorizer(dtype=np.float32), TfidfTransformer(sublinear_tf=True)
    table = rarity.fit_transform(vectorizer.fit_transform(counts))
    learner = LinearSVC(C=MARGIN_COST, random_state=0)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    unseen = cross_val_predict(learner, table, wanted, cv=folds, method="decision_function")
    learner.fit(table, wanted)
    return Intents(
        names=tuple(map(str, learner.classes_)),
        places={feature: place for place, feature in enumerate(vectorizer.feature_names_)},
        rarity=rarity.idf_.astype(np.float32),
        weights=np.ascontiguousarray(learner.coef_.T, np.float32),
        bias=learner.intercept_.astype(np.float32),
        sharpness=_sharpness(unseen, np.searchsorted(learner.classes_, wanted)),
    )


def _sharpness(scores: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", wanted: Iterable[int]) -> float:
    """How steeply scores become probabilities, so that they are right as often as they say on unseen sentences."""
    right = scores[np.arange(len(scores)), list(wanted)]

    def surprise(sharpness: float) -> float:
        return float(np.mean(np.log(np.exp(sharpness * scores).sum(axis=1)) - sharpness * right))

    return float(min(SHARPNESSES, key=surprise))


def _general_words(corpus: Corpus) -> dict[str, Marks]:
    """The dictionary of each language, and under NAMES every capitalised entry: a name belongs to no language."""
    dictionaries = DefaultDictionaryFactory()
    names: list[str] = []
    general: dict[str, Marks] = {}
    for language, about in corpus.languages.items():
        entries = dictionaries.get_dictionary(about.dictionary)
        names += [fold(entry) for entry in entries if entry[:1].isupper()]
        general[language] = marks(fold(entry) for entry in entries if not entry[:1].isupper())
    return general | {NAMES: marks(names)}


if __name__ == "__main__":
    save_model(train(read_corpus(Path(sys.argv[1]))), Path(sys.argv[2]))
