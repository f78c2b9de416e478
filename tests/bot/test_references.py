"""A reference can be read aloud, and is found however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.references import fresh
from nlu.entities import read_references


def test_a_reference_has_no_letters_that_look_or_sound_alike() -> None:
    letters = "".join(fresh(2026).removeprefix("KOM-2026-") for _ in range(500))

    assert set(letters).isdisjoint("01OILU")


def test_references_do_not_repeat() -> None:
    assert len({fresh(2026) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "KOM-2026-7F3K9A",
        "kom-2026-7f3k9a",
        "What about kom 2026 7f3 k9a?",
        "KOM2026-7F3K9A.",
        "КОМ-2026-7F3К9А",
        "kom - 2026 - 7f-3k-9a",
        "KOM – 2026 – 7F3K9A",
        "KOM/2026/7F3K9A",
    ],
)
def test_a_reference_is_found_however_it_is_written(text: str) -> None:
    assert read_references(text) == ("KOM-2026-7F3K9A",)


@pytest.mark.parametrize("text", ["", "KOM-2026", "KOM-2026-7F3K9", "KOM-2026-7F3K9AB", "my komshi"])
def test_what_is_no_reference_is_not_taken_for_one(text: str) -> None:
    assert read_references(text) == ()


def test_several_are_all_found() -> None:
    assert read_references("KOM-2026-7F3K9A and KOM-2025-ABCDEF") == ("KOM-2026-7F3K9A", "KOM-2025-ABCDEF")


@given(some.text())
def test_no_text_is_too_strange(text: str) -> None:
    assert read_references(f"{text} KOM-2026-7F3K9A")[-1:] == ("KOM-2026-7F3K9A",)
