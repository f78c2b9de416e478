"""Training data as Rasa's format has it, ours and other people's."""

from pathlib import Path

import pytest

from nlu.corpus import OUT_OF_SCOPE, Sentence, read_corpus, read_sentences
from tests.nlu.conftest import DATA


def _write(path: Path, block: str) -> Path:
    path.write_text(f'version: "3.1"\nnlu:\n{block}', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "text", "entities"),
    [
        ("tax in [Bar](municipality)", "tax in Bar", (("municipality", "Bar"),)),
        (
            'a [café]{"entity": "service", "value": "hospitality_permit"} in [Tivar]{"entity": "municipality", '
            '"value": "bar"}',
            "a café in Tivar",
            (("service", "hospitality_permit"), ("municipality", "bar")),
        ),
        ("brackets [like these] stay", "brackets [like these] stay", ()),
    ],
)
def test_marked_entities_are_read_and_the_marks_are_no_part_of_the_sentence(
    tmp_path: Path, line: str, text: str, entities: tuple[tuple[str, str], ...]
) -> None:
    file = _write(tmp_path / "nlu.yml", f"- intent: apply\n  examples: |\n    - {line}\n")

    assert read_sentences(file) == (Sentence(text, "apply", "", entities),)


def test_other_peoples_sets_keep_their_names_but_for_what_is_out_of_scope(tmp_path: Path) -> None:
    _write(tmp_path / "one.yml", "- intent: yes\n  examples: |\n    - yep\n- intent: no\n  examples: |\n    - nope\n")
    _write(tmp_path / "two.yaml", "- intent: oos\n  examples:\n  - text: |\n      how deep is the sea\n")

    assert [(sentence.text, sentence.intent) for sentence in read_sentences(tmp_path)] == [
        ("yep", "yes"),
        ("nope", "no"),
        ("how deep is the sea", OUT_OF_SCOPE),
    ]


def test_other_peoples_sentences_are_taught_with_our_concepts_and_without_our_entities(tmp_path: Path) -> None:
    file = _write(tmp_path / "nlu.yml", "- intent: order\n  examples: |\n    - a beer at the bar\n")

    corpus = read_corpus(DATA, file)

    assert [sentence.text for sentence in corpus.sentences] == ["a beer at the bar"]
    assert corpus.concepts == read_corpus(DATA).concepts
    assert corpus.wordings == {}


def test_a_folder_laid_out_as_ours_is_read_as_ours() -> None:
    assert read_corpus(DATA, DATA) == read_corpus(DATA)
