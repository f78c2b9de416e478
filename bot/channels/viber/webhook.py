"""Where Viber calls us. Believed before it is read; what is signed is answered 200, because a repeat cures nothing."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from bot import bodies, metrics
from bot.channels.viber import speech
from bot.channels.viber.downloads import Downloads
from bot.channels.viber.events import CHANNEL, Event, media, read, read_event
from bot.channels.viber.settings import WEBHOOK, Settings
from bot.messages import Address, Doorstep, Message, ReceiptState
from bot.metrics import Refusal

log = structlog.get_logger()

SIGNATURE, IN_QUERY = "X-Viber-Content-Signature", "sig"
LARGEST = 1_000_000
"""Bytes. Viber's own messages have at most 30 kB."""
RECEIPTS = {"delivered": ReceiptState.DELIVERED, "seen": ReceiptState.SEEN, "failed": ReceiptState.FAILED}
IGNORED = {"webhook", "client_status", "conversation_started"}


class Webhook:
    def __init__(
        self, doorstep: Doorstep, settings: Settings, downloads: Downloads, clock: Callable[[], datetime]
    ) -> None:
        self._doorstep = doorstep
        self._settings = settings
        self._downloads = downloads
        self._clock = clock
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route(WEBHOOK, self.hear, methods=["POST"])

    async def hear(self, request: Request) -> Response:
        """One event. 403 for whoever cannot sign, 413 for what is too large, and 200 once it is stored.

        The answer to an opened conversation is the welcome.
        """
        event = read_event(await self._believed(request))
        if event is None:
            log.warning("event not understood", channel=CHANNEL)
            metrics.webhook_refused(CHANNEL, Refusal.BODY)
            return Response()
        if event.event == "conversation_started" and event.user and not event.subscribed:
            reply = await self._doorstep.welcome(event.user.hint, event.context or None)
            return JSONResponse(speech.welcome(reply, event.context or None, self._settings.name))
        await self._take(event)
        return Response()

    async def _believed(self, request: Request) -> bytes:
        """The body, not understood yet. HTTPException for one that is too large, and for whoever is not believed."""
        signature = request.headers.get(SIGNATURE) or request.query_params.get(IN_QUERY)
        if not signature:
            log.warning("a call that is not signed", channel=CHANNEL)
            metrics.webhook_refused(CHANNEL, Refusal.SECRET)
            raise HTTPException(403)
        try:
            body = await bodies.read(request, LARGEST)
        except bodies.TooLarge:
            metrics.webhook_refused(CHANNEL, Refusal.SIZE)
            raise HTTPException(413) from None
        expected = hmac.new(self._settings.token.encode(), body, sha256).hexdigest()
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            log.warning("a call with a wrong signature", channel=CHANNEL)
            metrics.webhook_refused(CHANNEL, Refusal.SECRET)
            raise HTTPException(403)
        return body

    async def _take(self, event: Event) -> None:
        message = read(event, self._clock())
        if message:
            await self._doorstep.accept(await self._whole(message, event))
        elif event.event == "unsubscribed" and event.user_id:
            await self._doorstep.leave(Address(CHANNEL, event.user_id))
        elif event.event in RECEIPTS and event.message_token:
            await self._doorstep.hear_receipt(CHANNEL, event.message_token, RECEIPTS[event.event])
        elif event.event not in IGNORED:
            log.warning("event not understood", channel=CHANNEL)

    async def _whole(self, message: Message, event: Event) -> Message:
        """The message with what came with it. A repeat of it meanwhile does no harm: it is taken once."""
        named = media(event)
        if named is None:
            return message
        attachment, file = await self._downloads.fetch(named)
        return replace(message, attachment=attachment, file=file)
