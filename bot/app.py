"""The whole process: opens everything, plugs it together, keeps the loops running. Decides nothing."""

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import structlog
from fastapi import APIRouter, FastAPI, Response
from sqlalchemy import Connection, text

from bot import channels
from bot.assistant import Assistant, Brain
from bot.bills import Till, open_till
from bot.callbacks import Callbacks
from bot.cases import Cases
from bot.logs import trace
from bot.messages import Accepted, Address, Channel, Doorstep, Entry, Message
from bot.outbox import Outbox
from bot.payments import Payments
from bot.reminders import Reminders
from bot.retention import Retention
from bot.settings import Settings
from bot.signals import MESSAGES, POLL, Signals
from bot.store import Store, key_in, messages
from bot.store.history import history
from bot.workflows import open_workflow
from dialogs.payments import tell as tell_of_payment
from integrations.workflow import Workflow

log = structlog.get_logger()

RESTART = timedelta(seconds=5)

Clock = Callable[[], datetime]
Loop = Callable[[], Awaitable[None]]


def now() -> datetime:
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """The store of these settings, its key made on first use. Raises KeyInvalid."""
    keys = settings.secret_key.get_secret_value() if settings.secret_key else key_in(settings.key_file)
    return Store.open(settings.database.get_secret_value(), keys)


class App:
    """One process of the product, and the Doorstep of its channels. Open it with `async with`."""

    def __init__(self, store: Store, brain: Brain, office: Workflow, till: Till, clock: Clock) -> None:
        self.store = store
        self.office = office
        self.till = till
        self.signals = Signals()
        self.channels: dict[str, Channel] = {}
        asks_banks = till.banks is not None
        self.assistant = Assistant(store, brain, till.bills, self.signals, clock, asks_banks=asks_banks)
        self.outbox = Outbox(store, self.channels, self.signals, clock)
        self.cases = Cases(store, office, brain.tell, self.signals, clock)
        self.reminders = Reminders(store, brain.remind, self.signals, clock)
        self.payments = Payments(store, till, tell_of_payment, self.signals, clock)
        self.http = FastAPI(title="komshi", lifespan=self._lifespan, docs_url=None, redoc_url=None)
        self.http.add_api_route("/healthz", self.health, tags=["operation"])
        if till.banks is not None:
            self.http.include_router(Callbacks(till.banks, till.ledger, self.payments.heard).router)
        self.loops: list[Loop] = [
            self.assistant.run,
            self.outbox.run,
            self.cases.run_orders,
            self.cases.run_news,
            self.reminders.run,
            self.payments.run,
        ]
        self._running: list[asyncio.Task[None]] = []

    def mount(self, channel: Channel) -> None:
        """From now on the channel is served: what is for it is sent, and its pages are open."""
        self.channels[channel.name] = channel
        router = getattr(channel, "router", None)
        if isinstance(router, APIRouter):
            self.http.include_router(router)

    async def accept(self, message: Message) -> Accepted:
        private = self.channels[message.address.channel].private
        accepted = await messages.accept(self.store, message, private=private)
        self.signals.notify(MESSAGES)
        self.signals.notify(str(message.address))
        return accepted

    async def history(self, address: Address, after: int) -> tuple[Entry, ...]:
        return await self.store.read(history, address, after)

    async def change(self, address: Address, wait: timedelta) -> None:
        """See Doorstep. Never longer than POLL: another process may have answered, and that cannot be heard."""
        await self.signals.wait(str(address), min(wait, POLL))

    async def health(self, response: Response) -> dict[str, str]:
        """200 while the database answers, 503 while it does not."""
        try:
            await self.store.read(_ping)
        except Exception as error:
            log.error("database away", **trace(error))
            response.status_code = 503
            return {"status": "database away"}
        return {"status": "ok"}

    async def __aenter__(self) -> Self:
        await self.store.migrate()
        self._running = [asyncio.create_task(_kept_running(loop)) for loop in self.loops]
        return self

    async def __aexit__(self, *failure: object) -> None:
        self.hang_up()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.till.close()
        await self.store.close()

    def hang_up(self) -> None:
        """Ends the open streams of the channels, for whom a server that stops would wait."""
        for channel in self.channels.values():
            close = getattr(channel, "close", None)
            if callable(close):
                close()

    @asynccontextmanager
    async def _lifespan(self, http: FastAPI) -> AsyncIterator[None]:
        async with self:
            yield


def build(
    settings: Settings, brain: Brain, processes: Mapping[str, Path], environment: Mapping[str, str], clock: Clock = now
) -> App:
    """The process of these settings; nothing runs yet. A channel is mounted if it finds its own in `environment`."""
    store = open_store(settings)
    office, till = open_workflow(settings, store, processes, clock), open_till(settings, store, clock)
    app = App(store, brain, office, till, clock)
    for channel in found_channels(app, environment):
        app.mount(channel)
    kept = timedelta(days=settings.answers_days), timedelta(days=settings.silence_days)
    app.loops.append(Retention(store, *kept, clock).run)
    return app


def found_channels(doorstep: Doorstep, environment: Mapping[str, str]) -> list[Channel]:
    """Every module of `bot/channels/` is asked to open its channel."""
    names = [module.name for module in pkgutil.iter_modules(channels.__path__)]
    modules = [importlib.import_module(f"{channels.__name__}.{name}") for name in names]
    opened = [module.open_channel(doorstep, environment) for module in modules]
    return [channel for channel in opened if channel is not None]


async def _kept_running(loop: Loop) -> None:
    """A loop that breaks off is begun again a little later: everything it does may be done again."""
    while True:
        try:
            await loop()
        except Exception as error:
            log.error("loop broke off", loop=getattr(loop, "__qualname__", ""), **trace(error))
        await asyncio.sleep(RESTART.total_seconds())


def _ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
