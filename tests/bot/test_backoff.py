"""Whoever is away is asked less and less often, but never too seldom."""

from datetime import timedelta

from bot.backoff import Backoff

BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=1))


def test_waits_double_up_to_the_longest() -> None:
    waits = [BACKOFF.wait(attempt, lambda: 0.0).total_seconds() for attempt in (1, 2, 3, 6, 1000)]

    assert waits == [2, 4, 8, 60, 60]


def test_chance_shortens_a_wait_by_up_to_a_quarter_so_that_not_all_come_back_together() -> None:
    assert BACKOFF.wait(1, lambda: 1.0) == timedelta(seconds=1.5)
