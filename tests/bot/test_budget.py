"""How fast a bot may speak is the same rule whether it is counted in process or in Redis."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from bot.budget import HORIZON, Alone, Budget, Leave, Shared
from bot.messages import Lane, Pace
from tests.fakes.redis import Server

# Slow, so that what the tests themselves take does not matter: a place every four seconds.
SLOW = Pace("a bot", per_second=0.25, per_chat=1000, burst=3)
# Nobody has to wait for the bot, and a chat may be written to every ten seconds after three at once.
CHATTY = Pace("a bot", per_second=1_000_000, per_chat=0.1, burst=3)
ABOUT = timedelta(seconds=0.5)
MINUTE = timedelta(minutes=1)
NO_WAIT = timedelta(0)


@pytest.fixture(scope="module")
def redis() -> Iterator[Server]:
    with Server.begin() as server:
        yield server


@pytest.fixture(params=["alone", "shared"])
async def budget(request: pytest.FixtureRequest) -> AsyncIterator[Budget]:
    """Nothing was counted yet."""
    if request.param == "alone":
        yield Alone(clock=lambda: 1000.0)
        return
    server: Server = request.getfixturevalue("redis")
    server.stop()
    server.start()
    shared = Shared.open(server.url)
    yield shared
    await shared.close()


def refused(leave: Leave, wait: timedelta) -> bool:
    """It is to come back after about this time, or a tenth later."""
    return not leave.granted and wait - ABOUT < leave.wait <= wait * 1.1


async def test_the_first_one_need_not_wait(budget: Budget) -> None:
    assert await budget.ask(SLOW, "anna", Lane.REPLY) == Leave(True, NO_WAIT)


async def test_places_are_given_out_ahead_one_after_the_other(budget: Budget) -> None:
    pace = Pace("a bot", per_second=0.8, per_chat=1000, burst=3)
    first = await budget.ask(pace, "anna", Lane.REPLY)
    second = await budget.ask(pace, "boris", Lane.REPLY)
    third = await budget.ask(pace, "clara", Lane.REPLY)

    assert (first.granted, second.granted, third.granted) == (True, True, False)
    assert timedelta(seconds=1.25) - ABOUT < second.wait <= timedelta(seconds=1.25)


async def test_who_would_have_to_look_too_far_ahead_is_told_when_to_come_back_and_so_is_the_lane(
    budget: Budget,
) -> None:
    await budget.ask(SLOW, "anna", Lane.REPLY)

    leave = await budget.ask(SLOW, "boris", Lane.REPLY)

    assert refused(leave, timedelta(seconds=2))
    assert leave.lane


async def test_notices_look_less_far_ahead_than_replies(budget: Budget) -> None:
    await budget.ask(SLOW, "anna", Lane.REPLY)

    assert refused(await budget.ask(SLOW, "boris", Lane.NOTICE), timedelta(seconds=3.75))
    assert refused(await budget.ask(SLOW, "boris", Lane.EMERGENCY), timedelta(seconds=3))


async def test_a_refusal_uses_up_nothing(budget: Budget) -> None:
    await budget.ask(SLOW, "anna", Lane.REPLY)
    before = await budget.ask(SLOW, "boris", Lane.REPLY)
    after = await budget.ask(SLOW, "boris", Lane.REPLY)

    assert after.wait <= before.wait


async def test_a_chat_takes_a_few_at_once_and_then_waits_alone(budget: Budget) -> None:
    few = [await budget.ask(CHATTY, "anna", Lane.REPLY) for _ in range(3)]
    more = await budget.ask(CHATTY, "anna", Lane.REPLY)
    other = await budget.ask(CHATTY, "boris", Lane.REPLY)

    assert all(leave.granted for leave in few)
    assert refused(more, timedelta(seconds=10))
    assert not more.lane
    assert other.granted


async def test_a_chat_that_has_to_wait_takes_no_place_of_the_bot(budget: Budget) -> None:
    pace = Pace("a bot", per_second=0.8, per_chat=0.01, burst=1)
    await budget.ask(pace, "anna", Lane.REPLY)
    await budget.ask(pace, "anna", Lane.REPLY)

    leave = await budget.ask(pace, "boris", Lane.REPLY)

    assert leave.granted
    assert leave.wait <= timedelta(seconds=1.25)


async def test_two_bots_do_not_wait_for_each_other(budget: Budget) -> None:
    other = Pace("another bot", per_second=0.25, per_chat=1000, burst=3)
    await budget.ask(SLOW, "anna", Lane.REPLY)

    assert await budget.ask(other, "anna", Lane.REPLY) == Leave(True, NO_WAIT)


async def test_after_a_refusal_by_the_platform_the_chat_and_all_notices_wait(budget: Budget) -> None:
    await budget.pause(CHATTY, "anna", MINUTE)

    chat = await budget.ask(CHATTY, "anna", Lane.REPLY)
    notice = await budget.ask(CHATTY, "boris", Lane.NOTICE)
    reply = await budget.ask(CHATTY, "boris", Lane.REPLY)

    assert refused(chat, MINUTE)
    assert not chat.lane
    assert refused(notice, MINUTE)
    assert notice.lane
    assert reply.granted


async def test_nobody_comes_back_before_the_time_that_the_platform_named(budget: Budget) -> None:
    await budget.pause(CHATTY, "anna", MINUTE)

    leave = await budget.ask(CHATTY, "anna", Lane.REPLY)

    assert leave.wait > MINUTE - ABOUT


async def test_when_a_second_chat_is_refused_everything_waits(budget: Budget) -> None:
    await budget.pause(CHATTY, "anna", MINUTE)
    await budget.pause(CHATTY, "boris", MINUTE)

    leave = await budget.ask(CHATTY, "clara", Lane.REPLY)

    assert refused(leave, MINUTE - HORIZON[Lane.REPLY])
    assert leave.lane


async def test_the_same_chat_refused_again_stops_nobody_else(budget: Budget) -> None:
    await budget.pause(CHATTY, "anna", MINUTE)
    await budget.pause(CHATTY, "anna", MINUTE)

    assert (await budget.ask(CHATTY, "boris", Lane.REPLY)).granted


async def test_a_shorter_pause_does_not_end_a_longer_one(budget: Budget) -> None:
    await budget.pause(CHATTY, "anna", MINUTE)
    await budget.pause(CHATTY, "anna", timedelta(seconds=1))

    assert refused(await budget.ask(CHATTY, "anna", Lane.REPLY), MINUTE)
    assert refused(await budget.ask(CHATTY, "boris", Lane.NOTICE), MINUTE)
