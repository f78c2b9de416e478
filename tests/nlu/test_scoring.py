"""The figures by which understanding is judged, on cases that can be counted by hand."""

from math import isnan
from pathlib import Path

import pytest

from nlu import Decision, Understanding
from nlu.scoring import (
    Case,
    Unreadable,
    confusions,
    entity_f1,
    foreign,
    groups,
    language_accuracy,
    likeliest,
    read_cases,
    wishes,
)

ANSWER, ASK, REFUSE = Decision.ANSWER, Decision.ASK, Decision.REFUSE


def meant(intent: str, decision: Decision, *others: str, sounds: float = 0.0, **more: str) -> Understanding:
    language = more.pop("language", None)
    return Understanding(intent, 0.9, decision, more, language, tuple((other, 0.1) for other in others), sounds)


HEARD = [
    (Case("a", "pay"), meant("pay", ANSWER, "help", "apply")),
    (Case("b", "pay"), meant("help", ANSWER, "pay", "apply")),
    (Case("c", "pay"), meant("help", ASK, "apply", "pay")),
    (Case("d", "pay"), meant("help", ASK, "apply", "greet", "pay")),
    (Case("e", "pay"), meant("out_of_scope", REFUSE, "pay", "help", "apply", sounds=0.8)),
    (Case("f", "out_of_scope"), meant("out_of_scope", REFUSE, "pay", sounds=0.9)),
    (Case("g", "out_of_scope"), meant("pay", ANSWER, "help", sounds=0.1)),
]


def test_a_wish_is_served_by_a_right_answer_or_by_a_choice_that_has_it() -> None:
    found = wishes(HEARD)

    assert (found.count, found.first, found.first_three) == (5, 2 / 5, 4 / 5)
    assert (found.refused, found.asked, found.served, found.right) == (1 / 5, 2 / 5, 2 / 5, 1 / 2)


def test_what_is_not_ours_is_refused_answered_or_could_be_caught() -> None:
    found = foreign(HEARD)

    assert (found.count, found.refused, found.answered, found.caught) == (2, 1 / 2, 1 / 2, 1 / 2)


def test_of_no_sentences_there_is_no_share() -> None:
    assert isnan(wishes([]).first)
    assert isnan(foreign([]).refused)


def test_entities_count_where_somebody_said_which_there_are() -> None:
    heard = [
        (Case("a", "pay", entities={"municipality": "bar"}), meant("pay", ANSWER, municipality="bar")),
        (Case("b", "pay", entities={"municipality": "bar"}), meant("pay", ANSWER, municipality="tivat")),
        (Case("c", "pay", entities={}), meant("pay", ANSWER, municipality="tivat")),
        (Case("d", "pay"), meant("pay", ANSWER, municipality="tivat")),
    ]

    assert entity_f1(heard, "municipality") == pytest.approx(2 / 5)
    assert entity_f1(heard, "service") is None


def test_a_language_counts_from_four_words_on_whatever_its_script() -> None:
    heard = [
        (Case("koliko se to plaća", "ask_fee", "cnr"), meant("ask_fee", ANSWER, language="cnr")),
        (Case("колико се то плаћа", "ask_fee", "cnr"), meant("ask_fee", ANSWER, language="cnr-Cyrl")),
        (Case("sa kushton kjo leje", "ask_fee", "sq"), meant("ask_fee", ANSWER)),
        (Case("sa kushton", "ask_fee", "sq"), meant("ask_fee", ANSWER, language="en")),
    ]

    assert language_accuracy(heard) == pytest.approx(2 / 3)


def test_confusions_come_most_frequent_first() -> None:
    assert confusions(HEARD)[0] == ("pay", "help", 3)


def test_cases_are_grouped_by_what_is_known_of_them() -> None:
    heard = [
        (Case(text, "pay", language), meant("pay", ANSWER)) for text, language in (("a", "sq"), ("b", ""), ("c", "sq"))
    ]

    assert [(name, len(group)) for name, group in groups(heard, lambda case: case.language)] == [("sq", 2)]


def test_the_likeliest_are_ours_whatever_was_decided() -> None:
    assert [intent for intent, _ in likeliest(HEARD[4][1])] == ["pay", "help", "apply"]


def test_a_file_named_like_a_language_tells_it(tmp_path: Path) -> None:
    line = '{"text": "x", "intent": "oos", "variant": "plain"}\n'
    for name in ("sq.jsonl", "clinc.jsonl"):
        (tmp_path / name).write_text(line)

    assert read_cases(tmp_path / "sq.jsonl") == [Case("x", "out_of_scope", "sq", "plain")]
    assert read_cases(tmp_path / "clinc.jsonl") == [Case("x", "out_of_scope", "", "plain")]


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"text": "x"}', '"x"'])
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "cases.jsonl").write_text(f'{{"text": "x", "intent": "pay"}}\n{line}\n')

    with pytest.raises(Unreadable, match=r"cases\.jsonl, line 2"):
        read_cases(tmp_path / "cases.jsonl")
