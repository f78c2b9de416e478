"""What whoever watches a process reads from it, and what they never read."""

from datetime import timedelta

import pytest

from bot import metrics
from bot.messages import Lane, ReceiptState
from bot.metrics import Outcome, Refusal
from nlu import Decision
from tests.fakes.clock import Clock


def figures() -> dict[str, float]:
    """Every figure by its name and labels, as Prometheus reads them."""
    lines = [line for line in metrics.exposition().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(maxsplit=1) for line in lines)}


def test_every_name_begins_with_ours() -> None:
    assert [name for name in figures() if not name.startswith("komshi_")] == []


def test_a_turn_is_counted_by_how_it_ended_and_how_long_it_took() -> None:
    before = figures().get('komshi_turn_seconds_bucket{le="0.05",outcome="given_up"}', 0)

    metrics.turn_ended(Outcome.GIVEN_UP, 0.03)

    assert figures()['komshi_turn_seconds_bucket{le="0.05",outcome="given_up"}'] == before + 1


@pytest.mark.parametrize(
    ("count", "figure"),
    [
        (lambda: metrics.understood(Decision.REFUSE), 'komshi_understandings_total{decision="refuse"}'),
        (
            lambda: metrics.settled("counted", Lane.NEWS, ReceiptState.SENT),
            'komshi_sends_total{channel="counted",lane="news",state="sent"}',
        ),
        (lambda: metrics.put_off("counted", Lane.NOTICE), 'komshi_put_off_total{channel="counted",lane="notice"}'),
        (
            lambda: metrics.waited("counted", Lane.REPLY, timedelta(milliseconds=200)),
            'komshi_budget_wait_seconds_bucket{channel="counted",lane="reply",le="0.25"}',
        ),
        (lambda: metrics.paused("counted"), 'komshi_pauses_total{channel="counted"}'),
        (
            lambda: metrics.dead_letter("counted", Lane.REPLY),
            'komshi_dead_letters_total{channel="counted",lane="reply"}',
        ),
        (lambda: metrics.alarm("counted"), 'komshi_alarms_total{channel="counted"}'),
        (
            lambda: metrics.webhook_refused("counted", Refusal.SECRET),
            'komshi_webhook_refusals_total{channel="counted",reason="secret"}',
        ),
        (lambda: metrics.loop_broke("Outbox.run"), 'komshi_loop_breaks_total{loop="Outbox.run"}'),
    ],
)
def test_what_happens_is_counted_once(count, figure: str) -> None:  # type: ignore[no-untyped-def]
    before = figures().get(figure, 0)

    count()

    assert figures()[figure] == before + 1


def test_the_age_of_a_queue_is_that_of_its_oldest(clock: Clock) -> None:
    since = clock()
    clock.move(seconds=90)

    metrics.database_seen({"reply": since, "notice": None}, delayed=0, processes=2, now=clock())

    assert figures()['komshi_oldest_waiting_seconds{queue="reply"}'] == 90
    assert figures()['komshi_oldest_waiting_seconds{queue="notice"}'] == 0
    assert figures()["komshi_processes"] == 2


def test_while_the_database_is_away_no_old_figure_passes_for_a_new_one(clock: Clock) -> None:
    metrics.database_seen({"reply": clock()}, delayed=3, processes=2, now=clock())

    metrics.database_away()

    assert figures()["komshi_database_up"] == 0
    assert 'komshi_oldest_waiting_seconds{queue="reply"}' not in figures()
    assert str(figures()["komshi_orders_delayed"]) == "nan"
