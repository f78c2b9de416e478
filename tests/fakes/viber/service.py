"""Viber as a server on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from tests.fakes import platform_server
from tests.fakes.viber import desk
from tests.fakes.viber.api import Api
from tests.fakes.viber.platform import Viber


def build(viber: Viber) -> ASGIApp:
    """Viber's API, and the desk at which another process plays its people."""
    return Api(viber, desk.build(viber))


@asynccontextmanager
async def serving(viber: Viber, port: int = 0) -> AsyncIterator[Viber]:
    """It listens on this port of this machine, on a free one where it is 0. Its `url` is a bot's KOMSHI_VIBER_API."""
    async with platform_server.serving(build(viber), port, viber.close) as url:
        viber.url = viber.gallery.url = url
        yield viber
