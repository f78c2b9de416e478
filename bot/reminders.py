"""Reminders of due days: a week before each, once for every citizen who asked for it."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import structlog
from sqlalchemy import Connection

from bot.logs import trace
from bot.messages import Lane
from bot.signals import DELIVERIES, Signals
from bot.store import Store, deliveries, reminders, sessions
from bot.store.reminders import Reminder
from dialogs.dues import NOTICE, soon
from dialogs.session import Reply, Session
from dialogs.steps import HOME_TIME

log = structlog.get_logger()

EVERY = timedelta(hours=1)
WAKING = range(9, 20)
"""The hours in Montenegro in which nobody is woken by a reminder."""

Remind = Callable[[Session, str, date], Reply]


class Reminders:
    """Every round may be cut off and comes again: whom it has told is stored together with what they are told."""

    def __init__(self, store: Store, remind: Remind, signals: Signals, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._remind = remind
        self._signals = signals
        self._clock = clock

    async def run(self) -> None:
        while True:
            await self.remind()
            await asyncio.sleep(EVERY.total_seconds())

    async def remind(self) -> int:
        """How many were reminded of what is due soon. A day missed while nobody reminded is told while it is ahead."""
        now = self._clock().astimezone(HOME_TIME)
        if now.hour not in WAKING:
            return 0
        told = 0
        for service, day in soon(now.date()):
            told += await self._by_pages(service, day)
        if told:
            self._signals.notify(DELIVERIES)
        return told

    async def _by_pages(self, service: str, day: date) -> int:
        """Whoever asked for it within the notice was told the day then."""
        before = datetime.combine(day - NOTICE, time.min, HOME_TIME)
        told, page = 0, await self._store.read(reminders.waiting, service, day, before, None)
        while page:
            for reminder in page:
                told += await self._tried(reminder, service, day)
            page = await self._store.read(reminders.waiting, service, day, before, page[-1].id)
        return told

    async def _tried(self, reminder: Reminder, service: str, day: date) -> bool:
        """Each in a transaction of its own. One that fails waits for the next round, and does not hold up the rest."""
        try:
            return await self._store.write(self._tell, reminder, service, day)
        except Exception as error:
            log.error("not reminded", reminder=reminder.id, **trace(error))
            return False

    def _tell(self, connection: Connection, reminder: Reminder, service: str, day: date) -> bool:
        """The lane is held first, as in a turn, so that the two cannot wait for each other."""
        session = sessions.hold(connection, reminder.citizen)
        if not reminders.mark_told(connection, reminder.id, day):
            return False
        told = self._remind(session, service, day)
        deliveries.queue(connection, reminder.address, (told,), self._clock(), Lane.NEWS)
        return True
