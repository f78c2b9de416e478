"""Photos and documents of citizens, fetched from Viber as soon as we hear of them: their links do not live long.

A link is only what an event names. So it is followed over https to public addresses only, and never into the network
we stand in. That a name may mean another address when we connect is covered by the certificate.
"""

import asyncio
import socket
from datetime import timedelta
from ipaddress import ip_address

import httpx
import structlog

from bot.attachments import MOST, kind_of
from bot.channels.viber.events import Media
from bot.logs import trace
from bot.messages import File
from dialogs.session import Attachment

log = structlog.get_logger()

TIMEOUT = timedelta(seconds=20)
MOST_REDIRECTS = 3
HTTPS = 443
MOST_AT_ONCE = 8
"""Each may take up to MOST bytes of memory."""
SIZE, TYPE, AWAY = "size", "type", "away"
"""Why something is not kept, see Attachment."""


class _TooLarge(Exception):
    """It is larger than what we keep."""


class Downloads:
    """`platform` is the address of the Viber API: links to it are always followed. `close` it at the end."""

    def __init__(self, platform: str) -> None:
        self._platform = httpx.URL(platform)
        self._turn = asyncio.Semaphore(MOST_AT_ONCE)
        self._http = httpx.AsyncClient(timeout=TIMEOUT.total_seconds(), trust_env=False)

    async def close(self) -> None:
        await self._http.aclose()

    async def fetch(self, media: Media) -> tuple[Attachment, File | None]:
        """What came, and its file if it can be kept. Tried once: the citizen can send it again, and is told so."""
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()), self._turn:
                content = await self._content(media)
        except _TooLarge:
            return Attachment(media.kind, SIZE), None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TimeoutError) as error:
            log.warning("a file could not be fetched", channel="viber", **trace(error))
            return Attachment(media.kind, AWAY), None
        kind = kind_of(content)
        if kind is None:
            return Attachment(media.kind, TYPE), None
        return Attachment(media.kind), File(media.name, kind, content)

    async def _content(self, media: Media) -> bytes:
        """Raises ValueError for an address that is not followed."""
        if media.size is not None and media.size > MOST:
            raise _TooLarge
        request = self._http.build_request("GET", media.url)
        for _ in range(1 + MOST_REDIRECTS):
            await self._check(request.url)
            response = await self._http.send(request, stream=True)
            try:
                if response.next_request is None:
                    return await _read(response.raise_for_status())
            finally:
                await response.aclose()
            request = response.next_request
        raise ValueError("too many redirects")

    async def _check(self, url: httpx.URL) -> None:
        if (url.scheme, url.netloc) == (self._platform.scheme, self._platform.netloc):
            return
        if url.scheme != "https" or not url.host:
            raise ValueError("not over https")
        found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port or HTTPS, type=socket.SOCK_STREAM)
        if not all(ip_address(place[0]).is_global for *_, place in found):
            raise ValueError("not in the public network")


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > MOST:
            raise _TooLarge
    return bytes(content)
