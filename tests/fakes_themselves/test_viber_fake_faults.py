"""What goes wrong between a bot and Viber when a test wants it, and the same over HTTP from another process."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.fakes.platform_clock import Clock
from tests.fakes.viber.courier import RETRIES
from tests.fakes.viber.faults import Fault
from tests.fakes.viber.person import Person
from tests.fakes.viber.platform import Viber
from tests.fakes.viber.service import serving
from tests.fakes_themselves.viber_bot import Bot, listening_to

HOUSE = Path(__file__).parents[2]


@pytest.fixture
async def viber() -> AsyncIterator[Viber]:
    async with serving(Viber(clock=Clock(speed=0))) as viber:
        yield viber


@pytest.fixture
async def bot(viber: Viber) -> AsyncIterator[Bot]:
    async with listening_to(viber) as bot:
        yield bot


@pytest.fixture
async def ana(viber: Viber, bot: Bot) -> Person:
    """She has written, and the bot knows."""
    ana = viber.person("ana")
    ana.write("zdravo")
    await viber.quiet()
    return ana


async def tried(viber: Viber, times: int) -> None:
    await viber.record.until(lambda: len(viber.record.tried("message")) == times)


async def test_what_is_not_taken_is_told_again_with_the_same_token(viber: Viber, bot: Bot) -> None:
    bot.answers = [500, 404]
    token = viber.person("ana").write("zdravo")

    await tried(viber, 1)
    viber.clock.move(timedelta(seconds=9))
    viber.clock.move(timedelta(seconds=1))
    await tried(viber, 2)
    viber.clock.move(timedelta(seconds=60))
    await viber.quiet()

    assert [event["message_token"] for event in bot.events("message")] == [token] * 3
    times = [telling.at for telling in viber.record.tried("message")]
    assert times[1] - times[0] >= timedelta(seconds=10)
    assert times[2] - times[1] >= timedelta(seconds=60)


async def test_after_ten_tries_it_is_lost(viber: Viber, bot: Bot) -> None:
    bot.answers = [500] * 10
    viber.clock.run_at(100_000)

    token = viber.person("ana").write("zdravo")
    await viber.quiet()

    assert len(bot.events("message")) == len(RETRIES) + 1 == 10
    assert viber.record.lost == [token]


async def test_what_was_not_taken_holds_up_nothing(viber: Viber, bot: Bot) -> None:
    bot.answers = [500]
    viber.person("ana").write("prvo")
    viber.person("ana").write("drugo")
    await tried(viber, 2)
    viber.clock.move(timedelta(seconds=10))
    await viber.quiet()

    assert [event["message"]["text"] for event in bot.events("message")] == ["prvo", "drugo", "prvo"]


async def test_an_event_may_come_twice(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.faults.plan(Fault.DUPLICATE)
    token = ana.write("još nešto")
    await viber.quiet()

    assert [event["message_token"] for event in bot.events("message")][1:] == [token, token]


async def test_the_next_event_may_overtake(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.faults.plan(Fault.SWAPPED)
    ana.write("prvo")
    ana.write("drugo")
    await tried(viber, 2)
    viber.clock.move(timedelta(seconds=3))
    await viber.quiet()

    assert [event["message"]["text"] for event in bot.events("message")][1:] == ["drugo", "prvo"]


async def test_an_event_may_come_again_a_day_later(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.faults.plan(Fault.AGAIN)
    token = ana.write("još nešto")
    await viber.quiet()
    viber.clock.move(timedelta(hours=25))
    await tried(viber, 3)

    assert [event["message_token"] for event in bot.events("message")][1:] == [token, token]


async def test_an_event_may_come_broken_before_it_comes_whole(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.faults.plan(Fault.MALFORMED)
    ana.write("još nešto")
    await viber.quiet()

    broken, whole = (told.raw for told in bot.told[-3:-1])
    assert whole.startswith(broken)
    assert len(bot.events("message")) == 2


async def test_receipts_may_come_before_the_answer(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.faults.plan(Fault.EARLY)
    answer = await bot.says(ana.id)

    assert bot.events("seen")[0]["message_token"] == answer["message_token"]


async def test_seen_may_come_before_delivered(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.faults.plan(Fault.UNSORTED)
    await bot.says(ana.id)
    await viber.quiet()

    assert [told.event["event"] for told in bot.told[-2:]] == ["seen", "delivered"]


async def test_a_storm_refuses_for_a_while(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.faults.plan(Fault.STORM, lasting=timedelta(minutes=1))
    stormy = await bot.says(ana.id)
    viber.clock.move(timedelta(minutes=1))

    assert (stormy["status"], (await bot.says(ana.id))["status"]) == (12, 0)


async def test_a_slow_server_answers_at_last(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.clock.run_at(1000)
    viber.faults.plan(Fault.SLOW)
    asked = viber.clock.now()
    answer = await bot.says(ana.id)

    assert answer["status"] == 0
    assert viber.record.called("send_message")[0].at - asked >= timedelta(seconds=3)


async def test_a_fault_of_one_person_is_not_that_of_another(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.person("boris").write("zdravo")
    viber.faults.plan(Fault.STORM, person=viber.person("boris").id)

    assert (await bot.says(ana.id))["status"] == 0
    assert (await bot.says(viber.person("boris").id))["status"] == 12


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (Fault.ERROR_JSON, 500, "application/json"),
        (Fault.ERROR_HTML, 500, "text/html"),
        (Fault.BAD_GATEWAY_JSON, 502, "application/json"),
        (Fault.BAD_GATEWAY_HTML, 502, "text/html"),
    ],
)
async def test_a_server_that_is_not_well(
    viber: Viber, bot: Bot, ana: Person, fault: Fault, status: int, kind: str
) -> None:
    viber.faults.plan(fault)
    answer = await bot.posts("get_account_info", b"{}")

    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)


async def test_a_reset_before_leaves_nothing_and_a_reset_after_leaves_the_message(
    viber: Viber, bot: Bot, ana: Person
) -> None:
    viber.faults.plan(Fault.RESET_BEFORE)
    with pytest.raises(httpx.ReadError):
        await bot.says(ana.id, "Did you hear?")
    before = len(ana.screen().lines)
    viber.faults.plan(Fault.RESET_AFTER)
    with pytest.raises(httpx.ReadError):
        await bot.says(ana.id, "Did you hear?")

    assert (before, len(ana.screen().lines)) == (1, 2)
    assert [(call.outcome, call.fault) for call in viber.record.called("send_message")] == [
        (None, "reset_before"),
        (0, "reset_after"),
    ]


async def test_the_same_seed_brings_the_same_faults(viber: Viber, bot: Bot, ana: Person) -> None:
    rates = {Fault.STORM: 0.3, Fault.ERROR_HTML: 0.2}
    viber.faults.scatter(7, rates)
    first = [viber.faults.of_call(None) for _ in range(50)]
    viber.faults.scatter(7, rates)
    second = [viber.faults.of_call(None) for _ in range(50)]

    assert first == second
    assert set(first) == {None, Fault.STORM, Fault.ERROR_HTML}


async def test_a_process_of_its_own_is_played_over_http() -> None:
    command = (sys.executable, "-m", "tests.fakes.viber", "--token", "ours", "--limits", "off")
    process = await asyncio.create_subprocess_exec(*command, cwd=HOUSE, stdout=PIPE)
    assert process.stdout is not None
    viber = Viber("ours")
    viber.url = (await process.stdout.readline()).decode().strip()
    async with listening_to(viber) as bot, httpx.AsyncClient(base_url=viber.url, trust_env=False) as script:
        ana = (await script.put("/person/ana", json={"name": "Ana", "language": "sq"})).json()
        wrote = (await script.post("/person/ana/write", json={"text": "tung"})).json()
        await bot.says(ana["id"], "Mirëdita.", keyboard={"Type": "keyboard", "Buttons": [{"ActionBody": "Po"}]})
        await bot.says(ana["id"], "Tungjatjeta.")
        screen = (await script.get(f"/person/ana/screen?after={wrote['message_token']}&wait=5")).json()
        strange = await script.post("/person/ana/press", json={"label": "Jo"})
        calls = (await script.get("/calls?after=1")).json()
        report = (await script.get("/report")).json()

    process.terminate()
    assert await process.wait() == 0
    assert [line["text"] for line in screen["messages"]] == ["Tungjatjeta."]
    assert (strange.status_code, calls["next"]) == (409, 3)
    assert [call["method"] for call in calls["calls"]] == ["send_message", "send_message"]
    assert report["sent"] == 2
