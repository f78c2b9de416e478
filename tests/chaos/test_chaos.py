"""Everything fails on one day: every message is answered once, nothing is lost, nothing is twice or out of order."""

from tests.chaos.reckoning import SHOWN, Report


def test_everything_that_can_fail_did(day: Report) -> None:
    happened = {"doubled", "broken", "late", "answered 503", "no server", "429", "5xx", "slow", "killed"}

    assert {name for name in happened if day.totals[name] == 0} == set()
    assert day.totals["cut before"] + day.totals["cut after"] > 0


def test_every_update_is_stored_once(day: Report) -> None:
    said = [sorted(talk.said) for talk in day.talks]
    heard = [sorted(number for number, _, _ in talk.heard) for talk in day.talks]

    assert heard == said
    assert day.lost == []


def test_every_message_is_stored_as_it_was_said(day: Report) -> None:
    assert [{number: words for number, words, _ in talk.heard} for talk in day.talks] == [
        talk.said for talk in day.talks
    ]


def test_every_message_is_answered(day: Report) -> None:
    states = {state for talk in day.talks for _, _, state in talk.heard}

    assert states == {"done"}


def test_every_message_is_answered_once_and_in_the_order_of_arrival(day: Report) -> None:
    assert [talk.answered for talk in day.talks] == [talk.answers for talk in day.talks]


def test_every_reply_comes_to_its_end(day: Report) -> None:
    states = {state for talk in day.talks for _, state in talk.told}

    assert states <= {*SHOWN, "unknown"}


def test_what_was_sent_is_on_the_screen_once(day: Report) -> None:
    missing = [talk.told_as(*SHOWN) - set(talk.shown) for talk in day.talks]

    assert set().union(*missing) == set()
    assert [talk.shown_again for talk in day.talks if talk.shown_again] == []


def test_nothing_is_on_a_screen_that_was_not_said_to_its_owner(day: Report) -> None:
    strange = [set(talk.shown) - set(talk.answered) for talk in day.talks]

    assert set().union(*strange) == set()


def test_nothing_comes_to_a_screen_out_of_order(day: Report) -> None:
    assert day.totals["out of order"] == 0


def test_unknown_is_only_what_was_cut_off(day: Report) -> None:
    """A connection was reset under it, only half of the answer came, or its process was killed while it waited."""
    cut = sum(day.totals[name] for name in ("cut before", "cut after", "half an answer", "slow"))

    assert day.totals["unknown"] <= cut


def test_what_comes_again_a_day_later_is_taken_and_not_answered(day: Report) -> None:
    repeated, taken = day.late

    assert taken == repeated


def test_telegram_is_only_told_yes_or_to_come_again(day: Report) -> None:
    assert day.totals["other answers"] == 0
