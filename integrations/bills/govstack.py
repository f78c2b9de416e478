"""The biller's side of GovStack Payments: asks the Payments building block to ask the payer, and answers it.

The building block never answers a question at once: it says that it heard, and calls back. What it calls with is read
by `messages`, believed by `trust` and put into effect by `requests.settle` and `GovStack.take_notice`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from integrations.bills import Alias, Bill, BillsDown, PaymentState, Refused, Request
from integrations.bills.biller import Biller
from integrations.bills.ledger import Ledger, Marked, unpaid
from integrations.bills.messages import (
    LARGEST,
    TAKEN,
    Inquiry,
    Notice,
    bill_answer,
    notice_answer,
    rtp_request,
    status_inquiry,
)
from integrations.bills.requests import check, make, mark, stored

TIMEOUT = timedelta(seconds=10)
CONNECT_TIMEOUT = timedelta(seconds=3)
LATER = (408, 429)
# An answer that is not compressed cannot grow beyond its limit when it is unpacked.
UNPACKED = {"Accept-Encoding": "identity"}
LONGEST_WORDS = 200
LONGEST_WAIT = timedelta(hours=1)
MOST_DIGITS = 9


class _Acknowledgement(BaseModel):
    """What the files have in common in their answers; each spells some of it in its own way."""

    model_config = ConfigDict(extra="ignore")

    responseCode: str | None = None
    code: str | None = None
    responseDescription: str | None = None
    reason: str | None = None
    requestID: str | None = None

    @property
    def outcome(self) -> str:
        return self.responseCode or self.code or ""

    @property
    def words(self) -> str:
        return (self.responseDescription or self.reason or "")[:LONGEST_WORDS]


_NOTHING = _Acknowledgement()


class GovStack:
    """The Bills of a ledger and a Payments building block at `url`."""

    def __init__(
        self,
        ledger: Ledger,
        url: str,
        biller: Biller,
        client: httpx.AsyncClient,
        clock: Callable[[], datetime],
        timeout: timedelta = TIMEOUT,
    ) -> None:
        """`client` is the caller's to close, and to equip with certificates; `timeout` is for each call as a whole."""
        self._ledger = ledger
        self._url = url.rstrip("/")
        self._biller = biller
        self._client = client
        self._clock = clock
        self._timeout = timeout.total_seconds()

    async def owed(self, number: str) -> tuple[Bill, ...]:
        return await unpaid(self._ledger, number)

    async def request(self, bill: Bill, key: str, payer: Alias) -> Request:
        """See Bills; the alias is passed on and not kept.

        GovStack has no idempotency: the request is stored before the call, and sent again under the same ids until it
        is acknowledged. A building block that knows an id already may refuse it, so only the first sending of all can
        be rejected for good. Nothing is sent again by itself: a citizen is waiting, and decides.
        """
        request, is_new = await make(self._ledger, bill, key, self._clock)
        request = await stored(self._ledger, request)
        if request.acknowledged or request.state is not PaymentState.PND:
            return request
        await check(self._ledger, bill)
        try:
            body = rtp_request(request, bill, payer, self._biller)
            headers = self._headers(request.id) | {"X-Callback-URL": self._biller.callback}
            await self._call("POST", "/rtpRequest", headers, body, request.id)
        except Refused:
            if is_new:
                await self._ledger.save_request(replace(request, state=PaymentState.RJC), request)
            raise
        # A callback may have been faster than the acknowledgement: then its state stands.
        await self._ledger.save_request(replace(request, acknowledged=True), request)
        return await stored(self._ledger, request)

    async def state(self, request: Request) -> PaymentState:
        """See Bills. Asks about a pending request, once; the answer comes later, to the callback.

        So this is what was known before, unless the callback was very fast.
        """
        known = await stored(self._ledger, request)
        if known.state is PaymentState.PND:
            headers = self._headers(known.id)
            await self._call("GET", f"/transferRequests/{known.id}", headers, status_inquiry(known), known.id)
            known = await stored(self._ledger, request)
        return known.state

    async def answer_inquiry(self, inquiry: Inquiry) -> None:
        """Tells the building block what there is to pay. Sent once: a bank that waits in vain asks again.

        Raises Refused and BillsDown.
        """
        bill = await self._ledger.bill(inquiry.bill)
        body = bill_answer(inquiry, bill, self._biller)
        headers = {
            "X-CorrelationID": inquiry.caller.correlation,
            "Platform-TenantId": self._biller.tenant,
            "PayerFI-Id": inquiry.caller.payer_fi,
        }
        await self._call("POST", f"/bills/{quote(inquiry.bill, safe='')}", headers, body)

    async def take_notice(self, notice: Notice) -> Marked:
        """Marks the bill as paid and says so. Sent once: the building block repeats a notice until it is answered.

        Raises Refused and BillsDown where the answer was not taken; the bill is marked all the same.
        """
        marked = await mark(self._ledger, notice.bill, notice.payment)
        headers = {
            "X-CorrelationID": notice.caller.correlation,
            "X-Platform-TenantId": self._biller.tenant,
            "X-PayerFI-Id": notice.caller.payer_fi,
        }
        await self._call("POST", "/billTransferRequests", headers, notice_answer(notice, marked))
        return marked

    def _headers(self, correlation: str) -> dict[str, str]:
        return {
            "X-CorrelationID": correlation,
            "X-Platform-TenantId": self._biller.tenant,
            "X-billerId": self._biller.id,
        }

    async def _call(self, method: str, path: str, headers: dict[str, str], body: Any, id: str | None = None) -> None:
        """Returns when the building block has said that it heard; `id` is what it must repeat, if it repeats anything.

        Raises Refused for a plain no, BillsDown for anything that may have been a yes.
        """
        # The payer's bank is not always known, and then it is not named.
        filled = {name: value for name, value in headers.items() if value} | UNPACKED
        timeout = httpx.Timeout(self._timeout, connect=min(CONNECT_TIMEOUT.total_seconds(), self._timeout))
        try:
            async with asyncio.timeout(self._timeout):
                async with self._client.stream(
                    method, self._url + path, headers=filled, json=body, timeout=timeout
                ) as response:
                    content = await _content(response)
        except (httpx.HTTPError, TimeoutError) as error:
            raise BillsDown from error
        if response.is_server_error or response.status_code in LATER:
            raise BillsDown(_retry_after(response))
        said = _acknowledgement(content)
        if not response.is_success:
            raise Refused(said.outcome or str(response.status_code), said.words)
        if said is _NOTHING or (id is not None and said.requestID not in (None, id)):
            raise BillsDown
        if said.outcome not in ("", TAKEN):
            raise Refused(said.outcome, said.words)


async def _content(response: httpx.Response) -> bytes:
    """The whole answer. Raises BillsDown for more than any answer needs."""
    content = b""
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST:
            raise BillsDown
    return content


def _acknowledgement(content: bytes) -> _Acknowledgement:
    """_NOTHING for an answer that is not one of a Payments building block."""
    try:
        return _Acknowledgement.model_validate_json(content)
    except ValidationError:
        return _NOTHING


def _retry_after(response: httpx.Response) -> timedelta | None:
    """RFC 9110, 10.2.3, when it is given in seconds, at most LONGEST_WAIT: a citizen waits too.

    The other form, a date, would need their clock.
    """
    seconds = response.headers.get("Retry-After", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= MOST_DIGITS):
        return None
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT)
