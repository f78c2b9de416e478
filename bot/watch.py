"""A second server, for operators only: does the process live, can it work, and what does it count about itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket
from typing import Protocol

import structlog
import uvicorn
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.app import now
from bot.logs import trace
from bot.presence import DEAD_AFTER
from bot.settings import Settings
from bot.store import DatabaseAway, Store, health

log = structlog.get_logger()

# Whoever asks comes again in some seconds, so nothing here is tried twice.
TIMEOUT = timedelta(seconds=2)
PATIENCE = 1
"""Seconds that a question under way is given when the server stops."""

Clock = Callable[[], datetime]


class PortTaken(Exception):
    """The port for watching cannot be opened."""


class Watched(Protocol):
    """A process at work. `resting` names those of its loops that do not run now."""

    store: Store

    @property
    def resting(self) -> Collection[str]: ...


class Watch:
    """`http` answers /healthz, /readyz and /metrics."""

    def __init__(self, app: Watched, redis: Redis | None, clock: Clock = now) -> None:
        self._app = app
        self._redis = redis
        self._clock = clock
        self.http = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.http.add_api_route("/healthz", self.live)
        self.http.add_api_route("/readyz", self.ready)
        self.http.add_api_route("/metrics", self.measure)

    async def live(self) -> Mapping[str, str]:
        """200 as long as there is a process that answers."""
        return {"status": "ok"}

    async def ready(self, response: Response) -> Mapping[str, str]:
        """200 when citizens are answered; 503 with what hinders that. Redis may be away: that only makes it slower."""
        hindrances = {**await self._database(), **self._loops()}
        response.status_code = 503 if hindrances else 200
        return hindrances or {"status": "ok"}

    async def measure(self) -> Response:
        await asyncio.gather(self._look_at_database(), self._look_at_redis())
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    async def _database(self) -> dict[str, str]:
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                steps = await self._app.store.read(health.steps)
        except (DatabaseAway, SQLAlchemyError, TimeoutError):
            return {"database": "away"}
        return {} if steps.are_taken else {"migrations": f"at {steps.taken}, not at {steps.head}"}

    def _loops(self) -> dict[str, str]:
        resting = sorted(self._app.resting)
        return {"loops": f"not running: {', '.join(resting)}"} if resting else {}

    async def _look_at_database(self) -> None:
        """What cannot be read in time is shown as not known."""
        at = self._clock()
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                metrics.database_seen(*await self._app.store.read(_figures, at), now=at)
        except (DatabaseAway, SQLAlchemyError, TimeoutError) as error:
            log.warning("not measured", **trace(error))
            metrics.database_away()

    async def _look_at_redis(self) -> None:
        if self._redis is None:
            return
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                await self._redis.ping()
            metrics.redis_seen(True)
        except (RedisError, OSError, TimeoutError):
            metrics.redis_seen(False)


def _figures(connection: Connection, at: datetime) -> tuple[Mapping[str, datetime | None], int, int]:
    return health.waiting(connection), health.delayed(connection), health.alive(connection, at - DEAD_AFTER)


class Beside(uvicorn.Server):
    """Runs beside another server, who alone hears when the process is told to stop."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@asynccontextmanager
async def watch(app: Watched, settings: Settings) -> AsyncIterator[str | None]:
    """The address where the process can be watched while this is open, None for port 0. Raises PortTaken."""
    if not settings.watch_port:
        yield None
        return
    with _door(settings) as door:
        async with _redis(settings) as redis, _serving(Watch(app, redis).http, door):
            host, port, *_ = door.getsockname()
            yield f"http://{host}:{port}"


@asynccontextmanager
async def _redis(settings: Settings) -> AsyncIterator[Redis | None]:
    if settings.redis_url is None:
        yield None
        return
    async with Redis.from_url(settings.redis_url.get_secret_value()) as redis:
        yield redis


def _door(settings: Settings) -> socket:
    door = socket(AF_INET6 if ":" in settings.watch_host else AF_INET)
    try:
        door.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        door.bind((settings.watch_host, settings.watch_port))
    except OSError as error:
        door.close()
        raise PortTaken(
            f"KOMSHI_WATCH_PORT: {settings.watch_host}:{settings.watch_port} cannot be opened ({error.strerror}). "
            "Write another port, or 0 for none."
        ) from error
    return door


@asynccontextmanager
async def _serving(http: FastAPI, door: socket) -> AsyncIterator[None]:
    config = uvicorn.Config(
        http,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=PATIENCE,
    )
    server = Beside(config)
    running = asyncio.create_task(server.serve([door]))
    try:
        yield
    finally:
        server.should_exit = True
        await running
