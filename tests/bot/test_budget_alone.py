"""A process that counts for itself: as time goes by, and with others that it cannot ask."""

from datetime import timedelta

from bot.budget import MOST_CHATS, Alone
from bot.messages import Lane, Pace

TELEGRAM = Pace("a bot", per_second=30, per_chat=1, burst=3)
MINUTE = timedelta(minutes=1)


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def granted(budget: Alone, seconds: Seconds, chats: int, lane: Lane = Lane.NOTICE, pace: Pace = TELEGRAM) -> int:
    """How many notices find a place in ten seconds, asked for a hundred times a second, each time to another chat."""
    count = 0
    for step in range(1000):
        count += (await budget.ask(pace, str(step % chats), lane)).granted
        seconds.now += 0.01
    return count


async def test_while_there_is_work_the_rate_is_used_and_not_exceeded() -> None:
    seconds = Seconds()

    count = await granted(Alone(clock=seconds), seconds, chats=1000)

    # Of ten seconds, and those ahead of the last moment.
    assert 300 <= count <= 300 + 30 * 0.25 + 1


async def test_one_chat_is_written_to_once_a_second_in_the_long_run() -> None:
    seconds = Seconds()

    count = await granted(Alone(clock=seconds), seconds, chats=1)

    assert count == 10 + TELEGRAM.burst - 1


async def test_after_a_quiet_time_the_bot_does_not_say_everything_at_once() -> None:
    seconds = Seconds()
    budget = Alone(clock=seconds)
    await granted(budget, seconds, chats=1000)
    seconds.now += 3600

    assert (await budget.ask(TELEGRAM, "anna", Lane.REPLY)).wait == timedelta(0)
    assert (await budget.ask(TELEGRAM, "boris", Lane.REPLY)).wait == timedelta(seconds=1) / 30


async def test_every_process_takes_its_share() -> None:
    seconds = Seconds()

    count = await granted(Alone(lambda: 4, seconds), seconds, chats=1000)

    assert 75 <= count <= 75 + 30 / 4 * 0.25 + 1


async def test_the_share_grows_when_others_go() -> None:
    seconds, alive = Seconds(), [4]
    budget = Alone(lambda: alive[0], seconds)
    await granted(budget, seconds, chats=1000)
    alive[0] = 1

    assert await granted(budget, seconds, chats=1000) >= 299


async def test_a_pause_ends() -> None:
    seconds = Seconds()
    budget = Alone(clock=seconds)
    await budget.pause(TELEGRAM, "anna", MINUTE)
    await budget.pause(TELEGRAM, "boris", MINUTE)
    seconds.now += 67

    assert (await budget.ask(TELEGRAM, "anna", Lane.REPLY)).granted
    assert (await budget.ask(TELEGRAM, "clara", Lane.NOTICE)).granted


async def test_a_refusal_long_after_another_ones_pause_stops_only_itself() -> None:
    seconds = Seconds()
    budget = Alone(clock=seconds)
    await budget.pause(TELEGRAM, "anna", MINUTE)
    seconds.now += 67

    await budget.pause(TELEGRAM, "boris", MINUTE)

    assert (await budget.ask(TELEGRAM, "clara", Lane.REPLY)).granted


async def test_chats_that_have_nothing_to_wait_for_are_forgotten() -> None:
    seconds = Seconds()
    budget = Alone(clock=seconds)
    pace = Pace("a bot", per_second=1_000_000, per_chat=1, burst=1)

    for chat in range(10 * MOST_CHATS):
        await budget.ask(pace, str(chat), Lane.REPLY)
        seconds.now += 0.01

    assert len(budget._bots["a bot"].chats) <= MOST_CHATS
