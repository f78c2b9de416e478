"""What Viber's statuses mean for the message that was refused."""

import pytest

from bot.channels.viber.statuses import Refused


@pytest.mark.parametrize("status", [5, 6, 11, 21])
def test_who_cannot_be_reached_there_is_gone(status: int) -> None:
    refusal = Refused(status)

    assert (refusal.gone, refusal.retry, refusal.alarm) == (True, False, False)


@pytest.mark.parametrize("status", [2, 7, 8, 9, 15])
def test_a_bot_that_is_shut_out_stops_and_calls_for_somebody(status: int) -> None:
    refusal = Refused(status)

    assert (refusal.stops, refusal.alarm, refusal.gone) == (True, True, False)


@pytest.mark.parametrize("status", [1, 3, 4, 14, 16, 17, 18, 22])
def test_a_fault_of_ours_is_not_repeated_and_calls_for_somebody(status: int) -> None:
    refusal = Refused(status)

    assert (refusal.retry, refusal.alarm, refusal.stops) == (False, True, False)


@pytest.mark.parametrize("status", [12, 23, 24])
def test_what_passes_only_with_time_is_tried_later(status: int) -> None:
    refusal = Refused(status)

    assert refusal.retry
    assert refusal.retry_after is not None
    assert refusal.retry_after.total_seconds() >= 60


@pytest.mark.parametrize("status", [10, 19, 25, 999, -1])
def test_what_may_pass_by_itself_is_tried_again(status: int) -> None:
    refusal = Refused(status)

    assert (refusal.retry, refusal.retry_after, refusal.alarm) == (True, None, False)


def test_money_that_is_missing_calls_for_somebody_and_stops_no_answer() -> None:
    refusal = Refused(24)

    assert (refusal.alarm, refusal.stops) == (True, False)


def test_the_reason_names_the_status_and_nobody() -> None:
    assert str(Refused(6)) == "6 receiverNotSubscribed"
