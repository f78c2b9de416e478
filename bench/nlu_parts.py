"""What each part of our understanding adds: the engine is trained without it, and asked the held-out sentences.

python -m bench.nlu_parts      prints Markdown; takes some five minutes
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bench.nlu import DATA, HOUSE, held_out
from nlu.corpus import Corpus, read_corpus
from nlu.embedded import Embedded
from nlu.intents import CONCEPT, PART, STRANGER, TOGETHER
from nlu.model import Model
from nlu.reading import Reader, Reading
from nlu.scoring import Case, foreign, groups, wishes
from nlu.spelling import Marks, Spelling
from nlu.text import Word
from nlu.training import general_words, learn

EVERY_SECOND, EVERY_FOURTH = 2, 4


class Without(Reader):
    """A reader that does not see features of some families, named by how they begin."""

    def __init__(self, corpus: Corpus, general: Sequence[Marks], *families: str) -> None:
        super().__init__(corpus, general)
        self._families = families

    def features(self, reading: Reading, times_learnt: int = 0) -> Counter[str]:
        counts = super().features(reading, times_learnt)
        return Counter({name: count for name, count in counts.items() if not name.startswith(self._families)})


class Pairless(Reader):
    """A reader that does not see which words and concepts stand beside each other."""

    def features(self, reading: Reading, times_learnt: int = 0) -> Counter[str]:
        counts = super().features(reading, times_learnt)
        return Counter(
            {name: count for name, count in counts.items() if " " not in name or name[0] in (PART, TOGETHER)}
        )


class Literal(Spelling):
    """Takes every word as it was typed."""

    def corrected(self, word: Word) -> Word:
        return word


class Uncorrecting(Reader):
    """A reader that corrects no slips."""

    def __init__(self, corpus: Corpus, general: Sequence[Marks]) -> None:
        super().__init__(corpus, general)
        self.spelling = Literal({}, general)


def main() -> None:
    corpus = read_corpus(DATA)
    general = general_words(corpus)
    cases = [case for file in sorted((HOUSE / "tests" / "nlu").glob("*.jsonl")) for case in held_out(file)]
    columns = [*corpus.languages, "with slips", "not ours, refused at 5 % loss"]
    print(f"| | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}")
    for name, taught, reader in _variants(corpus, tuple(general.values())):
        engine = Embedded(taught, Model(*learn(taught, reader), general), reader)
        print(_row(name, engine, cases), flush=True)


def _variants(corpus: Corpus, general: Sequence[Marks]) -> Iterator[tuple[str, Corpus, Reader]]:
    yield "everything", corpus, Reader(corpus, general)
    yield "without concepts", corpus, Without(corpus, general, CONCEPT, TOGETHER)
    yield "without concepts that stand together", corpus, Without(corpus, general, TOGETHER)
    yield "without neighbours", corpus, Pairless(corpus, general)
    yield "without parts of words", corpus, Without(corpus, general, PART)
    yield "without counting strangers", corpus, Without(corpus, general, STRANGER)
    yield "without correcting slips", corpus, Uncorrecting(corpus, general)
    unmasked = replace(corpus, wordings={})
    yield "without masking entities", unmasked, Reader(unmasked, general)
    for step in (EVERY_SECOND, EVERY_FOURTH):
        fewer = replace(corpus, sentences=corpus.sentences[::step])
        yield f"with one sentence of {step}", fewer, Reader(fewer, general)
    alone = _each_alone(corpus)
    for language, only in alone.items():
        yield f"with {language} alone", only, Reader(only, general)


def _each_alone(corpus: Corpus) -> Mapping[str, Corpus]:
    """The corpus of each language without the sentences of the others."""
    return {
        language: replace(corpus, sentences=tuple(one for one in corpus.sentences if one.language == language))
        for language in corpus.languages
    }


def _row(name: str, engine: Embedded, cases: Sequence[Case]) -> str:
    heard = [(case, engine.understand(case.text)) for case in cases]
    languages = dict(groups(heard, lambda case: case.language))
    slips = dict(groups(heard, lambda case: case.variant))["typo"]
    shares = [wishes(spoken).first for spoken in languages.values()]
    shares += [wishes(slips).first, foreign(heard).caught]
    return f"| {name} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"


if __name__ == "__main__":
    main()
