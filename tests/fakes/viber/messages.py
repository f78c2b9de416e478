"""What Viber's server checks of a message before it takes it: the types, their fields and their limits."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.viber.statuses import Refused, Status

Json = dict[str, Any]

LONGEST_JSON = 30 * 1024
LONGEST_NAME = 28
LONGEST_TEXT = 7000
LONGEST_CAPTION = 512
"""768 by the book; what is longer than 512 has been seen refused, so it is refused here."""
LONGEST_TRACKING = 4000
LONGEST_URL = 2000
LONGEST_FILE_NAME = 256
LONGEST_PHONE = 18
LARGEST_VIDEO = 26 * 1024 * 1024
LARGEST_FILE = 50 * 1024 * 1024
LONGEST_VIDEO = 180
PICTURES = (".jpeg", ".jpg", ".png", ".gif")
BANNED = (".exe", ".bat", ".cmd", ".com", ".msi", ".apk", ".js", ".vbs", ".jar", ".scr", ".sh", ".dmg")
RICH_MEDIA_VERSION = 2


def check(message: Json) -> None:
    """Raises Refused for what the server can see by itself, whoever it is for."""
    _check_sender(message)
    check_of_type = TYPES.get(_required(message, "type", str))
    if check_of_type is None:
        raise Refused(Status.badData, "unknown message type")
    check_of_type(message)
    if len(_optional(message, "tracking_data", str, "")) > LONGEST_TRACKING:
        raise Refused(Status.badData, "tracking_data is too long")
    if min_api_version(message) < 1:
        raise Refused(Status.badData, "min_api_version is not valid")


def min_api_version(message: Json) -> int:
    return int(_optional(message, "min_api_version", int, 1))


def _check_sender(message: Json) -> None:
    sender = _required(message, "sender", dict)
    if not 0 < len(_required(sender, "name", str)) <= LONGEST_NAME:
        raise Refused(Status.badData, "sender.name is not valid")


def _check_text(message: Json) -> None:
    if not 0 < len(_required(message, "text", str)) <= LONGEST_TEXT:
        raise Refused(Status.badData, "text is not valid")


def _check_picture(message: Json) -> None:
    if len(_required(message, "text", str)) > LONGEST_CAPTION:
        raise Refused(Status.badData, "text is too long")
    _check_ending(_media(message), PICTURES)


def _check_video(message: Json) -> None:
    _check_ending(_media(message), (".mp4",))
    _check_size(message, LARGEST_VIDEO)
    if _optional(message, "duration", int, 0) > LONGEST_VIDEO:
        raise Refused(Status.badData, "duration is too long")


def _check_file(message: Json) -> None:
    _media(message)
    _check_size(message, LARGEST_FILE)
    name = _required(message, "file_name", str)
    ending = PurePosixPath(name).suffix.lower()
    if len(name) > LONGEST_FILE_NAME or not ending or ending in BANNED:
        raise Refused(Status.badData, "file_name is not valid")


def _check_contact(message: Json) -> None:
    contact = _required(message, "contact", dict)
    if len(_required(contact, "name", str)) > LONGEST_NAME:
        raise Refused(Status.badData, "contact.name is too long")
    if len(_required(contact, "phone_number", str)) > LONGEST_PHONE:
        raise Refused(Status.badData, "contact.phone_number is too long")


def _check_location(message: Json) -> None:
    place = _required(message, "location", dict)
    if abs(float(_required(place, "lat", (int, float, str)))) > 90:
        raise Refused(Status.badData, "location.lat is not valid")
    if abs(float(_required(place, "lon", (int, float, str)))) > 180:
        raise Refused(Status.badData, "location.lon is not valid")


def _check_link(message: Json) -> None:
    _media(message)


def _check_sticker(message: Json) -> None:
    _required(message, "sticker_id", int)


def _check_rich_media(message: Json) -> None:
    _required(message, "rich_media", dict)
    if min_api_version(message) < RICH_MEDIA_VERSION:
        raise Refused(Status.incompatibleWithVersion, "rich_media needs a higher min_api_version")


TYPES: dict[str, Callable[[Json], None]] = {
    "text": _check_text,
    "picture": _check_picture,
    "video": _check_video,
    "file": _check_file,
    "contact": _check_contact,
    "location": _check_location,
    "url": _check_link,
    "sticker": _check_sticker,
    "rich_media": _check_rich_media,
}


def _media(message: Json) -> str:
    address = _required(message, "media", str)
    if len(address) > LONGEST_URL or urlsplit(address).scheme not in ("http", "https"):
        raise Refused(Status.badData, "media is not valid")
    return str(address)


def _check_ending(address: str, endings: tuple[str, ...]) -> None:
    if PurePosixPath(urlsplit(address).path).suffix.lower() not in endings:
        raise Refused(Status.badData, "media has no extension of its type")


def _check_size(message: Json, largest: int) -> None:
    if not 0 < _required(message, "size", int) <= largest:
        raise Refused(Status.badData, "size is not valid")


def _required(fields: Json, name: str, kind: type | tuple[type, ...]) -> Any:
    if fields.get(name) is None:
        raise Refused(Status.missingData, f"{name} is missing")
    return _optional(fields, name, kind, None)


def _optional(fields: Json, name: str, kind: type | tuple[type, ...], default: Any) -> Any:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Refused(Status.badData, f"{name} is not valid")
    return value
