"""Asking a Payments building block, over real HTTP, to ask the payer."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from integrations.bills import Alias, BillsDown, PaymentState, Refused
from integrations.bills.biller import EUROS, Biller
from integrations.bills.govstack import GovStack
from integrations.bills.ledger import Ledger, Marked
from integrations.bills.messages import Caller, Inquiry, Notice, read_transfer_status, read_update
from integrations.bills.requests import settle
from tests.fakes.clock import Clock
from tests.fakes.payments import Payments, transfer_status, update
from tests.integrations.bills.conftest import Restart
from tests.integrations.bills.tax import BILLER, FIRST, PAYER, SECOND

SOON = timedelta(milliseconds=200)
BANK = Caller("CORR-0001", "CKB")


async def test_the_payer_is_asked_for_what_stands_on_the_bill(govstack: Restart, payments: Payments) -> None:
    request = await govstack().request(FIRST, "KEY-1", PAYER)

    (asked,) = payments.asked
    assert (asked.method, asked.path) == ("POST", "/rtpRequest")
    assert asked.body == {
        "requestId": request.id,
        "rtpId": request.rtp,
        "billID": "2026-00017",
        "requestType": "01",
        "alias": {"aliasType": "00", "aliasId": "AL-4711"},
        "billDetails": {"billerName": "HERCEGNOVI", "amount": 12_345},
    }
    assert asked.headers["x-callback-url"] == "https://town.example/payments"
    assert request.acknowledged


async def test_the_same_key_twice_is_one_request(govstack: Restart, payments: Payments) -> None:
    request = await govstack().request(FIRST, "KEY-1", PAYER)

    assert await govstack().request(FIRST, "KEY-1", PAYER) == request
    assert len(payments.asked) == 1


async def test_two_messages_at_once_with_one_key_are_one_request(govstack: Restart, payments: Payments) -> None:
    first, second = await asyncio.gather(
        govstack().request(FIRST, "KEY-1", PAYER), govstack().request(FIRST, "KEY-1", PAYER)
    )

    assert first == second
    assert {asked.body["requestId"] for asked in payments.asked} == {first.id}


async def test_after_a_time_out_the_same_request_is_sent_again(govstack: Restart, payments: Payments) -> None:
    payments.falls_silent()
    with pytest.raises(BillsDown):
        await govstack(SOON).request(FIRST, "KEY-1", PAYER)
    payments.speaks()

    request = await govstack().request(FIRST, "KEY-1", PAYER)

    assert request.acknowledged
    assert [asked.body["requestId"] for asked in payments.asked] == [request.id, request.id]
    assert payments.asked[0] == payments.asked[1]


async def test_an_answer_lost_on_the_way_does_not_become_a_rejection(govstack: Restart, payments: Payments) -> None:
    payments.falls_silent()
    with pytest.raises(BillsDown):
        await govstack(SOON).request(FIRST, "KEY-1", PAYER)
    payments.speaks()
    payments.answers('{"code": "01", "reason": "This requestId is known."}', 400)

    with pytest.raises(Refused, match="01: This requestId is known"):
        await govstack().request(FIRST, "KEY-1", PAYER)

    payments.speaks()
    request = await govstack().request(FIRST, "KEY-1", PAYER)
    assert await govstack().state(request) is PaymentState.PND


async def test_a_changed_bill_is_not_sent_again_under_the_old_request(
    govstack: Restart, payments: Payments, ledger: Ledger
) -> None:
    payments.falls_silent()
    with pytest.raises(BillsDown):
        await govstack(SOON).request(FIRST, "KEY-1", PAYER)
    payments.speaks()
    await ledger.put([replace(FIRST, amount=99)])

    with pytest.raises(Refused, match="changed"):
        await govstack().request(FIRST, "KEY-1", PAYER)

    assert len(payments.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(400, '{"code": "07", "reason": "No."}'), (200, '{"responseCode": "07", "reason": "No."}')]
)
async def test_a_refused_request_is_rejected_for_good(
    govstack: Restart, payments: Payments, status: int, body: str
) -> None:
    payments.answers(body, status)
    with pytest.raises(Refused, match=r"07: No\."):
        await govstack().request(FIRST, "KEY-1", PAYER)
    payments.speaks()

    again = await govstack().request(FIRST, "KEY-1", PAYER)

    assert again.state is PaymentState.RJC
    assert len(payments.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, "<html>Welcome"), (200, ""), (200, "[]"), (200, '{"requestID": "somebody"}'), (500, "{}"), (408, "{}")],
)
async def test_an_answer_that_says_nothing_may_have_been_a_yes(
    govstack: Restart, payments: Payments, status: int, body: str
) -> None:
    payments.answers(body, status)

    with pytest.raises(BillsDown):
        await govstack().request(FIRST, "KEY-1", PAYER)

    payments.speaks()
    assert (await govstack().request(FIRST, "KEY-1", PAYER)).acknowledged


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ({"Retry-After": "120"}, timedelta(minutes=2)),
        ({"Retry-After": "86400"}, timedelta(hours=1)),
        ({}, None),
        ({"Retry-After": "Fri, 31 Dec 2026"}, None),
    ],
)
async def test_a_busy_building_block_says_when_to_come_again(
    govstack: Restart, payments: Payments, header: dict[str, str], wait: timedelta | None
) -> None:
    payments.answers("{}", 503, header)

    with pytest.raises(BillsDown) as down:
        await govstack().request(FIRST, "KEY-1", PAYER)

    assert down.value.retry_after == wait


async def test_an_answer_without_end_is_not_read_to_its_end(govstack: Restart, payments: Payments) -> None:
    payments.answers('{"responseCode": "00"}' + " " * 10_000)

    with pytest.raises(BillsDown):
        await govstack().request(FIRST, "KEY-1", PAYER)


async def test_a_request_the_payer_has_answered_is_not_sent_again(
    govstack: Restart, payments: Payments, ledger: Ledger
) -> None:
    payments.answers("{}", 503)
    with pytest.raises(BillsDown):
        await govstack().request(FIRST, "KEY-1", PAYER)
    payments.speaks()
    sent = payments.asked[0].body

    await settle(ledger, read_update(update(sent["requestId"], sent["rtpId"], FIRST.number, "00")))
    request = await govstack().request(FIRST, "KEY-1", PAYER)

    assert request.acknowledged
    assert len(payments.asked) == 1


async def test_the_state_is_asked_for_now_and_told_later(govstack: Restart, payments: Payments, ledger: Ledger) -> None:
    request = await govstack().request(FIRST, "KEY-1", PAYER)

    assert await govstack().state(request) is PaymentState.PND
    asked = payments.asked[-1]
    assert (asked.method, asked.path) == ("GET", f"/transferRequests/{request.id}")
    assert asked.body == {"RequestId": request.id, "rtpId": request.rtp}

    await settle(ledger, read_transfer_status(transfer_status(request.id, request.rtp, "COM")))
    assert await govstack().state(request) is PaymentState.COM
    assert len(payments.asked) == 2
    assert await govstack().owed(FIRST.number) == (SECOND,)


async def test_a_payer_who_says_no_has_rejected_the_request(govstack: Restart, ledger: Ledger) -> None:
    request = await govstack().request(FIRST, "KEY-1", PAYER)

    await settle(ledger, read_update(update(request.id, request.rtp, FIRST.number, "01", "R")))

    assert await govstack().state(request) is PaymentState.RJC


async def test_while_the_building_block_is_silent_the_state_is_not_known(govstack: Restart, payments: Payments) -> None:
    request = await govstack().request(FIRST, "KEY-1", PAYER)
    payments.falls_silent()

    with pytest.raises(BillsDown):
        await govstack(SOON).state(request)


async def test_a_notice_marks_the_bill_and_is_answered_each_time_it_comes(
    govstack: Restart, payments: Payments
) -> None:
    notice = Notice("N-1", FIRST.number, "TX-1", BANK)

    assert await govstack().take_notice(notice) is Marked.PAID
    assert await govstack().take_notice(notice) is Marked.PAID
    assert await govstack().take_notice(Notice("N-2", FIRST.number, "TX-2", BANK)) is Marked.DUPLICATE
    assert await govstack().take_notice(Notice("N-3", "2026-99999", "TX-3", BANK)) is Marked.UNKNOWN

    assert [asked.body for asked in payments.asked] == [
        {"requestId": "N-1", "billId": "2026-00017", "status": "ACK"},
        {"requestId": "N-1", "billId": "2026-00017", "status": "ACK"},
        {"requestId": "N-2", "billId": "2026-00017", "status": "RJC", "rejectReason": "Dup"},
        {"requestId": "N-3", "billId": "2026-99999", "status": "RJC", "rejectReason": "Und"},
    ]


async def test_a_notice_whose_answer_is_lost_has_marked_the_bill(govstack: Restart, payments: Payments) -> None:
    payments.answers("{}", 503)

    with pytest.raises(BillsDown):
        await govstack().take_notice(Notice("N-1", FIRST.number, "TX-1", BANK))

    assert await govstack().owed(FIRST.number) == (SECOND,)


async def test_a_bank_that_inquires_is_told_what_there_is_to_pay(govstack: Restart, payments: Payments) -> None:
    await govstack().answer_inquiry(Inquiry(FIRST.number, BANK))

    (asked,) = payments.asked
    assert asked.path == "/bills/2026-00017"
    assert asked.body["code"] == 0
    assert asked.body["billDetails"] == {
        "billerId": "HN-01",
        "billerName": "HERCEGNOVI",
        "billStatus": "UNPAID",
        "dueDate": 1782777600,
        "amountonDueDate": 12_345,
        "currency": "EUR",
    }


async def test_a_bank_learns_nothing_of_a_bill_that_is_not_there(govstack: Restart, payments: Payments) -> None:
    await govstack().answer_inquiry(Inquiry("17/2026 a", Caller("a-correlation-of-20ch")))

    (asked,) = payments.asked
    assert asked.path == "/bills/17%2F2026%20a"
    assert asked.body == {"billId": "17/2026 a", "code": 1, "reason": "There is no bill with this number."}
    assert "payerfi-id" not in asked.headers


async def test_whole_euros_are_asked_for_only_where_there_are_no_cents(
    ledger: Ledger, payments: Payments, client: httpx.AsyncClient, clock: Clock
) -> None:
    whole = Biller(BILLER.tenant, BILLER.id, BILLER.name, BILLER.callback, EUROS)
    bills = GovStack(ledger, payments.url, whole, client, clock)

    with pytest.raises(Refused, match="cents: "):
        await bills.request(FIRST, "KEY-1", PAYER)

    assert payments.asked == []


@pytest.mark.parametrize("alias", [Alias("03", "A"), Alias("00", "A" * 31), Alias("00", "")])
async def test_an_alias_the_published_file_has_no_room_for_is_not_sent(
    govstack: Restart, payments: Payments, alias: Alias
) -> None:
    with pytest.raises(Refused, match="alias: "):
        await govstack().request(FIRST, "KEY-1", alias)

    assert payments.asked == []


async def test_a_bill_number_longer_than_a_request_holds_is_not_cut_short(
    govstack: Restart, payments: Payments, ledger: Ledger
) -> None:
    long = replace(FIRST, number="2026-0000017")
    await ledger.put([long])

    with pytest.raises(Refused, match="too-long: "):
        await govstack().request(long, "KEY-1", PAYER)

    assert payments.asked == []


def test_a_biller_that_the_published_headers_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="name must have 1 to 10 characters"):
        Biller("montenegro", "HN-01", "HERCEG NOVI", "https://town.example/payments")


@pytest.mark.parametrize(
    ("tenant", "id", "name", "callback", "wrong"),
    [
        ("crna\ngora", "HN-01", "SAVNIK", "https://town.example", "tenant"),
        ("montenegro", "HN-Ž", "SAVNIK", "https://town.example", "id"),
        ("montenegro", "HN-01", "ŠAVNIK", "https://town.example", "name"),
        ("montenegro", "HN-01", "SAVNIK", "https://opština.example", "callback"),
    ],
)
def test_a_biller_that_no_header_can_carry_is_refused(
    tenant: str, id: str, name: str, callback: str, wrong: str
) -> None:
    with pytest.raises(ValueError, match=f"{wrong} must be printable ASCII"):
        Biller(tenant, id, name, callback)
