"""A code takes a draft from one place to another: once, within a day, and only while its owner wants it."""

import asyncio
import os
import sys
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from bot.assistant import Brain
from bot.desk import Desk, NotDone, drafted
from bot.references import fresh_code
from bot.retention import Retention
from bot.store import Store, transfers
from bot.store.seal import Seal
from bot.store.tables import addresses
from bot.store.tables import transfers as rows
from dialogs import codes
from dialogs.catalogue import services
from dialogs.outside import Carried
from tests.bot.house import House
from tests.fakes.clock import Clock
from tests.fakes.key import KEY
from tests.fakes.office import Office

HOUSE = Path(__file__).parents[2]
FORM = next(iter(services().values())).forms[0]
ANSWERS = {"municipality": "kotor", "answered_for": "kotor", "relation": "mother", "jmbg": "0101900210001"}
CODE = "K7Q2MX"
A_DAY = timedelta(days=1)


@pytest.fixture
def town(store: Store, clock: Clock, brain: Brain) -> House:
    """The real assistant on each database."""
    return House(store, brain, clock)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, Office())


async def told(town: House, who: str, *lines: str) -> str:
    """What the last of these lines is answered."""
    answers = [await town.hear(who, line) for line in lines]
    return "\n".join(answers[-1])


async def begin(town: House, who: str) -> str:
    """An application begun by this citizen, and a code for it."""
    await told(town, who, "I want to apply for newborn aid in Kotor", "mother", "stop")
    answer = await told(town, who, "Go on elsewhere", "yes")
    return answer.splitlines()[0].removeprefix("Your code: ")


async def put(town: House, clock: Clock, code: str = CODE, who: str = "anna") -> None:
    """A draft of this citizen, known to the house or new, goes by the code for a day from now."""
    await put_until(town, clock, clock() + A_DAY, code, who)


async def put_until(town: House, clock: Clock, until: datetime, code: str = CODE, who: str = "anna") -> None:
    await town.accept(who, "hello")
    body: dict[str, object] = {"code": code, "form": FORM.key, "answers": ANSWERS, "until": until.isoformat()}
    await town.store.write(_put, who, body, clock())


def _put(connection: Connection, who: str, body: dict[str, object], now: datetime) -> None:
    citizen = connection.execute(select(addresses.c.citizen).where(addresses.c.name == who)).scalar_one()
    transfers.begin(connection, citizen, body, now)


async def found(town: House, clock: Clock, text: str = CODE) -> Carried | None:
    return await town.store.write(transfers.find, text, clock())


async def kept(town: House) -> int:
    """How many drafts are on their way."""
    return await town.store.read(lambda connection: connection.execute(select(func.count(rows.c.code))).scalar_one())


async def test_what_was_begun_at_one_place_goes_on_at_another(town: House) -> None:
    code = await begin(town, "anna")

    named = await told(town, "boris", "continue", code)
    going_on = await told(town, "boris", "yes")

    assert "The municipal payment, Kotor" in named
    assert "When was the child born?" in going_on


async def test_the_place_where_it_was_begun_keeps_its_own(town: House) -> None:
    code = await begin(town, "anna")
    await told(town, "boris", "continue", code, "yes")

    assert "When was the child born?" in await told(town, "anna", "continue")


async def test_a_code_that_was_used_does_not_work_again(town: House) -> None:
    code = await begin(town, "anna")
    await told(town, "boris", "continue", code, "yes")

    assert f"I know no code {code}." in await told(town, "clara", "continue", code)


async def test_of_two_who_take_it_over_at_once_only_one_gets_it(town: House) -> None:
    code = await begin(town, "anna")
    await told(town, "boris", "continue", code)
    await told(town, "clara", "continue", code)
    await town.accept("boris", "yes")
    await town.accept("clara", "yes")

    await asyncio.gather(town.answer_all(), town.answer_all())
    await town.send_all()

    last = (town.told("boris")[-1], town.told("clara")[-1])
    assert sum("Your answers are here now." in text for text in last) == 1
    assert sum("That code does not work any more." in text for text in last) == 1


async def test_a_code_that_was_not_answered_with_yes_is_not_used_up(town: House, clock: Clock) -> None:
    code = await begin(town, "anna")
    await told(town, "boris", "continue", code, "no")

    assert await found(town, clock, code) is not None


async def test_a_code_works_for_a_day(town: House, clock: Clock) -> None:
    await put(town, clock)

    clock.move(hours=23, minutes=59)
    before = await found(town, clock)
    clock.move(minutes=1)
    after = await found(town, clock)

    assert before == Carried(FORM.key, ANSWERS)
    assert after is None


async def test_its_day_may_end_between_the_code_and_the_yes(town: House, clock: Clock) -> None:
    code = await begin(town, "anna")
    await told(town, "boris", "continue", code)
    clock.move(days=1)

    assert "That code does not work any more." in await told(town, "boris", "yes")


@pytest.mark.parametrize(
    "typed",
    [
        "K7Q2MX",
        "k7q2mx",
        "K7Q 2MX",
        " k 7 q 2 m x ",
        "K7Q-2MX.",
        "К7Q2МХ",
        "к7q 2мх",
        "my code is k7q 2mx, thank you",
    ],
)
async def test_a_code_may_be_typed_as_people_type(town: House, clock: Clock, typed: str) -> None:
    await put(town, clock)

    assert await found(town, clock, typed) is not None


@pytest.mark.parametrize("typed", ["", "K7Q2M", "K7Q2MXX", "K7Q2M0", "KOM-2026-K7Q2MX", "\ud83d", "K7Q2MZ"])
async def test_nothing_else_is_taken_for_it(town: House, clock: Clock, typed: str) -> None:
    await put(town, clock)

    assert await found(town, clock, typed) is None


@pytest.mark.parametrize("typed", ["ABCDEF", "abc def"])
async def test_a_code_without_a_digit_works_alone(town: House, clock: Clock, typed: str) -> None:
    await put(town, clock, "ABCDEF")

    assert await found(town, clock, typed) is not None
    assert await found(town, clock, f"please take {typed}") is None


def test_every_code_that_is_made_is_read_as_it_is_shown() -> None:
    made = [fresh_code() for _ in range(1000)]

    assert [codes.read(codes.shown(code).lower()) for code in made] == made


async def test_a_new_code_for_the_same_form_ends_the_one_before(town: House, clock: Clock) -> None:
    await put(town, clock)
    await put(town, clock, "4HX8NV")

    assert await found(town, clock) is None
    assert await found(town, clock, "4HX8NV") is not None


async def test_another_citizens_new_code_ends_nothing(town: House, clock: Clock) -> None:
    await put(town, clock)
    await put(town, clock, "4HX8NV", "boris")

    assert await found(town, clock) is not None


async def test_what_its_owner_asked_to_forget_goes_by_no_code(town: House, clock: Clock) -> None:
    code = await begin(town, "anna")
    await put(town, clock, CODE, "boris")

    await told(town, "anna", "delete my data", "yes")

    assert await found(town, clock, code) is None
    assert await found(town, clock) is not None


async def test_what_was_not_fetched_is_erased_after_its_day(town: House, clock: Clock) -> None:
    retention = Retention(town.store, timedelta(days=10), timedelta(days=30), clock)
    await put(town, clock)

    await retention.sweep()
    before = await kept(town)
    clock.move(days=1)
    await retention.sweep()

    assert (before, await kept(town)) == (1, 0)


async def test_neither_the_code_nor_the_answers_can_be_read_in_the_table(town: House, clock: Clock) -> None:
    await put(town, clock)

    def written(connection: Connection) -> str:
        return str(connection.exec_driver_sql("SELECT code, body FROM transfers").all())

    text = await town.store.read(written)
    assert CODE not in text
    assert "0101900210001" not in text


async def test_a_code_is_not_found_by_trying_every_one_without_the_key(town: House, clock: Clock) -> None:
    await put(town, clock)

    kept = await town.store.read(lambda connection: connection.execute(select(rows.c.code)).scalar_one())

    assert kept != sha256(CODE.encode()).hexdigest()
    assert kept == Seal(KEY).digests(CODE)[0]


async def test_an_identity_number_reaches_a_place_where_only_the_citizen_reads(town: House, clock: Clock) -> None:
    await put(town, clock)
    town.channel.private = True
    await told(town, "boris", "continue", CODE, "yes")

    again = await told(town, "boris", "stop", "Go on elsewhere", "yes")

    carried = await found(town, clock, again.splitlines()[0].removeprefix("Your code: "))
    assert carried is not None
    assert carried.answers == ANSWERS


async def test_an_identity_number_reaches_no_messenger(town: House, clock: Clock) -> None:
    await put(town, clock)

    taken = await told(town, "boris", "continue", CODE, "yes")

    again = await told(town, "boris", "stop", "Go on elsewhere", "yes")
    carried = await found(town, clock, again.splitlines()[0].removeprefix("Your code: "))
    assert "You can bring it to the counter." in taken
    assert carried is not None
    assert "jmbg" not in carried.answers


async def test_a_clerk_reads_what_was_answered_so_far_and_what_is_sensitive(
    town: House, clock: Clock, desk: Desk
) -> None:
    await put(town, clock)

    stated = drafted(await desk.draft("k7q 2mx", clock()))

    assert [(answer, is_private) for _, answer, is_private in stated] == [("Majka", False), ("0101900210001", True)]


async def test_a_clerk_types_the_code_that_is_shown_at_the_counter(town: House, clock: Clock, database: str) -> None:
    await put_until(town, clock, clock() + timedelta(days=36_500))
    command = (sys.executable, "-m", "bot.cli", "case", "draft", "K7Q 2MX")
    environment = {"PATH": os.environ["PATH"], "KOMSHI_DATABASE": database, "KOMSHI_SECRET_KEY": KEY}

    process = await asyncio.create_subprocess_exec(*command, cwd=HOUSE, env=environment, stdout=asyncio.subprocess.PIPE)
    words, _ = await process.communicate()

    assert process.returncode == 0
    assert "kotor" in words.decode()
    assert "0101900210001" in words.decode()


async def test_what_a_clerk_has_read_can_still_be_taken_over(town: House, clock: Clock, desk: Desk) -> None:
    await put(town, clock)

    await desk.draft(CODE, clock())

    assert await found(town, clock) is not None


@pytest.mark.parametrize("code", ["K7Q2MZ", "seven", ""])
async def test_a_clerk_is_told_that_a_code_is_unknown(desk: Desk, clock: Clock, code: str) -> None:
    with pytest.raises(NotDone, match="There is no draft"):
        await desk.draft(code, clock())


async def test_a_clerk_is_told_that_a_code_is_too_old(town: House, clock: Clock, desk: Desk) -> None:
    await put(town, clock)
    clock.move(days=1)

    with pytest.raises(NotDone, match="works for one day"):
        await desk.draft(CODE, clock())
