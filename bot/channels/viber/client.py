"""The six calls of Viber's REST Bot API. A call is made once: each says beside it who may repeat it, and why."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, TypeVar

import httpx
from pydantic import BaseModel, BeforeValidator, ValidationError

from bot.channels.viber.statuses import Refused
from bot.messages import SendError

API = "https://chatapi.viber.com"
TOKEN_HEADER = "X-Viber-Auth-Token"  # noqa: S105 - the name of a header
TIMEOUT = timedelta(seconds=20)
CONNECT_TIMEOUT = timedelta(seconds=5)
IDLE = timedelta(seconds=2)
"""A connection left for longer is not used again: the other side may be closing it just now."""
LONGEST_NAME = 28
MOST_RECEIVERS = 300
MOST_ASKED = 100
BUSY = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)

Json = Mapping[str, object]


def _as_text(token: object) -> object:
    return str(token) if isinstance(token, int) else token


MessageToken = Annotated[str, BeforeValidator(_as_text)]
"""Text, because its 64 bits do not survive in a float."""


class Unclear(Exception):
    """Nobody knows whether Viber took the call."""


class Answer(BaseModel):
    """`status` 0 is a yes: Viber answers 200 even when it refuses."""

    status: int


class Sent(Answer):
    message_token: MessageToken
    billing_status: int | None = None


class Failure(BaseModel):
    """A receiver whom a broadcast did not reach, and why."""

    receiver: str
    status: int


class Broadcast(Sent):
    failed_list: list[Failure] = []


class Account(Answer):
    """The bot as Viber has it; `webhook` is empty where none is set."""

    name: str = ""
    webhook: str = ""
    event_types: list[str] = []


class Details(BaseModel):
    """What Viber tells of a person that may matter to us. Their name is not read."""

    language: str | None = None
    country: str | None = None
    api_version: int = 1


class UserDetails(Answer):
    user: Details


class Presence(BaseModel):
    """`online_status`: 0 online, 1 offline, 2 not disclosed, 3 try later, 4 not to be known."""

    id: str
    online_status: int


class Online(Answer):
    users: list[Presence] = []


A = TypeVar("A", bound=Answer)


class Client:
    """One bot at the Viber API. `close` it at the end.

    Every call raises Refused for a status other than 0, another SendError where Viber certainly did not take it, and
    something else, such as Unclear, where that is not known.
    """

    def __init__(self, token: str, api: str = API) -> None:
        # No proxy and no password from the environment: a citizen's words go to this address and nowhere else.
        self._http = httpx.AsyncClient(
            base_url=f"{api}/pa/",
            headers={TOKEN_HEADER: token},
            timeout=httpx.Timeout(TIMEOUT.total_seconds(), connect=CONNECT_TIMEOUT.total_seconds()),
            limits=httpx.Limits(max_connections=100, keepalive_expiry=IDLE.total_seconds()),
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def set_webhook(self, url: str, events: Sequence[str]) -> None:
        """Viber calls `url` before it answers. May be repeated: the same webhook again changes nothing."""
        body = {"url": url, "event_types": list(events), "send_name": False, "send_photo": False}
        await self._call("set_webhook", body, Answer)

    async def get_account_info(self) -> Account:
        """May be repeated: it only asks."""
        return await self._call("get_account_info", {}, Account)

    async def get_user_details(self, user: str) -> Details:
        """Not to be repeated: Viber answers twice in twelve hours about one person."""
        return (await self._call("get_user_details", {"id": user}, UserDetails)).user

    async def get_online(self, users: Sequence[str]) -> dict[str, int]:
        """The online status by person, see Presence; at most MOST_ASKED are asked for. May be repeated."""
        answer = await self._call("get_online", {"ids": list(users)}, Online)
        return {presence.id: presence.online_status for presence in answer.users}

    async def send_message(self, receiver: str, message: Json) -> Sent:
        """Repeated only after a SendError that says so: Viber has no key that makes two of the same one."""
        return await self._call("send_message", {"receiver": receiver, **message}, Sent)

    async def broadcast_message(self, receivers: Sequence[str], message: Json) -> Broadcast:
        """One message to at most MOST_RECEIVERS people. Repeated as `send_message`, to those of `failed_list` only."""
        return await self._call("broadcast_message", {"broadcast_list": list(receivers), **message}, Broadcast)

    async def _call(self, method: str, body: Json, shape: type[A]) -> A:
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                response = await self._http.post(method, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise SendError("not reached", retry=True) from error
        if response.status_code != httpx.codes.OK:
            raise _not_taken(response)
        try:
            status = Answer.model_validate_json(response.content).status
            if status:
                raise Refused(status)
            return shape.model_validate_json(response.content)
        except ValidationError:
            # The error would quote the answer.
            raise Unclear("the answer is not understood") from None


def _not_taken(response: httpx.Response) -> Exception:
    """What an answer means that is not 200, and so does not come from the API itself but from before it."""
    status = response.status_code
    reason = f"HTTP {status}"
    if status == httpx.codes.GATEWAY_TIMEOUT:
        return Unclear(reason)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return SendError(reason, retry=True, retry_after=_pause(response) or BUSY)
    if response.is_server_error:
        return SendError(reason, retry=True, retry_after=_pause(response))
    return SendError(reason, retry=False, alarm=True)


def _pause(response: httpx.Response) -> timedelta | None:
    """How many seconds we are to stay away (RFC 9110, 10.2.3), at most LONGEST_PAUSE; None where it does not say."""
    said = response.headers.get("retry-after", "")
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        return None
    return min(timedelta(seconds=int(said)), LONGEST_PAUSE)
