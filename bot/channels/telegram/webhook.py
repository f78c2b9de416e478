"""The webhook: who may call it, how much is read of a call, and how Telegram is told about it."""

import hmac
from datetime import timedelta

import structlog
from aiogram import Bot
from aiogram.types import Update
from fastapi import Request
from pydantic import ValidationError

from bot.channels.telegram.updates import ALLOWED
from bot.logs import trace

log = structlog.get_logger()

HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST = 1024 * 1024
"""Bytes of a call; a real update has a few thousand."""
CONNECTIONS = 40
"""At once, Telegram's own default: what it delivers waits there, not here."""
PATIENCE = 20
CHECK = timedelta(minutes=1)


def is_theirs(request: Request, secret: str) -> bool:
    """Whether the call shows the secret; compared as bytes, because a stranger's header may hold anything."""
    shown = request.headers.get(HEADER, "").encode()
    return hmac.compare_digest(shown, secret.encode())


def parsed(content: bytes) -> Update | None:
    """The update; None, and a line in the log, for what is none, is nested too deeply, or is no JSON."""
    try:
        return Update.model_validate_json(content)
    except ValidationError as error:
        log.error("unreadable update", bytes=len(content), **trace(error))
        return None


async def is_set(bot: Bot, url: str) -> bool:
    """Whether Telegram delivers to this address."""
    return (await bot.get_webhook_info(request_timeout=PATIENCE)).url == url


async def set_up(bot: Bot, url: str, secret: str) -> None:
    """Telegram delivers here from now on; what waits there is kept. Not more often than each second."""
    await bot.set_webhook(
        url,
        allowed_updates=list(ALLOWED),
        max_connections=CONNECTIONS,
        secret_token=secret,
        drop_pending_updates=False,
        request_timeout=PATIENCE,
    )
