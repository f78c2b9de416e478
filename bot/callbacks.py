"""Where a Payments building block calls us: believed before it is read, and answered as GovStack published it.

Nothing that comes twice, too late or out of order changes anything twice: see `integrations.bills.requests`.
"""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import APIRouter, BackgroundTasks, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from bot.bills import Banks
from bot.logs import trace
from integrations.bills import BillsDown, BillsError
from integrations.bills.ledger import Ledger
from integrations.bills.messages import (
    LARGEST,
    Inquiry,
    Notice,
    NotUnderstood,
    inquiry_not_understood,
    inquiry_taken,
    not_understood,
    notice_taken,
    read_bill_inquiry,
    read_caller,
    read_paid_notice,
    read_transfer_status,
    read_update,
    status_taken,
    update_taken,
)
from integrations.bills.requests import Update, settle
from integrations.bills.trust import Call

log = structlog.get_logger()

PREFIX = "/callbacks/payments"
SIGNATURE = "X-Signature"

Heard = Callable[[str], Awaitable[None]]


class Callbacks:
    def __init__(self, banks: Banks, ledger: Ledger, heard: Heard) -> None:
        """`heard` is told the number of each bill that something was heard about."""
        self._banks = banks
        self._ledger = ledger
        self._heard = heard
        self.router = APIRouter(prefix=PREFIX, include_in_schema=False)
        self.router.add_api_route("/rtpUpdate", self.update, methods=["POST"])
        self.router.add_api_route("/transferRequests/{id}", self.transfer_status, methods=["POST"])
        self.router.add_api_route("/billTransferRequests", self.paid, methods=["POST"])
        self.router.add_api_route("/bills/{number:path}", self.inquire, methods=["GET"])

    async def update(self, request: Request) -> Response:
        """The payer's answer to a request."""
        body = await self._believed(request)
        try:
            update = read_update(body)
        except NotUnderstood as error:
            return JSONResponse(not_understood(error), 400)
        await self._settle(update)
        return JSONResponse(update_taken(update), 200)

    async def transfer_status(self, request: Request, id: str) -> Response:
        """Where a request stands."""
        body = await self._believed(request)
        try:
            update = read_transfer_status(body)
            if update.request != id:
                raise NotUnderstood("RequestId is not the one of the path")
        except NotUnderstood as error:
            return JSONResponse(not_understood(error), 400)
        await self._settle(update)
        return JSONResponse(status_taken(update), 202)

    async def paid(self, request: Request, later: BackgroundTasks) -> Response:
        """A bill has been paid: marked, and said so in a call of our own."""
        body = await self._believed(request)
        try:
            notice = read_paid_notice(body, read_caller(request.headers, self._banks.biller))
        except NotUnderstood as error:
            return JSONResponse(not_understood(error), 400)
        later.add_task(self._take, notice)
        return JSONResponse(notice_taken(notice), 202)

    async def inquire(self, request: Request, number: str, later: BackgroundTasks) -> Response:
        """A payer's bank asks for a bill: it is told in a call of our own."""
        await self._believed(request)
        try:
            _refuse_odd(number)
            inquiry = read_bill_inquiry(number, read_caller(request.headers, self._banks.biller))
        except NotUnderstood as error:
            return JSONResponse(inquiry_not_understood(error), 400)
        later.add_task(self._answer, inquiry)
        return JSONResponse(inquiry_taken(inquiry), 202)

    async def _believed(self, request: Request) -> bytes:
        """The body, not understood yet. HTTPException for one that is too large, and for whoever is not believed."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                raise HTTPException(413)
        address = request.client.host if request.client else ""
        signature = request.headers.get(SIGNATURE, "")
        if not self._banks.trust.admits(Call(request.method, request.scope["raw_path"], body, signature, address)):
            log.warning("a call about payments that is not believed")
            raise HTTPException(403)
        return body

    async def _settle(self, update: Update) -> None:
        """HTTPException where so much happens at once that it must be sent again."""
        try:
            is_news = await settle(self._ledger, update)
        except BillsDown:
            raise HTTPException(503) from None
        request = await self._ledger.request_by_id(update.request) if is_news else None
        if request is not None:
            await self._heard(request.bill)

    async def _take(self, notice: Notice) -> None:
        """What is marked stays marked if our answer is lost: then the notice comes again."""
        try:
            await self._banks.system.take_notice(notice)
        except BillsError as error:
            log.warning("no answer to a notice", **trace(error))
        await self._heard(notice.bill)

    async def _answer(self, inquiry: Inquiry) -> None:
        try:
            await self._banks.system.answer_inquiry(inquiry)
        except BillsError as error:
            log.warning("no answer to an inquiry", **trace(error))


def _refuse_odd(number: str) -> None:
    """Our answer goes to a path with the number in it, which must not lead elsewhere (RFC 3986, section 5.2.4).

    Raises NotUnderstood.
    """
    if not number.isprintable() or not {".", ".."}.isdisjoint(number.split("/")):
        raise NotUnderstood("billId is no number of a bill")
