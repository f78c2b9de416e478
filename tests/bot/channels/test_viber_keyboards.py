"""How a reply looks on a phone with Viber: its words, its buttons, and what a press brings back."""

import json
from typing import Any

import pytest

from bot.channels.viber import speech
from bot.channels.viber.keyboards import keyboard
from bot.channels.viber.tracking import pack, unpack
from dialogs.session import Choice, Reply

YES_NO = (Choice("0a1b2c3d:yes", "Yes"), Choice("0a1b2c3d:no", "No"))


def numbered(count: int, label: str = "Choice") -> tuple[Choice, ...]:
    return tuple(Choice(f"0a1b2c3d:{number}", f"{label} {number}") for number in range(1, count + 1))


def columns(choices: tuple[Choice, ...], tier: str = "ordinary") -> list[Any]:
    return [button["Columns"] for button in buttons(choices, tier)]


def buttons(choices: tuple[Choice, ...], tier: str = "ordinary") -> Any:
    return keyboard(choices, tier)["Buttons"]


def test_a_press_says_the_label_as_people_read_it() -> None:
    shown = buttons((Choice("0a1b2c3d:else", "Bread & <b>salt</b>"),))

    assert shown[0]["ActionType"] == "reply"
    assert shown[0]["ActionBody"] == "Bread & <b>salt</b>"
    assert shown[0]["Text"] == "Bread &amp; &lt;b&gt;salt&lt;/b&gt;"


def test_short_labels_share_a_row_and_long_ones_have_their_own() -> None:
    long = Choice("0a1b2c3d:long", "I was not registered there")

    assert columns(YES_NO) == [3, 3]
    assert columns((*YES_NO, Choice("0a1b2c3d:x", "Both"))) == [2, 2, 2]
    assert columns((*YES_NO, long)) == [3, 3, 6]
    assert columns((long, *YES_NO)) == [6, 3, 3]


def test_who_reads_simple_text_gets_large_buttons_one_below_the_other() -> None:
    shown = buttons(YES_NO, "simple")

    assert [(button["Columns"], button["Rows"], button["TextSize"]) for button in shown] == [(6, 2, "large")] * 2


def test_many_large_buttons_are_lower_so_that_all_are_there() -> None:
    shown = buttons(numbered(7), "simple")

    assert [button["Rows"] for button in shown] == [1] * 7


@pytest.mark.parametrize("tier", ["ordinary", "simple"])
def test_a_phone_is_given_no_more_rows_than_it_can_show(tier: str) -> None:
    shown = buttons(numbered(40, "A rather long label with number"), tier)

    assert len(shown) == 12


def test_a_label_that_is_too_long_is_cut_on_the_button_only() -> None:
    label = "Tužba & žalba " * 30

    shown = buttons((Choice("0a1b2c3d:x", label),))[0]

    assert shown["ActionBody"] == label
    assert len(shown["Text"]) <= 250
    assert shown["Text"].startswith("Tužba &amp; žalba")
    assert shown["Text"].endswith("…")


def test_a_press_brings_back_the_id_of_its_choice() -> None:
    carried = unpack(pack(YES_NO))

    assert carried.choices == {"Yes": "0a1b2c3d:yes", "No": "0a1b2c3d:no"}


def test_of_two_equal_labels_the_first_counts() -> None:
    carried = unpack(pack((Choice("one", "Same"), Choice("two", "Same"))))

    assert carried.choices == {"Same": "one"}


def test_ids_that_do_not_fit_stay_at_home() -> None:
    assert pack(numbered(60, "A label that is so long that sixty of it are too much")) == ""


def test_every_choice_stands_in_the_text_under_its_number() -> None:
    said = speech.text(Reply("Is that right?", "en", YES_NO), "komshi")

    assert said["text"] == "Is that right?\n\n1. Yes\n2. No"
    assert said["sender"] == {"name": "komshi"}


def test_a_reply_without_choices_replaces_the_buttons_of_an_earlier_one() -> None:
    said: Any = speech.text(Reply("On which day?", "en"), "komshi")

    assert [button["ActionBody"] for button in said["keyboard"]["Buttons"]] == ["One step back", "A person"]
    assert unpack(said["tracking_data"]).choices["A person"] == "any:intent:human"
    assert said["text"] == "On which day?"


def test_the_oldest_phone_is_asked_for_nothing_it_does_not_know() -> None:
    said = speech.text(Reply("Is that right?", "en", YES_NO), "komshi")

    assert said["min_api_version"] == 1


def test_the_welcome_has_one_large_button_that_remembers_the_link() -> None:
    reply = Reply("Hello. I am komshi.", "en", (Choice("start", "Start"),))

    said: Any = speech.welcome(reply, "newborn_aid__kotor", "komshi")

    assert "receiver" not in said
    assert [(button["Text"], button["Rows"]) for button in said["keyboard"]["Buttons"]] == [("Start", 2)]
    assert unpack(said["tracking_data"]).opens == "newborn_aid__kotor"


def test_a_message_is_never_larger_than_viber_takes() -> None:
    choices = tuple(Choice(f"0a1b2c3d:{number}", "Ш" * 240) for number in range(12))

    said = speech.text(Reply("Ш" * 3000, "cnr-Cyrl", choices), "komshi")

    assert len(json.dumps(said, ensure_ascii=False).encode()) <= 20_000
    assert "keyboard" not in said
