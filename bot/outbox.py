"""The only code that sends: claims what is due, sends it, and settles it or tries again."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.backoff import Backoff
from bot.logs import trace
from bot.messages import Channel, Receipt, ReceiptState, SendError
from bot.signals import DELIVERIES, POLL, Signals
from bot.store import Store, deliveries
from bot.store.deliveries import Delivery

log = structlog.get_logger()

TIMEOUT = timedelta(seconds=30)
LEASE = timedelta(seconds=60)
MOST_AT_ONCE = 50
MOST_ATTEMPTS = 8
BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=10))


class Outbox:
    """Sends on the channels of this process, in order for each address."""

    def __init__(
        self, store: Store, channels: Mapping[str, Channel], signals: Signals, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._channels = channels
        self._signals = signals
        self._clock = clock
        self._under_way = 0
        self._left_some = False

    async def run(self) -> None:
        with self._signals.listen(DELIVERIES) as bell:
            async with asyncio.TaskGroup() as tasks:
                while True:
                    for delivery in await self._claim():
                        tasks.create_task(self._deliver(delivery))
                    await bell.wait(POLL)

    async def send_due(self) -> int:
        """Sends what is due now, at most one an address; how many were claimed."""
        claimed = await self._claim()
        await asyncio.gather(*map(self._deliver, claimed))
        return len(claimed)

    async def _claim(self) -> tuple[Delivery, ...]:
        room = MOST_AT_ONCE - self._under_way
        if room <= 0:
            return ()
        now = self._clock()
        claimed = await self._store.write(deliveries.claim, tuple(self._channels), now, now + LEASE, room)
        self._under_way += len(claimed)
        self._left_some = len(claimed) == room
        return claimed

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._send(delivery)
        except Exception as error:
            # It stays claimed, and is found when the lease is over.
            log.error("not settled", delivery=delivery.id, **trace(error))
        finally:
            self._under_way -= 1
            self._signals.notify(str(delivery.address))
            if self._left_some:
                self._signals.notify(DELIVERIES)

    async def _send(self, delivery: Delivery) -> None:
        channel = self._channels[delivery.address.channel]
        if delivery.reply is None:
            return await self._settle(delivery, Receipt(ReceiptState.FAILED))
        if delivery.resumed and not channel.repeatable:
            return await self._settle(delivery, Receipt(ReceiptState.UNKNOWN))
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                receipt = await channel.send(delivery.address, delivery.reply, delivery.sequence)
        except SendError as error:
            return await self._refused(delivery, error)
        except Exception as error:
            # It may have gone out, so only a channel that shows it once may be given it twice.
            log.error("sending broke off", channel=channel.name, delivery=delivery.id, **trace(error))
            return await self._broke_off(delivery, channel)
        return await self._settle(delivery, receipt)

    async def _broke_off(self, delivery: Delivery, channel: Channel) -> None:
        if channel.repeatable:
            return await self._try_later(delivery, None)
        return await self._settle(delivery, Receipt(ReceiptState.UNKNOWN))

    async def _refused(self, delivery: Delivery, error: SendError) -> None:
        if error.gone:
            return await self._store.write(deliveries.lose, delivery)
        if error.retry:
            return await self._try_later(delivery, error.retry_after)
        log.warning("refused", channel=delivery.address.channel, delivery=delivery.id)
        return await self._settle(delivery, Receipt(ReceiptState.FAILED))

    async def _try_later(self, delivery: Delivery, retry_after: timedelta | None) -> None:
        """The platform's own wait is kept and is no attempt; otherwise the last attempt is the end."""
        attempts = delivery.attempts + (retry_after is None)
        if attempts >= MOST_ATTEMPTS:
            return await self._settle(delivery, Receipt(ReceiptState.FAILED))
        due = self._clock() + (retry_after or BACKOFF.wait(attempts))
        return await self._store.write(deliveries.try_later, delivery, due, attempts)

    async def _settle(self, delivery: Delivery, receipt: Receipt) -> None:
        if await self._store.write(deliveries.settle, delivery, receipt):
            self._signals.notify(DELIVERIES)
