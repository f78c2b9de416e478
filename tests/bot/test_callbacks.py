"""What a Payments building block calls us with is believed before it is read, and changes nothing twice."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient

from bot.app import build
from bot.callbacks import PREFIX
from bot.settings import Settings
from bot.store import Store
from integrations.bills.messages import LARGEST
from tests.bot.till import HEADERS, SECRET, TillHouse, settings
from tests.fakes.brain import BRAIN
from tests.fakes.clock import Clock
from tests.fakes.key import KEY
from tests.fakes.payments import Payments as BuildingBlock
from tests.fakes.payments import paid_notice, serving, transfer_status, update
from tests.integrations.bills.tax import FIRST, SECOND

OTHER = "another secret that is as long as it has to be"
PAID = "Bill 2026-00017 is paid: €123.45."


@pytest.fixture
async def building_block() -> AsyncIterator[BuildingBlock]:
    async with serving() as building_block:
        yield building_block


@pytest.fixture
async def house(store: Store, building_block: BuildingBlock, clock: Clock) -> AsyncIterator[TillHouse]:
    house = TillHouse(store, building_block, clock)
    await house.till.ledger.put([FIRST, SECOND])
    await house.pay()
    yield house
    await house.till.close()


@pytest.fixture
def completed(house: TillHouse, building_block: BuildingBlock) -> tuple[str, bytes]:
    """The path and the body of the call that tells that the request is completed."""
    request = building_block.asked[0].body
    body = transfer_status(request["requestId"], request["rtpId"], "COM")
    return f"/transferRequests/{request['requestId']}", body


async def is_paid(house: TillHouse) -> bool:
    bill = await house.till.ledger.bill(FIRST.number)
    return bill is not None and bill.paid


@pytest.mark.parametrize("secret", ["", OTHER])
async def test_who_does_not_sign_with_our_key_is_not_believed(
    house: TillHouse, completed: tuple[str, bytes], secret: str
) -> None:
    refused = await house.call(*completed, secret=secret)

    assert refused.status_code == 403
    assert not await is_paid(house)
    assert PAID not in house.told()


async def test_who_is_not_believed_is_not_even_read(house: TillHouse) -> None:
    assert (await house.call("/rtpUpdate", b"no JSON", secret=OTHER)).status_code == 403
    assert (await house.call("/rtpUpdate", b"no JSON")).status_code == 400


async def test_a_signature_of_another_body_does_not_count(house: TillHouse, completed: tuple[str, bytes]) -> None:
    path, body = completed

    refused = await house.call(path, body, signature_of=("POST", path, b"another body"))

    assert refused.status_code == 403


async def test_a_signature_for_one_bill_does_not_ask_for_another(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    before = len(building_block.asked)

    refused = await house.call(
        f"/bills/{SECOND.number}", method="GET", signature_of=("GET", f"/bills/{FIRST.number}", b"")
    )

    assert refused.status_code == 403
    assert len(building_block.asked) == before


@pytest.mark.parametrize("number", ["%2E", "%2E%2E", "a%2F..%2F..%2Fb", "2026%0917", "2026%00"])
async def test_a_number_that_would_lead_elsewhere_is_not_looked_up(
    house: TillHouse, building_block: BuildingBlock, number: str
) -> None:
    before = len(building_block.asked)

    refused = await house.call(f"/bills/{number}", method="GET")

    assert (refused.status_code, refused.json()["responseCode"]) == (400, "01")
    assert len(building_block.asked) == before


@pytest.mark.parametrize(("address", "status"), [("192.0.2.7", 202), ("198.51.100.7", 403)])
async def test_where_networks_are_named_others_are_not_believed(
    house: TillHouse,
    building_block: BuildingBlock,
    store: Store,
    clock: Clock,
    completed: tuple[str, bytes],
    address: str,
    status: int,
) -> None:
    listed = TillHouse(store, building_block, clock, bills_callback_from="192.0.2.0/24, 2001:db8::/32")

    answered = await listed.call(*completed, address=address)
    await listed.till.close()

    assert answered.status_code == status


async def test_without_a_key_whoever_calls_from_our_network_may_ask_and_marks_nothing_as_paid(
    house: TillHouse, building_block: BuildingBlock, store: Store, clock: Clock
) -> None:
    listed = TillHouse(store, building_block, clock, bills_callback_secret=None, bills_callback_from="192.0.2.0/24")

    asked = await listed.call(f"/bills/{FIRST.number}", method="GET", secret="")
    paid = await listed.call("/billTransferRequests", paid_notice("N-1", FIRST.number, "TX-1"), secret="")
    await listed.till.close()

    assert (asked.status_code, paid.status_code) == (202, 403)
    assert not await is_paid(house)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_town_without_a_building_block_has_no_such_pages(database: str) -> None:
    app = build(Settings.model_validate({"database": database, "secret_key": KEY}), BRAIN, {}, {})

    async with AsyncClient(transport=ASGITransport(app.http), base_url="http://town") as client:
        answered = await client.post(f"{PREFIX}/rtpUpdate", content=b"{}", headers=HEADERS)
    await app.store.close()

    assert answered.status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_town_with_one_has_them(database: str) -> None:
    app = build(settings("http://127.0.0.1:9", database=database, secret_key=KEY), BRAIN, {}, {})

    async with AsyncClient(transport=ASGITransport(app.http), base_url="http://town") as client:
        answered = await client.post(f"{PREFIX}/rtpUpdate", content=b"{}", headers=HEADERS)
    await app.till.close()
    await app.store.close()

    assert answered.status_code == 403


async def test_what_is_too_long_is_not_taken(house: TillHouse) -> None:
    assert (await house.call("/rtpUpdate", b" " * (LARGEST + 1))).status_code == 413


async def test_a_call_that_comes_twice_is_taken_twice_and_told_once(
    house: TillHouse, completed: tuple[str, bytes]
) -> None:
    first = await house.call(*completed)
    second = await house.call(*completed)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert first.json()["ResponseCode"] == "00"
    assert house.told().count(PAID) == 1


async def test_the_payers_answer_is_taken_as_published(house: TillHouse, building_block: BuildingBlock) -> None:
    request = building_block.asked[0].body

    answered = await house.call("/rtpUpdate", update(request["requestId"], request["rtpId"], FIRST.number, "01", "R"))

    taken = {"responseCode": "00", "responseDescription": "Taken.", "requestID": request["requestId"]}
    assert (answered.status_code, answered.json()) == (200, taken)
    assert house.told()[-1] == "The payment of €123.45 for bill 2026-00017 was refused."


async def test_a_state_under_the_path_of_another_request_is_not_understood(
    house: TillHouse, completed: tuple[str, bytes]
) -> None:
    answered = await house.call("/transferRequests/AAAA", completed[1])

    assert (answered.status_code, answered.json()["code"]) == (400, "01")
    assert not await is_paid(house)


async def test_a_state_of_a_request_that_nobody_made_changes_nothing(house: TillHouse) -> None:
    answered = await house.call("/transferRequests/AAAA", transfer_status("AAAA", 7, "COM"))

    assert answered.status_code == 202
    assert not await is_paid(house)


async def test_a_notice_pays_the_bill_and_is_answered_in_a_call_of_our_own(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    answered = await house.call("/billTransferRequests", paid_notice("N-1", FIRST.number, "TX-1"))

    assert (answered.status_code, answered.json()["requestID"]) == (202, "N-1")
    assert building_block.asked[-1].body == {"requestId": "N-1", "billId": FIRST.number, "status": "ACK"}
    assert await is_paid(house)
    assert house.told()[-1] == PAID


async def test_a_second_payment_of_a_bill_is_rejected(house: TillHouse, building_block: BuildingBlock) -> None:
    await house.call("/billTransferRequests", paid_notice("N-1", FIRST.number, "TX-1"))
    await house.call("/billTransferRequests", paid_notice("N-2", FIRST.number, "TX-2"))

    assert building_block.asked[-1].body["rejectReason"] == "Dup"
    assert house.told().count(PAID) == 1


async def test_a_notice_whose_answer_is_lost_pays_the_bill_all_the_same(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    building_block.answers("{}", 503)

    await house.call("/billTransferRequests", paid_notice("N-1", FIRST.number, "TX-1"))

    assert await is_paid(house)
    assert house.told()[-1] == PAID


async def test_a_bank_that_asks_for_a_bill_is_told_what_there_is_to_pay(
    house: TillHouse, building_block: BuildingBlock
) -> None:
    answered = await house.call(f"/bills/{FIRST.number}", method="GET")

    assert (answered.status_code, answered.json()["responseCode"]) == (202, "00")
    told = building_block.asked[-1]
    assert (told.method, told.path) == ("POST", f"/bills/{FIRST.number}")
    assert told.body["billDetails"]["amountonDueDate"] == FIRST.amount
    assert FIRST.payer not in str(told.body)


async def test_a_call_for_another_tenant_is_not_understood(house: TillHouse, building_block: BuildingBlock) -> None:
    before = len(building_block.asked)

    answered = await house.call(f"/bills/{FIRST.number}", method="GET", tenant="serbia")

    assert (answered.status_code, answered.json()["responseCode"]) == (400, "01")
    assert len(building_block.asked) == before


def test_the_key_is_no_part_of_what_the_settings_show() -> None:
    assert SECRET not in repr(settings("https://bb.example"))
