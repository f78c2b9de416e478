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
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection, text

from bot import channels, metrics
from bot.assistant import Assistant, Brain
from bot.bills import Till, open_till
from bot.budget import Alone, Budget, Shared
from bot.callbacks import Callbacks
from bot.cases import Cases
from bot.logs import trace
from bot.messages import Accepted, Address, Channel, Doorstep, Entry, Message, ReceiptState
from bot.outbox import Outbox
from bot.payments import Payments
from bot.presence import Presence
from bot.reminders import Reminders
from bot.retention import Retention
from bot.settings import Settings
from bot.signals import DELIVERIES, MESSAGES, SharedSignals, Signals
from bot.store import DatabaseAway, Store, deliveries, key_in, messages, transmissions
from bot.store.history import history
from bot.workflows import open_workflow
from dialogs.payments import tell as tell_of_payment
from dialogs.session import Reply
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
    """One process of the product, and the Doorstep of its channels. Open it with `async with`.

    `resting` names those of its loops that have broken off and are not begun again yet.
    """

    def __init__(
        self, store: Store, brain: Brain, office: Workflow, till: Till, clock: Clock, redis: str | None = None
    ) -> None:
        """`redis` is the address through which several processes hear of each other and share what a bot may send."""
        self.store = store
        self.presence = Presence(store, clock)
        self._brain = brain
        self._clock = clock
        self.office = office
        self.till = till
        self.signals = SharedSignals.open(redis) if redis else Signals()
        self.budget: Budget = Shared.open(redis, self._count) if redis else Alone(self._count)
        self.channels: dict[str, Channel] = {}
        asks_banks = till.banks is not None
        self.assistant = Assistant(
            store, brain, till.bills, self.signals, clock, asks_banks=asks_banks, busy=self.show_busy
        )
        self.outbox = Outbox(store, self.channels, self.signals, clock, self.budget)
        self.cases = Cases(store, office, brain.tell, self.signals, clock)
        self.reminders = Reminders(store, brain.remind, self.signals, clock)
        self.payments = Payments(store, till, tell_of_payment, self.signals, clock)
        self.http = FastAPI(title="komshi", lifespan=self._lifespan, docs_url=None, redoc_url=None)
        self.http.add_exception_handler(DatabaseAway, _come_again)
        self.http.add_api_route("/healthz", self.health, tags=["operation"])
        if till.banks is not None:
            self.http.include_router(Callbacks(till.banks, till.ledger, self.payments.heard).router)
        self.loops: list[Loop] = [
            self.presence.run,
            self.signals.run,
            self.assistant.run,
            self.outbox.run,
            self.cases.run_orders,
            self.cases.run_news,
            self.reminders.run,
            self.payments.run,
        ]
        self.resting: set[str] = set()
        self._running: list[asyncio.Task[None]] = []

    def _count(self) -> int:
        return self.presence.count

    def mount(self, channel: Channel) -> None:
        """From now on the channel is served: what is for it is sent, and its pages are open."""
        self.channels[channel.name] = channel
        run = getattr(channel, "run", None)
        if callable(run):
            self.loops.append(run)
        router = getattr(channel, "router", None)
        if isinstance(router, APIRouter):
            self.http.include_router(router)

    async def accept(self, message: Message) -> Accepted:
        private = self.channels[message.address.channel].private
        accepted = await messages.accept(self.store, message, private=private)
        self.signals.notify(MESSAGES)
        self.signals.notify(str(message.address))
        return accepted

    async def show_busy(self, address: Address) -> None:
        """The platform shows that somebody is at it, where it can show that."""
        show = getattr(self.channels.get(address.channel), "busy", None)
        if callable(show):
            await show(address)

    async def history(self, address: Address, after: int) -> tuple[Entry, ...]:
        return await self.store.read(history, address, after)

    async def change(self, address: Address, wait: timedelta) -> None:
        """See Doorstep. Not for long where another process may have answered and cannot be heard."""
        await self.signals.wait(str(address), min(wait, self.signals.poll))

    async def leave(self, address: Address) -> None:
        """See Doorstep. News that waited there goes to another address of the same person."""
        if await self.store.write(deliveries.leave, address, self._clock()):
            self.signals.notify(DELIVERIES)

    async def hear_receipt(self, channel: str, platform_id: str, state: ReceiptState) -> None:
        await self.store.write(transmissions.hear, channel, platform_id, state, self._clock())

    async def welcome(self, language: str | None, opens: str | None) -> Reply:
        return self._brain.welcome(language, opens)

    async def is_mine(self, task: str, lease: timedelta) -> bool:
        return await self.presence.is_mine(task, lease)

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
        await self.presence.beat()
        self._running = [asyncio.create_task(self._keep_running(loop)) for loop in self.loops]
        return self

    async def __aexit__(self, *failure: object) -> None:
        self.hang_up()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._close_channels()
        await self.presence.leave()
        await self.signals.close()
        await self.budget.close()
        await self.till.close()
        await self.store.close()

    def hang_up(self) -> None:
        """Ends the open streams of the channels, for whom a server that stops would wait."""
        for channel in self.channels.values():
            hang_up = getattr(channel, "hang_up", None)
            if callable(hang_up):
                hang_up()

    async def _close_channels(self) -> None:
        """Ends their connections, when nothing is being sent any more."""
        for channel in self.channels.values():
            close = getattr(channel, "close", None)
            if callable(close):
                await close()

    async def _keep_running(self, loop: Loop) -> None:
        """A loop that breaks off is begun again a little later: everything it does may be done again."""
        name = getattr(loop, "__qualname__", "")
        while True:
            self.resting.discard(name)
            try:
                await loop()
            except Exception as error:
                log.error("loop broke off", loop=name, **trace(error))
                metrics.loop_broke(name)
            self.resting.add(name)
            await asyncio.sleep(RESTART.total_seconds())

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
    redis = settings.redis_url.get_secret_value() if settings.redis_url else None
    app = App(store, brain, office, till, clock, redis)
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


async def _come_again(request: Request, error: Exception) -> Response:
    """Nothing was taken. Telegram and Viber repeat what is answered so, and browsers may (RFC 9110, section 15.6.4)."""
    log.error("database away", **trace(error.__cause__))
    return JSONResponse({"status": "database away"}, 503, {"Retry-After": str(int(RESTART.total_seconds()))})


def _ping(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
