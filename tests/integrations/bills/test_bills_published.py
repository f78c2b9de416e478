"""Every exchange with a Payments building block is valid by the files that GovStack published."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from integrations.bills import messages
from integrations.bills.govstack import GovStack
from integrations.bills.ledger import Ledger
from integrations.bills.messages import Caller, Inquiry, Notice, NotUnderstood
from tests.fakes.clock import Clock
from tests.fakes.payments import Payments, paid_notice, transfer_status, update
from tests.integrations.bills.tax import BILLER, FIRST, PAYER
from tests.integrations.openapi import Judge, Specification, published

CALLBACK = "https://town.example"
BANK = Caller("CORR-0001", "CKB")
HEADERS = {
    "X-CorrelationID": "CORR-0001",
    "X-Platform-TenantId": BILLER.tenant,
    "X-billerId": BILLER.id,
    "X-PayerFI-Id": "CKB",
}


def exact(part: object) -> None:
    """Nothing is required in these files, so a field in the wrong case would pass: only what they name is allowed."""
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for each in inner:
        exact(each)
    if isinstance(part, dict) and "properties" in part:
        part["additionalProperties"] = False


def with_the_bill_in_the_path(specification: Specification) -> None:
    """One file forgets the parameter of its path."""
    parameter = {"name": "billId", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 20}}
    specification["paths"]["/bills/{billId}"]["post"]["parameters"].append(parameter)


def with_a_header_that_can_be_sent(specification: Specification) -> None:
    """One file names a header with a blank in it, which HTTP does not allow; the others write X-PayerFI-Id."""
    for parameter in specification["paths"]["/billTransferRequests"]["post"]["parameters"]:
        parameter["name"] = parameter["name"].replace("X-Payer FI-ID", "X-PayerFI-Id")


def file(name: str, *fix_ups: Any) -> Specification:
    return published(f"payments/p2g/{name}.yml", exact, *fix_ups)


class Judges(httpx.AsyncBaseTransport):
    """One file a call: each exchange goes to the judge of its method and of the first part of its path."""

    def __init__(self, url: str) -> None:
        files = {
            "POST rtpRequest": file("billerRtpReq"),
            "GET transferRequests": file("rtpStatusUpdateRequest"),
            "POST bills": file("v1_0_1_billInquiryResponse", with_the_bill_in_the_path),
            "POST billTransferRequests": file("markBillPpaymentResponse", with_a_header_that_can_be_sent),
        }
        self._judges = {call: Judge(specification, url) for call, specification in files.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        part = request.url.path.split("/")[1]
        return await self._judges[f"{request.method} {part}"].handle_async_request(request)

    @property
    def exchanges(self) -> int:
        return sum(judge.exchanges for judge in self._judges.values())


@pytest.fixture
def judges(payments: Payments) -> Judges:
    return Judges(payments.url)


@pytest.fixture
async def client(judges: Judges) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=judges) as client:
        yield client


@pytest.fixture
def bills(ledger: Ledger, payments: Payments, client: httpx.AsyncClient, clock: Clock) -> GovStack:
    return GovStack(ledger, payments.url, BILLER, client, clock)


async def test_all_that_we_send_and_are_answered_is_as_published(bills: GovStack, judges: Judges) -> None:
    request = await bills.request(FIRST, "KEY-1", PAYER)
    await bills.state(request)
    await bills.answer_inquiry(Inquiry(FIRST.number, BANK))
    await bills.answer_inquiry(Inquiry("2026-99999", BANK))
    await bills.take_notice(Notice("N-1", FIRST.number, "TX-1", BANK))
    await bills.take_notice(Notice("N-2", FIRST.number, "TX-2", BANK))
    await bills.take_notice(Notice("N-3", "2026-99999", "TX-3", BANK))

    assert judges.exchanges == 7


async def test_a_field_in_the_wrong_case_would_be_noticed(payments: Payments, client: httpx.AsyncClient) -> None:
    with pytest.raises(OpenAPIError):
        await client.post(f"{payments.url}/rtpRequest", json={"requestID": "AAAA"}, headers=HEADERS)

    assert payments.asked == []


def check(name: str, call: str, body: bytes, status: int, answer: Mapping[str, str], *fix_ups: Any) -> None:
    """The call to us and our answer are valid by the file of this name, or OpenAPIError."""
    contract = OpenAPI.from_dict({**file(name, *fix_ups), "servers": [{"url": CALLBACK}]})
    method, path = call.split()
    told = MockRequest(
        CALLBACK, method, path, headers=HEADERS, data=body, content_type="application/json" if body else ""
    )
    said = MockResponse(json.dumps(dict(answer)).encode(), status, content_type="application/json")
    contract.validate_request(told)
    contract.validate_response(told, said)


def test_the_payers_answer_and_what_we_say_to_it_are_as_published() -> None:
    body = update("AAAA", 7, FIRST.number, "01", "R")

    check("billerRtpResponse", "post /rtpUpdate", body, 200, messages.update_taken(messages.read_update(body)))


def test_a_state_and_what_we_say_to_it_are_as_published() -> None:
    body = transfer_status("AAAA", 7, "COM")
    taken = messages.status_taken(messages.read_transfer_status(body))
    refused = messages.not_understood(NotUnderstood("RequestId: not as published"))

    check("rtpStatusUpdateResponse", "post /transferRequests/AAAA", body, 202, taken)
    check("rtpStatusUpdateResponse", "post /transferRequests/AAAA", body, 400, refused)


def test_a_notice_and_what_we_say_to_it_are_as_published() -> None:
    body = paid_notice("N-1", FIRST.number, "TX-1")
    taken = messages.notice_taken(messages.read_paid_notice(body, BANK))
    refused = messages.not_understood(NotUnderstood("billId: not as published"))

    check("markBillPpaymentRequest", "post /billTransferRequests", body, 202, taken, with_a_header_that_can_be_sent)
    check("markBillPpaymentRequest", "post /billTransferRequests", body, 400, refused, with_a_header_that_can_be_sent)


def test_an_inquiry_and_what_we_say_to_it_are_as_published() -> None:
    caller = messages.read_caller(HEADERS, BILLER)
    taken = messages.inquiry_taken(messages.read_bill_inquiry(FIRST.number, caller))
    refused = messages.inquiry_not_understood(NotUnderstood("X-CorrelationID is missing"))

    check("billInquiryBillerRequest", f"get /bills/{FIRST.number}", b"", 202, taken)
    check("billInquiryBillerRequest", f"get /bills/{FIRST.number}", b"", 400, refused)
