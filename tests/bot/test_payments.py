"""A bank is asked to pay: once, with what was shown, and the citizen hears what came of it, once and only if true."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy import update as change

from bot.messages import Address
from bot.store import Store
from bot.store.history import history
from bot.store.tables import errands
from dialogs.payments import packed
from integrations.bills.ledger import Marked
from tests.bot.till import ORDER, PHONE, TillHouse
from tests.fakes.clock import Clock
from tests.fakes.payments import Payments as BuildingBlock
from tests.fakes.payments import serving, transfer_status, update
from tests.integrations.bills.tax import FIRST, SECOND

ASKED = "The payment system has the request: €123.45 for bill 2026-00017."
PAID = "Bill 2026-00017 is paid: €123.45."
DELAYED = "The payment system does not answer right now."
UNCLEAR = "I do not know whether your bank was asked about bill 2026-00017."
EXPIRED = "The request to pay €123.45 for bill 2026-00017 has expired."
REJECTED = "The payment of €123.45 for bill 2026-00017 was refused."
NOT_ASKED = "I could not ask your bank about bill 2026-00017."


@pytest.fixture
async def building_block() -> AsyncIterator[BuildingBlock]:
    async with serving() as building_block:
        yield building_block


@pytest.fixture
async def house(store: Store, building_block: BuildingBlock, clock: Clock) -> AsyncIterator[TillHouse]:
    house = TillHouse(store, building_block, clock)
    await house.till.ledger.put([FIRST, SECOND])
    yield house
    await house.till.close()


def requests(building_block: BuildingBlock) -> list[str]:
    return [asked.body["requestId"] for asked in building_block.asked if asked.path == "/rtpRequest"]


async def status(house: TillHouse, building_block: BuildingBlock, state: str, asked: int = 0) -> None:
    """The building block tells where a request stands: the first one, unless told otherwise."""
    body = [each for each in building_block.asked if each.path == "/rtpRequest"][asked].body
    await house.call(f"/transferRequests/{body['requestId']}", transfer_status(body["requestId"], body["rtpId"], state))


async def test_the_bank_is_asked_by_telephone_number_and_the_citizen_hears_so(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    await house.pay()

    [asked] = building_block.asked
    assert asked.body["alias"] == {"aliasType": "00", "aliasId": PHONE}
    assert asked.body["billDetails"]["amount"] == FIRST.amount
    assert house.told() == [ASKED]


async def test_paid_is_said_only_when_the_payment_system_says_so(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    await house.pay()
    request = building_block.asked[0].body

    await house.call("/rtpUpdate", update(request["requestId"], request["rtpId"], FIRST.number, "00"))
    agreed = house.told()
    await status(house, building_block, "COM")

    assert agreed == [ASKED]
    assert house.told() == [ASKED, PAID]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("RJC", REJECTED),
        ("EXP", EXPIRED),
        ("CAN", "The request to pay €123.45 for bill 2026-00017 was cancelled."),
    ],
)
async def test_a_request_that_came_to_nothing_is_told_once(
    house: TillHouse, building_block: BuildingBlock, clock: Clock, state: str, words: str
) -> None:
    await house.pay()

    await status(house, building_block, state)
    await status(house, building_block, state)
    clock.move(days=2)
    await house.go_on()

    assert house.told() == [ASKED, words]
    assert len(requests(building_block)) == 1


async def test_money_that_moves_after_the_request_expired_is_told_too(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    await house.pay()
    await status(house, building_block, "EXP")

    await status(house, building_block, "COM")
    await status(house, building_block, "EXP")

    assert house.told() == [ASKED, EXPIRED, PAID]


async def test_a_bill_paid_at_the_counter_is_told_to_whoever_had_the_bank_asked(house: TillHouse, clock: Clock) -> None:
    await house.pay()

    marked = await house.till.ledger.mark_paid(FIRST.number, "counter-1")
    clock.move(hours=1)
    await house.go_on()

    assert marked is Marked.PAID
    assert house.told() == [ASKED, PAID]


async def test_a_system_that_is_away_is_told_once_and_asked_again(
    house: TillHouse, building_block: BuildingBlock, clock: Clock
) -> None:
    building_block.answers("{}", 503)
    await house.pay()
    clock.move(hours=1)
    await house.go_on()
    building_block.speaks()

    clock.move(hours=2)
    await house.go_on()

    assert house.told() == [DELAYED, ASKED]
    assert len(requests(building_block)) == 3
    assert len(set(requests(building_block))) == 1


async def test_after_a_day_in_vain_the_citizen_hears_that_nobody_knows(
    house: TillHouse, building_block: BuildingBlock, clock: Clock
) -> None:
    building_block.answers("{}", 503)
    await house.pay()

    clock.move(days=1)
    await house.go_on()
    await house.go_on()

    assert house.told() == [DELAYED, UNCLEAR]


async def test_a_request_that_is_refused_at_once_was_not_asked(
    house: TillHouse, building_block: BuildingBlock, clock: Clock
) -> None:
    building_block.answers('{"code": "07", "reason": "No."}', 400)
    await house.pay()
    building_block.speaks()

    clock.move(days=1)
    await house.go_on()

    assert house.told() == [NOT_ASKED]
    assert len(requests(building_block)) == 1


async def test_a_repeated_request_that_is_refused_may_have_got_there(
    house: TillHouse, building_block: BuildingBlock, clock: Clock
) -> None:
    building_block.answers("{}", 503)
    await house.pay()
    building_block.answers('{"code": "01", "reason": "This requestId is known."}', 400)
    clock.move(hours=1)
    await house.go_on()

    await status(house, building_block, "COM")

    assert house.told() == [DELAYED, UNCLEAR, PAID]


async def test_a_bill_that_has_changed_is_not_asked_for(house: TillHouse, building_block: BuildingBlock) -> None:
    await house.pay(bill=replace(FIRST, amount=1))

    assert house.told() == ["Bill 2026-00017 has changed since I showed it, so I did not ask your bank."]
    assert building_block.asked == []


async def test_a_bill_that_is_paid_already_is_not_asked_for(house: TillHouse, building_block: BuildingBlock) -> None:
    await house.till.ledger.mark_paid(FIRST.number, "counter-1")

    await house.pay()

    assert house.told() == ["Bill 2026-00017 is paid already, so I did not ask your bank."]
    assert building_block.asked == []


async def refused_one(house: TillHouse, building_block: BuildingBlock, who: str) -> None:
    """The bank is asked, and the payer says no."""
    await house.pay(who)
    await status(house, building_block, "RJC", asked=-1)


async def test_nobodys_telephone_is_bothered_without_end(house: TillHouse, building_block: BuildingBlock) -> None:
    for who in ("anna", "boris", "clara", "anna", "boris"):
        await refused_one(house, building_block, who)

    await house.pay("clara")

    assert len(requests(building_block)) == 5
    assert house.told("clara") == [ASKED, REJECTED, NOT_ASKED]


async def test_while_a_bank_is_asked_about_a_bill_no_other_is_asked(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    await house.pay("anna")
    await house.pay("boris")

    assert len(requests(building_block)) == 1
    assert house.told("boris") == [UNCLEAR]


async def test_a_bill_that_changed_after_a_try_may_have_been_asked_for_all_the_same(
    house: TillHouse, building_block: BuildingBlock, clock: Clock
) -> None:
    building_block.answers("{}", 503)
    await house.pay()
    building_block.speaks()
    await house.till.ledger.put([replace(FIRST, amount=1)])

    clock.move(hours=1)
    await house.go_on()

    assert house.told() == [DELAYED, UNCLEAR]
    assert len(requests(building_block)) == 1


async def test_money_that_did_not_pay_the_bill_is_not_called_paid(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    await house.pay()
    await house.till.ledger.put([replace(FIRST, amount=1)])

    await status(house, building_block, "COM")

    assert house.told() == [ASKED, UNCLEAR]


async def test_an_errand_that_was_not_run_for_a_day_is_not_run_any_more(
    house: TillHouse, building_block: BuildingBlock, clock: Clock
) -> None:
    await house.say("anna", packed([FIRST]))

    clock.move(days=1)
    await house.go_on()

    assert house.told() == [NOT_ASKED]
    assert building_block.asked == []


async def test_whoever_says_come_tomorrow_is_asked_again_in_an_hour(
    house: TillHouse, building_block: BuildingBlock, clock: Clock
) -> None:
    building_block.answers("{}", 503, {"Retry-After": "86400"})
    await house.pay()
    building_block.speaks()

    clock.move(hours=1)
    await house.go_on()

    assert house.told() == [DELAYED, ASKED]


async def test_an_errand_that_cannot_be_run_holds_up_nobody_and_ends_after_a_day(
    house: TillHouse, store: Store, clock: Clock
) -> None:
    await house.say("anna", packed([FIRST]))
    without_alias = change(errands).values(body={"number": FIRST.number, "bill": packed([FIRST])})
    await store.write(lambda connection: connection.execute(without_alias))
    await house.say("boris", packed([SECOND]))

    await house.go_on()
    clock.move(days=1)
    await house.go_on()

    assert house.told("anna") == [DELAYED, UNCLEAR]
    assert house.told("boris") == ["The payment system has the request: €123.45 for bill 2026-00018."]


async def test_of_a_request_nothing_is_heard_of_the_citizen_is_told_in_the_end(house: TillHouse, clock: Clock) -> None:
    await house.pay()

    clock.move(days=31)
    await house.go_on()

    assert house.told() == [ASKED, UNCLEAR]


async def test_who_is_forgotten_is_told_nothing_more(house: TillHouse, building_block: BuildingBlock) -> None:
    await house.pay()

    await house.say("anna", "forget")
    await status(house, building_block, "COM")

    assert PAID not in house.told()


async def test_the_payment_order_stays_with_what_was_said(house: TillHouse, store: Store) -> None:
    await house.pay()

    [_, answer, news] = await store.read(history, Address(house.channel.name, "anna"), 0)
    assert answer.payment == ORDER
    assert news.payment is None


async def test_the_telephone_number_is_not_kept_once_the_bank_is_asked(house: TillHouse, store: Store) -> None:
    await house.pay()

    kept = await store.read(lambda connection: connection.execute(select(errands.c.body)).scalars().all())
    assert kept == [None]


async def test_whoever_was_interrupted_while_asking_asks_again_under_the_same_id(
    house: TillHouse, building_block: BuildingBlock, clock: Clock, store: Store
) -> None:
    building_block.answers("{}", 503)
    await house.pay()
    building_block.speaks()
    restarted = TillHouse(store, building_block, clock)

    clock.move(minutes=5)
    await restarted.go_on()
    await restarted.till.close()

    assert restarted.told() == [ASKED]
    assert len(set(requests(building_block))) == 1
