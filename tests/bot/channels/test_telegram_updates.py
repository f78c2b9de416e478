"""What is read of the updates that Telegram sends, each as really sent but of invented people."""

from dataclasses import replace

import pytest

from bot.channels.telegram.choices import MOST, carried, found, is_mark
from bot.channels.telegram.updates import Upload, left, read, upload
from bot.messages import Message
from dialogs.openings import START
from dialogs.session import Attachment
from tests.bot.channels.porch import MILICA, PAYLOADS, Porch, update, without_event
from tests.fakes.clock import Clock

SEEN = sorted(path.stem for path in PAYLOADS.glob("*.json"))


@pytest.fixture
def heard(clock: Clock) -> Message:
    """What every message of Milica's has."""
    return Message("", MILICA, "", clock(), language="sr")


def test_words_are_heard_as_they_were_written(heard: Message, clock: Clock) -> None:
    said = read(update("message"), clock())

    assert without_event(said) == replace(heard, text="Dobar dan, dobila sam bebu 👶 — šta mi pripada?")


def test_the_first_start_is_the_press_of_a_button(heard: Message, clock: Clock) -> None:
    assert without_event(read(update("start"), clock())) == replace(heard, choice=START)


def test_a_link_on_a_poster_is_opened_with_what_it_names(heard: Message, clock: Clock) -> None:
    said = read(update("start_with_payload"), clock())

    assert without_event(said) == replace(heard, choice=START, opens="newborn_aid__herceg-novi__sq")


def test_a_command_is_a_wish_also_with_the_name_of_the_bot(heard: Message, clock: Clock) -> None:
    said = read(update("command"), clock())

    assert without_event(said) == replace(heard, text="/help@komsija_primjer_bot", choice="any:intent:help")


def test_a_command_that_is_none_of_ours_is_taken_for_its_words(heard: Message, clock: Clock) -> None:
    said = read(update("unknown_command"), clock())

    assert without_event(said) == replace(heard, text="porez na nepokretnosti Tivat")


def test_changed_words_are_heard_as_changed(heard: Message, clock: Clock) -> None:
    said = read(update("edited"), clock())

    assert without_event(said) == replace(heard, text="Dobar dan, dobila sam sina — šta mi pripada?", edited=True)


def test_a_place_that_moves_says_nothing_new(clock: Clock) -> None:
    assert read(update("edited_place"), clock()) is None


def test_a_press_is_heard_with_what_stands_on_the_button(heard: Message, clock: Clock) -> None:
    said = read(update("press"), clock())

    assert without_event(said) == replace(heard, text="Ne", choice="3f0c9a1d:no")


@pytest.mark.parametrize("name", ["press_on_inaccessible", "press_without_message"])
def test_a_press_on_a_message_that_is_gone_is_heard_all_the_same(name: str, heard: Message, clock: Clock) -> None:
    assert without_event(read(update(name), clock())) == replace(heard, choice="77e1b0c2:yes")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("photo", "photo"),
        ("album", "photo"),
        ("document", "document"),
        ("voice", "voice"),
        ("video_note", "voice"),
        ("contact_of_another", "contact"),
        ("location", "location"),
        ("sticker", "other"),
        ("animation", "other"),
        ("newer_kind", "other"),
    ],
)
def test_what_is_not_words_is_heard_as_what_it_is(name: str, kind: str, heard: Message, clock: Clock) -> None:
    assert without_event(read(update(name), clock())) == replace(heard, attachment=Attachment(kind))


def test_what_is_written_under_a_photo_is_heard_too(heard: Message, clock: Clock) -> None:
    said = read(update("photo_with_caption"), clock())

    assert without_event(said) == replace(heard, text="Izvod iz matične knjige", attachment=Attachment("photo"))


def test_the_own_contact_is_a_telephone_number(heard: Message, clock: Clock) -> None:
    said = read(update("own_contact"), clock())

    assert without_event(said) == replace(heard, text="+38267000001", attachment=Attachment("contact"))


@pytest.mark.parametrize(
    "name",
    [
        "group_message",
        "group_press",
        "channel_post",
        "pinned",
        "press_of_game",
        "blocked",
        "unblocked",
        "thrown_out_of_group",
        "unknown_type",
    ],
)
def test_what_no_citizen_says_to_us_is_not_heard(name: str, clock: Clock) -> None:
    assert read(update(name), clock()) is None


def test_of_a_photo_the_largest_size_is_fetched() -> None:
    assert upload(update("photo")) == Upload("AgACAgQAAxkBAAIBNmlarge", "photo", 148213)


def test_a_document_is_fetched_under_its_name() -> None:
    assert upload(update("document")) == Upload("BQACAgQAAxkBAAIBOdoc", "račun za vodu.pdf", 48213)


@pytest.mark.parametrize("name", ["animation", "voice", "sticker", "message", "press", "blocked"])
def test_nothing_else_is_fetched(name: str) -> None:
    assert upload(update(name)) is None


def test_who_blocks_the_bot_has_left() -> None:
    assert left(update("blocked")) == MILICA


@pytest.mark.parametrize("name", ["unblocked", "thrown_out_of_group", "message"])
def test_nobody_else_has_left(name: str) -> None:
    assert left(update(name)) is None


@pytest.mark.parametrize("name", SEEN)
def test_the_same_update_twice_is_one_event(name: str, clock: Clock) -> None:
    first = read(update(name), clock())
    clock.move(hours=25)
    again = read(update(name), clock())

    assert (first and first.event) == (again and again.event)


def test_a_number_that_is_used_again_weeks_later_is_another_event(clock: Clock) -> None:
    first = update("message")
    assert first.message is not None
    later = first.message.date.replace(month=4)
    second = first.model_copy(update={"message": first.message.model_copy(update={"date": later})})

    events = [said.event for said in (read(first, clock()), read(second, clock())) if said is not None]

    assert len(set(events)) == 2


def test_the_words_and_their_change_are_two_events(clock: Clock) -> None:
    said, changed = read(update("message"), clock()), read(update("edited"), clock())

    assert said is not None
    assert changed is not None
    assert said.event != changed.event


def test_a_short_choice_is_carried_as_it_is() -> None:
    assert carried("3f0c9a1d:no") == "3f0c9a1d:no"


def test_a_choice_too_long_for_a_button_is_found_by_its_mark() -> None:
    porch, id = Porch(), f"3f0c9a1d:bill:{'ž' * 40}"
    porch.offer("3f0c9a1d:no", id)

    data = carried(id)

    assert len(data.encode()) <= MOST
    assert is_mark(data)
    assert found(data, porch.said) == id


def test_a_mark_that_nobody_offered_chooses_nothing() -> None:
    data = carried("3f0c9a1d:" + "x" * 80)

    assert found(data, Porch().said) == data


def test_a_choice_that_looks_like_a_mark_is_found_too() -> None:
    porch = Porch()
    porch.offer("#1")

    assert found(carried("#1"), porch.said) == "#1"
