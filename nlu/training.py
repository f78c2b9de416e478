"""Learns a model from the corpus. Runs as a process of its own: scikit-learn takes a second to import and 100 MB,
and a running server needs neither.

    python -m nlu.training DATA MODEL [SENTENCES]

SENTENCES, a Rasa training file or a folder of them, stands in for those of DATA: see `nlu.corpus.read_corpus`.
"""

import gc
import os
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix as Table
from scipy.sparse import diags
from simplemma.strategies import DefaultDictionaryFactory
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from nlu.corpus import OUT_OF_SCOPE, Corpus, Sentence, read_corpus
from nlu.decision import FAR_BELOW, Judge
from nlu.intents import SHARES, Intents
from nlu.model import NAMES, Model, save_model
from nlu.reading import Reader, Reading
from nlu.spelling import Marks, marks
from nlu.text import fold

MARGIN_COST = 2.0
TOLERANCE = 0.3
RARITY_POWER = 0.5
FOLDS = 3
# "Good morning, when are you open" is a question: every so many sentences are taught with a courtesy before them too.
COURTEOUS = 12
COURTESIES = frozenset({"greet", "thank", "affirm"})
SMALL_TALK = COURTESIES | {"goodbye", "deny"}
LONGEST_COURTESY = 3
SHARPNESSES = np.geomspace(1, 20, 40)

# Of a hundred wishes so many may be refused, and of a hundred direct answers so many must be right.
MOST_REFUSED = 0.055
RIGHT_ANSWERS = 0.94
LIMITS = np.linspace(0.05, 0.95, 181)

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
Fitted = tuple[Numbers, Numbers]


def train(corpus: Corpus) -> Model:
    """A model of `corpus`, the same one for the same corpus."""
    general = general_words(corpus)
    return Model(*learn(corpus, Reader(corpus, tuple(general.values()))), general)


def learn(corpus: Corpus, reader: Reader) -> tuple[Intents, Judge]:
    """What the sentences of `corpus` teach when they are read by `reader`."""
    sentences = list(_with_courtesies(corpus.sentences))
    readings = _read_all(reader, [sentence.text for sentence in sentences])
    counts = map(reader.features, readings, map(_times_learnt, sentences))
    features, occurrences = _repeated(*_occurrences(counts))
    shares = _shares(features, occurrences)
    table = _weighed(occurrences, shares)
    names, wanted = np.unique([sentence.intent for sentence in sentences], return_inverse=True)
    folds = _folds(sentences)
    (weights, bias), *without_fold = _fit_all(
        table, wanted, [folds >= 0, *(folds != number for number in range(FOLDS))]
    )
    unseen = _scores_unseen(table, wanted, folds, without_fold)
    intents = Intents(
        names=tuple(map(str, names)),
        places={feature: place for place, feature in enumerate(features)},
        shares=shares,
        weights=np.ascontiguousarray(weights.T, np.float32),
        bias=bias.astype(np.float32),
        sharpness=_sharpness(unseen, wanted),
    )
    return intents, _judge(sentences, readings, reader, names, unseen)


def _with_courtesies(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """The sentences, some of them followed by a copy that begins with a greeting, a thank-you or a yes.

    They are the short ones of the same language. What follows them is what the sentence means.
    """
    said: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        if sentence.intent in COURTESIES and len(sentence.text.split()) <= LONGEST_COURTESY:
            said[sentence.language].append(sentence.text.rstrip(".!?,"))
    courtesies = {language: cycle(texts) for language, texts in said.items()}
    for number, sentence in enumerate(sentences):
        yield sentence
        if number % COURTEOUS == 0 and sentence.intent not in SMALL_TALK and sentence.language in courtesies:
            yield replace(sentence, text=f"{next(courtesies[sentence.language])}, {sentence.text}")


def _read_all(reader: Reader, texts: Sequence[str]) -> list[Reading]:
    """The texts as read, on as many processors as there are. A forked process has the reader without being sent it."""
    processors = os.cpu_count() or 1
    with ProcessPoolExecutor(processors, get_context("fork"), _lend, (reader,)) as workers:
        return list(workers.map(_read, texts, chunksize=len(texts) // processors + 1))


_lent: list[Reader] = []


def _lend(reader: Reader) -> None:
    _lent.append(reader)


def _read(text: str) -> Reading:
    return _lent[0].read(text)


def _times_learnt(sentence: Sentence) -> int:
    return int(sentence.intent != OUT_OF_SCOPE)


def _occurrences(counts: Iterable[Mapping[str, int]]) -> tuple[list[str], Table]:
    """Every feature, and a row per sentence of how often it has them: DictVectorizer in a third of its time."""
    places: dict[str, int] = {}
    columns, values, ends = array("i"), array("f"), array("q", [0])
    for row in counts:
        columns.extend([places.setdefault(feature, len(places)) for feature in row])
        values.extend(row.values())
        ends.append(len(columns))
    shape = (len(ends) - 1, len(places))
    return list(places), Table((np.asarray(values), np.asarray(columns), np.asarray(ends)), shape=shape)


def _repeated(features: Sequence[str], occurrences: Table) -> tuple[list[str], Table]:
    """Without what only one sentence has: more than half of all, and it teaches nothing about another sentence."""
    kept = np.flatnonzero(np.bincount(occurrences.indices, minlength=occurrences.shape[1]) > 1)
    return [features[place] for place in kept.tolist()], occurrences[:, kept]


def _shares(features: Sequence[str], occurrences: Table) -> NDArray[np.float32]:
    """Rare features count for more than common ones, but less so than is usual for long texts."""
    sentences = np.bincount(occurrences.indices, minlength=occurrences.shape[1])
    rarity = np.log((1 + occurrences.shape[0]) / (1 + sentences)) + 1
    families = np.array([SHARES.get(feature[0], 1.0) for feature in features])
    return np.asarray(rarity**RARITY_POWER * families, np.float32)


def _weighed(occurrences: Table, shares: NDArray[np.float32]) -> Table:
    table = occurrences.copy()
    table.data = 1 + np.log(table.data)
    return normalize(table @ diags(shares)).astype(np.float32).tocsr()


def _fit(table: Table, wanted: Places) -> Fitted:
    """A row of weights and a bias for every intent."""
    learner = LinearSVC(C=MARGIN_COST, tol=TOLERANCE, random_state=0).fit(table, wanted)
    if len(learner.classes_) == 2:
        # Of two classes scikit-learn keeps only the second one's row.
        return np.vstack([-learner.coef_, learner.coef_]), np.append(-learner.intercept_, learner.intercept_)
    return learner.coef_, learner.intercept_


def _folds(sentences: Sequence[Sentence]) -> Places:
    """A fold for every sentence: a run of neighbours in one intent of one language.

    Neighbours are by one writer and often alike. Drawn at random, a sentence would nearly always have a sister among
    those learnt, and every figure would flatter.
    """
    kinds = [(sentence.intent, sentence.language) for sentence in sentences]
    sizes, seen = Counter(kinds), Counter[tuple[str, str]]()
    folds = []
    for kind in kinds:
        folds.append(seen[kind] * FOLDS // sizes[kind])
        seen[kind] += 1
    return np.array(folds)


def _fit_all(table: Table, wanted: Places, choices: Sequence[Mask]) -> list[Fitted]:
    """What is learnt from each choice of rows, on as many processors as there are."""
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        return list(workers.map(_fit, (table[rows] for rows in choices), (wanted[rows] for rows in choices)))


def _scores_unseen(table: Table, wanted: Places, folds: Places, without_fold: Sequence[Fitted]) -> Numbers:
    """The scores each sentence gets from the model that has not learnt its fold."""
    scores = np.full((len(wanted), wanted.max() + 1), FAR_BELOW)
    for number, (weights, bias) in enumerate(without_fold):
        rows, present = folds == number, np.unique(wanted[folds != number])
        scores[np.ix_(rows, present)] = table[rows] @ weights.T + bias
    return scores


def _sharpness(scores: Numbers, wanted: Places) -> float:
    """How steeply scores become probabilities, so that they are right as often as they say on unseen sentences."""
    right = scores[np.arange(len(scores)), wanted]

    def surprise(sharpness: float) -> float:
        return float(np.mean(np.log(np.exp(sharpness * scores).sum(axis=1)) - sharpness * right))

    return float(min(SHARPNESSES, key=surprise))


def _judge(
    sentences: Sequence[Sentence],
    readings: Sequence[Reading],
    reader: Reader,
    names: NDArray[np.str_],
    unseen: Numbers,
) -> Judge:
    """The judge that does best on the scores of unseen sentences."""
    ours = np.array([name != OUT_OF_SCOPE for name in names])
    foreign_scores = unseen[:, ~ours].max(axis=1, initial=FAR_BELOW)
    likeliest = names[ours][unseen[:, ours].argmax(axis=1)]
    best_first = -np.sort(-unseen[:, ours], axis=1)[:, :3]
    rows = zip(readings, best_first.tolist(), foreign_scores.tolist(), map(_times_learnt, sentences), strict=True)
    signs = np.array([reader.signs(*row) for row in rows])
    intents = np.array([sentence.intent for sentence in sentences])
    is_foreign, is_right = intents == OUT_OF_SCOPE, likeliest == intents
    foreign, right = _weigh(signs, is_foreign), _weigh(signs, is_right)
    refuse_from = _refuse_from(_probabilities(foreign, signs), is_foreign)
    return Judge(foreign, right, refuse_from, _answer_from(_probabilities(right, signs), is_right))


def _weigh(signs: NDArray[np.float32], truth: Mask) -> NDArray[np.float32]:
    """Weights of the signs, the constant's first, for a truth that has both yes and no; else for what is always so."""
    if truth.all() or not truth.any():
        return np.array([30.0 if truth.all() else -30.0, *[0.0] * (signs.shape[1] - 1)], np.float32)
    scale = signs[:, 1:].std(axis=0) + 1e-6
    learner = LogisticRegression(max_iter=1000).fit(signs[:, 1:] / scale, truth)
    return np.array([learner.intercept_[0], *(learner.coef_[0] / scale)], np.float32)


def _probabilities(weights: NDArray[np.float32], signs: NDArray[np.float32]) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(signs @ weights, -30, 30))))


def _refuse_from(foreign: Numbers, is_foreign: Mask) -> float:
    """The lowest probability from which hardly any wish of ours would be refused; above 1 where nothing is foreign."""
    return float(np.quantile(foreign[~is_foreign], 1 - MOST_REFUSED)) if is_foreign.any() else 2.0


def _answer_from(right: Numbers, is_right: Mask) -> float:
    """The lowest probability from which answers would be right often enough."""
    answered = ((limit, is_right[right >= limit]) for limit in LIMITS)
    return float(next((limit for limit, hits in answered if hits.size and hits.mean() >= RIGHT_ANSWERS), 1.0))


def general_words(corpus: Corpus) -> dict[str, Marks]:
    """The dictionary of each language, and under NAMES every capitalised entry: a name belongs to no language."""
    dictionaries = [about.dictionary for about in corpus.languages.values()]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        words, names = zip(*workers.map(_words_and_names, dictionaries), strict=True)
    return dict(zip(corpus.languages, words, strict=True)) | {NAMES: np.unique(np.concatenate(names))}


def _words_and_names(dictionary: str) -> tuple[Marks, Marks]:
    entries = DefaultDictionaryFactory().get_dictionary(dictionary)
    words: list[str] = []
    names: list[str] = []
    for entry in entries:
        (names if entry[:1].isupper() else words).append(_folded(entry))
    return marks(words), marks(names)


def _folded(entry: str) -> str:
    """As `fold`, which most of half a million entries can do without."""
    return entry.lower() if entry.isascii() and entry.isalpha() else fold(entry)


if __name__ == "__main__":
    # Millions of objects are made and all are kept: to look for what could be cleared away is lost time.
    gc.disable()
    data, model, *sentences = map(Path, sys.argv[1:])
    save_model(train(read_corpus(data, *sentences)), model)
