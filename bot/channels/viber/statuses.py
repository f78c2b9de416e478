"""Viber's status codes as values: what each means for a message that was to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.messages import SendError

WEBHOOK_NOT_SET = 10
API_VERSION_NOT_SUPPORTED = 13
BROADCAST_NOT_ALLOWED = 20

CROWDED = timedelta(minutes=5)
"""Viber names no time: it counts by the hour."""
UNPAID = timedelta(hours=1)
QUOTA_USED = timedelta(hours=12)
"""The free quota comes back with the new month."""


@dataclass(frozen=True)
class Meaning:
    """Viber's own name of the status; the rest as in SendError."""

    name: str
    retry: bool = False
    gone: bool = False
    retry_after: timedelta | None = None
    alarm: bool = False
    stops: bool = False


STATUSES: Mapping[int, Meaning] = {
    1: Meaning("invalidUrl", alarm=True),
    2: Meaning("invalidAuthToken", retry=True, alarm=True, stops=True),
    3: Meaning("badData", alarm=True),
    4: Meaning("missingData", alarm=True),
    5: Meaning("receiverNotRegistered", gone=True),
    6: Meaning("receiverNotSubscribed", gone=True),
    7: Meaning("publicAccountBlocked", retry=True, alarm=True, stops=True),
    8: Meaning("publicAccountNotFound", retry=True, alarm=True, stops=True),
    9: Meaning("publicAccountSuspended", retry=True, alarm=True, stops=True),
    WEBHOOK_NOT_SET: Meaning("webhookNotSet", retry=True),
    11: Meaning("receiverNoSuitableDevice", gone=True),
    12: Meaning("tooManyRequests", retry=True, retry_after=CROWDED),
    API_VERSION_NOT_SUPPORTED: Meaning("apiVersionNotSupported"),
    14: Meaning("incompatibleWithVersion", alarm=True),
    15: Meaning("publicAccountNotAuthorized", retry=True, alarm=True, stops=True),
    16: Meaning("inchatReplyMessageNotAllowed", alarm=True),
    17: Meaning("publicAccountIsNotInline", alarm=True),
    18: Meaning("noPublicChat", alarm=True),
    19: Meaning("cannotSendBroadcast", retry=True),
    BROADCAST_NOT_ALLOWED: Meaning("broadcastNotAllowed"),
    21: Meaning("unsupportedCountry", gone=True),
    22: Meaning("paymentUnsupported", alarm=True),
    23: Meaning("freeMessagesExceeded", retry=True, retry_after=QUOTA_USED, alarm=True),
    24: Meaning("noBalance", retry=True, retry_after=UNPAID, alarm=True),
}
OTHER = Meaning("generalError", retry=True)


class Refused(SendError):
    """Viber answered, and did not take the message."""

    def __init__(self, status: int) -> None:
        meaning = STATUSES.get(status, OTHER)
        super().__init__(
            f"{status} {meaning.name}",
            retry=meaning.retry,
            gone=meaning.gone,
            retry_after=meaning.retry_after,
            alarm=meaning.alarm,
            stops=meaning.stops,
        )
        self.status = status
