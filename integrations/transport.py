"""The way through the information mediator of GovStack (X-Road): our security server carries every call to the office.

X-Road: Message Protocol for REST, sections 4.1 to 4.3 and 4.6.
"""

from urllib.parse import quote
from uuid import uuid4

import httpx
import structlog

_log = structlog.get_logger(__name__)

VERSION = "r1"
ID = "X-Road-Id"
ERROR = "X-Road-Error"
# The name of one and the same header differs: this one is X-Road's own, GovStack's files say `X-GovStack-Client`
# (Information Mediator) or `Information-Mediator-Client` (Registration, Digital Registries).
CLIENT = "X-Road-Client"
# Errors of the security servers, against those of whoever asked: `Client.…`.
OF_THE_BUS = "Server."


class Mediator(httpx.AsyncBaseTransport):
    """Sends what `security_server` is to pass on to `service`, in the name of `client`.

    `client` is INSTANCE/CLASS/MEMBER/SUBSYSTEM, `service` the same with /SERVICE behind it; both in plain letters, a
    slash in a part is not possible. Raises ValueError for anything else.

    What the bus itself answers carries ERROR, and can have any status. Here it becomes 503 where the bus may work
    later and 400 where it refuses the call, with the body it had, so that it is never taken for the office's answer.
    Nothing is repeated here: that is for the caller, who knows what the call does.
    """

    def __init__(
        self, security_server: httpx.AsyncBaseTransport, client: str, service: str, header: str = CLIENT
    ) -> None:
        self._security_server = security_server
        self._header = header
        self._client = "/".join(_parts(client, 4))
        self._path = "/".join(["", VERSION, *_parts(service, 5)]).encode()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(raw_path=self._path + request.url.raw_path)
        request.headers[self._header] = self._client
        id = request.headers.setdefault(ID, str(uuid4()))
        response = await self._security_server.handle_async_request(request)
        error = response.headers.get(ERROR)
        if error is None:
            return response
        # Its words may name what was asked for: they are not logged. The security server has them under this id.
        _log.warning("the mediator did not pass on a call", error=error, call=id)
        return httpx.Response(
            httpx.codes.SERVICE_UNAVAILABLE if error.startswith(OF_THE_BUS) else httpx.codes.BAD_REQUEST,
            headers=response.headers,
            stream=response.stream,
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._security_server.aclose()


def _parts(identifier: str, count: int) -> list[str]:
    """Each part percent-encoded on its own, as 4.2 asks for."""
    parts = identifier.split("/")
    if len(parts) != count or not all(part.strip(".") for part in parts):
        raise ValueError(f"{identifier!r} is not an identifier of {count} parts")
    return [quote(part, safe="") for part in parts]
