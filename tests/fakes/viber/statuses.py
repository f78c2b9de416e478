"""Viber's own words for a refusal. They come in an answer with HTTP 200."""

from enum import IntEnum


class Status(IntEnum):
    ok = 0
    invalidUrl = 1
    invalidAuthToken = 2
    badData = 3
    missingData = 4
    receiverNotRegistered = 5
    receiverNotSubscribed = 6
    publicAccountBlocked = 7
    publicAccountNotFound = 8
    publicAccountSuspended = 9
    webhookNotSet = 10
    receiverNoSuitableDevice = 11
    tooManyRequests = 12
    apiVersionNotSupported = 13
    incompatibleWithVersion = 14
    publicAccountNotAuthorized = 15
    cannotSendBroadcast = 19
    broadcastNotAllowed = 20
    unsupportedCountry = 21
    freeMessagesExceeded = 23
    noBalance = 24


class Refused(Exception):
    """Viber does not do it, and says why."""

    def __init__(self, status: Status, message: str = "") -> None:
        super().__init__(message or status.name)
        self.status = status
