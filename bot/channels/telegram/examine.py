"""What the doctor finds about the Telegram channel: the token, who gets what citizens write, and the clock.

Every question is asked once: whoever runs the doctor sees that there was no answer, and runs it again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.methods.base import Response
from aiogram.types import BotCommand, User, WebhookInfo
from pydantic import ValidationError

from bot.channels.telegram.settings import PATH, Settings
from bot.findings import Finding, broken, date_of, drift, look, ok

SUBJECT = "Telegram"
TIMEOUT = timedelta(seconds=10)
RECENT = timedelta(hours=1)
MANY = 100
"""So many updates do not wait where somebody takes them."""

T = TypeVar("T")


class NotAnswered(Exception):
    """Telegram said no."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code


async def examine(environment: Mapping[str, str]) -> tuple[Finding, ...]:
    """Nothing where there is no token."""
    try:
        settings = Settings.read(environment)
    except ValidationError as error:
        names = ", ".join(sorted({str(one["loc"][0]).upper() for one in error.errors()}))
        return (broken(SUBJECT, f"not to be read: {names}", "Write it as .env.example shows it."),)
    if settings is None:
        return ()
    async with httpx.AsyncClient(timeout=TIMEOUT.total_seconds(), trust_env=False) as client:
        return await _Examination(settings, client).findings()


class _Examination:
    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
        api = settings.telegram_api
        self._server = TelegramAPIServer.from_base(api) if api else PRODUCTION
        self._settings = settings
        self._client = client
        self._theirs: datetime | None = None

    async def findings(self) -> tuple[Finding, ...]:
        try:
            who = await self._who()
            clock = () if self._theirs is None else (drift(SUBJECT, self._theirs, datetime.now(UTC)),)
            return (who, *clock, *await self._webhook(), await self._commands())
        except NotAnswered as refusal:
            return (_refused(refusal.code),)
        except httpx.HTTPError as error:
            advice = "See whether this machine may open connections to port 443 of Telegram."
            return (broken(SUBJECT, f"does not answer ({type(error).__name__})", advice),)

    async def _ask(self, method: str, shape: type[Response[T]]) -> T:
        """The result. Raises NotAnswered, and httpx's errors, whose words may hold the token."""
        response = await self._client.post(self._server.api_url(self._settings.token, method))
        self._theirs = date_of(response)
        answer = _read(response, shape)
        if answer is None or answer.result is None:
            raise NotAnswered(response.status_code)
        return answer.result

    async def _who(self) -> Finding:
        bot = await self._ask("getMe", Response[User])
        return ok(SUBJECT, f"the token is that of @{bot.username}")

    async def _webhook(self) -> tuple[Finding, ...]:
        info = await self._ask("getWebhookInfo", Response[WebhookInfo])
        return (self._place(info), *_waiting(info), *_last_error(info))

    def _place(self, info: WebhookInfo) -> Finding:
        ours = f"{self._settings.public_url}{PATH}" if self._settings.public_url else ""
        if info.url == ours:
            return ok(SUBJECT, f"delivers to {_host(info.url)}" if ours else "is asked for what is new (long polling)")
        found = f"delivers to {_host(info.url)}, not to us" if info.url else "delivers nothing: no webhook is set"
        return broken(
            SUBJECT,
            found,
            "Start komshi: it sets the webhook by itself. If it changes back, somebody else uses the same token.",
        )

    async def _commands(self) -> Finding:
        if await self._ask("getMyCommands", Response[list[BotCommand]]):
            return ok(SUBJECT, "shows the list of commands")
        return look(SUBJECT, "shows no commands", "Start komshi: it sets them by itself within a minute.")


def _read(response: httpx.Response, shape: type[Response[T]]) -> Response[T] | None:
    """None for what is no answer of the Bot API, such as the page of a server before it."""
    try:
        return shape.model_validate_json(response.content)
    except ValidationError:
        return None


def _refused(code: int) -> Finding:
    if code in (httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND):
        advice = "Ask BotFather for it (/mybots, API Token), set TELEGRAM_TOKEN and start komshi again."
        return broken(SUBJECT, "does not know the token", advice)
    return look(SUBJECT, f"answers {code}", "Wait some minutes and run the doctor again.")


def _waiting(info: WebhookInfo) -> tuple[Finding, ...]:
    waiting = info.pending_update_count
    if waiting < MANY:
        return ()
    advice = "See whether the public address answers, and whether the machine keeps up."
    return (look(SUBJECT, f"{waiting} messages wait there to be delivered", advice),)


def _last_error(info: WebhookInfo) -> tuple[Finding, ...]:
    """What went wrong with a delivery lately, in Telegram's own words."""
    at = info.last_error_date
    if at is None or datetime.now(UTC) - at > RECENT:
        return ()
    advice = "Open the public address from elsewhere: DNS, certificate and the proxy have to be right."
    return (look(SUBJECT, f"could not deliver at {at:%H:%M} UTC: {info.last_error_message}", advice),)


def _host(url: str) -> str:
    """Only the host: the rest of a stranger's address may be a secret."""
    return urlsplit(url).hostname or "?"
