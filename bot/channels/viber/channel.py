"""Viber as a channel: how a reply is said there, to one person or to many."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter

from bot import layout
from bot.channels.viber import speech
from bot.channels.viber.client import MOST_RECEIVERS, Client, Json
from bot.channels.viber.downloads import Downloads
from bot.channels.viber.events import CHANNEL
from bot.channels.viber.pictures import Pictures
from bot.channels.viber.registration import Registration
from bot.channels.viber.settings import WEBHOOK, Settings
from bot.channels.viber.statuses import (
    API_VERSION_NOT_SUPPORTED,
    BROADCAST_NOT_ALLOWED,
    WEBHOOK_NOT_SET,
    Refused,
)
from bot.channels.viber.webhook import Webhook
from bot.logs import trace
from bot.messages import Address, Doorstep, Pace, Receipt, ReceiptState, SendError
from bot.pages.payment import PHRASES
from dialogs.session import Reply
from locales.wording import word

log = structlog.get_logger()

LONGEST = 6000
"""Characters of a part. Viber takes 7000, and counts them in its own way."""
PER_CHAT, BURST = 1.0, 5


def now() -> datetime:
    return datetime.now(UTC)


class Viber:
    """A phone is lent and looked over, so it is not private; a message sent twice is there twice."""

    name = CHANNEL
    private = False
    repeatable = False

    def __init__(self, doorstep: Doorstep, settings: Settings, clock: Callable[[], datetime] = now) -> None:
        self._settings = settings
        self._client = Client(settings.token, settings.api)
        self._downloads = Downloads(settings.api)
        self._pictures = Pictures(doorstep, settings.key("files"), settings.public_url, clock)
        self._registration = Registration(self._client, doorstep, f"{settings.public_url}{WEBHOOK}")
        self.pace = Pace(settings.key("pace").hex(), settings.rate, PER_CHAT, BURST)
        self.router = APIRouter()
        self.router.include_router(Webhook(doorstep, settings, self._downloads, clock).router)
        self.router.include_router(self._pictures.router)

    async def run(self) -> None:
        """Keeps the webhook set, where we have an address for it."""
        if self._settings.public_url:
            await self._registration.run()
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Ends the connections, once nothing is being sent any more."""
        await self._client.close()
        await self._downloads.close()

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        """See Channel. A payment order begins with its picture, where Viber can fetch that from us."""
        return layout.parts(reply, LONGEST, pictures=bool(self._settings.public_url))

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        try:
            return await self._send(address, self._message(address, reply, sequence))
        except Refused as refusal:
            if refusal.status == WEBHOOK_NOT_SET:
                self._registration.doubt()
            raise

    async def broadcast(self, addresses: Sequence[Address], reply: Reply) -> Mapping[Address, Receipt | SendError]:
        """One part with words only to many at once, and what became of it for each; UNKNOWN where that is not known.

        A bot that may not broadcast sends it to one after the other.
        """
        message, outcomes = speech.text(reply, self._settings.name), dict[Address, Receipt | SendError]()
        for start in range(0, len(addresses), MOST_RECEIVERS):
            outcomes |= await self._broadcast(addresses[start : start + MOST_RECEIVERS], message)
        return outcomes

    def _message(self, address: Address, part: Reply, sequence: int) -> Json:
        if layout.picture(part) is None:
            return speech.text(part, self._settings.name)
        caption = word(PHRASES["code"], part.language)
        return speech.picture(caption, self._pictures.address(address, sequence), self._settings.name)

    async def _send(self, address: Address, message: Json) -> Receipt:
        """A phone that is too old for the keyboard gets the words alone."""
        try:
            sent = await self._client.send_message(address.id, message)
        except Refused as refusal:
            if refusal.status != API_VERSION_NOT_SUPPORTED or "keyboard" not in message:
                raise
            sent = await self._client.send_message(address.id, speech.plain(message))
        return Receipt(ReceiptState.SENT, sent.message_token, sent.billing_status)

    async def _broadcast(self, some: Sequence[Address], message: Json) -> dict[Address, Receipt | SendError]:
        try:
            done = await self._client.broadcast_message([address.id for address in some], message)
        except Refused as refusal:
            if refusal.status != BROADCAST_NOT_ALLOWED:
                return dict.fromkeys(some, refusal)
            log.warning("may not broadcast, so one after the other is sent to", channel=CHANNEL)
            return {address: await self._outcome(address, message) for address in some}
        except SendError as error:
            return dict.fromkeys(some, error)
        except Exception as error:
            return dict.fromkeys(some, _unknown(error))
        taken = Receipt(ReceiptState.SENT, done.message_token, done.billing_status)
        refused = {failure.receiver: Refused(failure.status) for failure in done.failed_list}
        return {address: refused.get(address.id, taken) for address in some}

    async def _outcome(self, address: Address, message: Json) -> Receipt | SendError:
        try:
            return await self._send(address, message)
        except SendError as error:
            return error
        except Exception as error:
            return _unknown(error)


def _unknown(error: Exception) -> Receipt:
    """It may have gone out: nobody may send it again."""
    log.error("sending broke off", channel=CHANNEL, **trace(error))
    return Receipt(ReceiptState.UNKNOWN)
