"""What each refusal of the Bot API means for what was to be sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.messages import SendError

YES = re.compile(r'\s*\{\s*"ok"\s*:\s*true')
"""So the answer begins where the message was taken, even if the rest of it did not arrive."""
UNREADABLE_MARKUP = "can't parse entities"


@dataclass(frozen=True)
class Verdict:
    """See SendError."""

    retry: bool = False
    gone: bool = False
    alarm: bool = False
    stops: bool = False


LATER = Verdict(retry=True)
GONE = Verdict(gone=True)
OUR_FAULT = Verdict(alarm=True)
CLOSED = Verdict(retry=True, alarm=True, stops=True)

VERDICTS: Mapping[type[AiogramError], Verdict] = {
    TelegramRetryAfter: LATER,
    TelegramServerError: LATER,
    # An error page of something in front of the Bot API, or half a refusal.
    ClientDecodeError: LATER,
    TelegramForbiddenError: GONE,
    TelegramMigrateToChat: GONE,
    TelegramBadRequest: OUR_FAULT,
    TelegramEntityTooLarge: OUR_FAULT,
    # The token was revoked, or KOMSHI_TELEGRAM_API is no Bot API: what waits is not lost for it.
    TelegramUnauthorizedError: CLOSED,
    TelegramNotFound: CLOSED,
}
BAD_REQUESTS: Mapping[str, Verdict] = {
    "chat not found": GONE,
    "PEER_ID_INVALID": GONE,
    "user not found": GONE,
}
"""The bad requests that are not our fault, by words of their description."""


def read(error: AiogramError) -> Exception:
    """The refusal as SendError; the error itself where the message may have been taken all the same.

    The reason names no words of Telegram: they may quote what was sent.
    """
    if isinstance(error, TelegramNetworkError) and not isinstance(error, TelegramEntityTooLarge):
        # Only who was never reached has certainly not taken it.
        is_unreached = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
        return _refusal(error, LATER) if is_unreached else error
    if isinstance(error, ClientDecodeError) and isinstance(error.data, str) and YES.match(error.data):
        return error
    return _refusal(error, _verdict(error))


def taken(error: AiogramError) -> int | None:
    """The number of the message, where Telegram took it and told so in a way that aiogram does not know."""
    answer = error.data if isinstance(error, ClientDecodeError) else None
    if not isinstance(answer, dict) or answer.get("ok") is not True or not isinstance(answer.get("result"), dict):
        return None
    number = answer["result"].get("message_id")
    return number if isinstance(number, int) else None


def is_unreadable_markup(error: BaseException | None) -> bool:
    """Whether it was the markup alone that Telegram refused."""
    return isinstance(error, TelegramBadRequest) and UNREADABLE_MARKUP in error.message


def _verdict(error: AiogramError) -> Verdict:
    if isinstance(error, TelegramBadRequest):
        known = (verdict for words, verdict in BAD_REQUESTS.items() if words in error.message)
        return next(known, OUR_FAULT)
    return next((verdict for type, verdict in VERDICTS.items() if isinstance(error, type)), OUR_FAULT)


def _refusal(error: AiogramError, verdict: Verdict) -> SendError:
    after = timedelta(seconds=error.retry_after) if isinstance(error, TelegramRetryAfter) else None
    return SendError(
        type(error).__name__,
        retry=verdict.retry,
        gone=verdict.gone,
        retry_after=after,
        alarm=verdict.alarm,
        stops=verdict.stops,
    )
