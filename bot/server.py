"""The web server around the app."""

import sys
from socket import socket

import uvicorn

from bot.app import App
from bot.settings import Settings

PATIENCE = 5
"""Seconds that requests under way are given when the server stops."""


class Server(uvicorn.Server):
    """Says where it can be reached, and lets the open pages go before it waits for them."""

    def __init__(self, app: App, settings: Settings) -> None:
        # Access logs would keep who was here and when. Of a forwarded address only a proxy of ours is believed: it
        # decides whom the limits count and which networks may call back.
        config = uvicorn.Config(
            app.http,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxy_networks),
            forwarded_allow_ips=[str(network) for network in settings.proxy_networks],
            timeout_graceful_shutdown=PATIENCE,
        )
        super().__init__(config)
        self._app = app

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        host, port, *_ = self.servers[0].sockets[0].getsockname()
        sys.stdout.write(f"komshi is at http://{host}:{port}/\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._app.hang_up()
        await super().shutdown(sockets)
