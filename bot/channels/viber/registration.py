"""Keeps Viber told where we are to be called: without a webhook nothing is heard, and nothing may be sent."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.backoff import Backoff
from bot.channels.viber.client import Client
from bot.logs import trace
from bot.messages import Doorstep

log = structlog.get_logger()

TASK = "viber webhook"
EVENTS = ("delivered", "seen", "failed", "conversation_started")
"""What we ask to be told of; messages, and who subscribes or leaves, are always told."""
LOOK = timedelta(minutes=1)
LEASE = timedelta(minutes=3)
BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=5))


class Registration:
    """`url` is where the webhook is."""

    def __init__(self, client: Client, doorstep: Doorstep, url: str) -> None:
        self._client = client
        self._doorstep = doorstep
        self._url = url
        self._doubted = asyncio.Event()

    def doubt(self) -> None:
        """Viber has said that no webhook is set: it is looked after now."""
        self._doubted.set()

    async def run(self) -> None:
        """Looks every LOOK, as the one process that does so, and after a failure as soon as BACKOFF lets it."""
        failures = 0
        while True:
            self._doubted.clear()
            try:
                if await self._doorstep.is_mine(TASK, LEASE):
                    await self._look()
                failures = 0
            except Exception as error:
                # Whatever it was: it may pass, and nobody else would try again.
                failures += 1
                log.error("webhook not set", channel="viber", **trace(error))
            wait = BACKOFF.wait(failures) if failures else LOOK
            with suppress(TimeoutError):
                await asyncio.wait_for(self._doubted.wait(), wait.total_seconds())

    async def _look(self) -> None:
        account = await self._client.get_account_info()
        if account.webhook != self._url or not {*EVENTS}.issubset(account.event_types):
            await self._client.set_webhook(self._url, EVENTS)
            log.info("webhook set", channel="viber")
