"""Every call in both directions, for the page to show as they come."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from tests.fakes.telegram.service import Telegram
from tests.fakes.viber.platform import Viber

Json = dict[str, Any]

BEGIN = "0.0.0.0"  # noqa: S104 - four counts, no address


class Journal:
    """A place in it is four counts with dots between: calls and events, of Telegram and of Viber."""

    def __init__(self, telegram: Telegram, viber: Viber) -> None:
        self._telegram = telegram.record
        self._viber = viber.record

    def since(self, place: str) -> tuple[str, list[Json]]:
        """The place where it ends now, and what came after the given one, oldest first."""
        telegram, viber = self._telegram, self._viber
        ends = (telegram.heard, telegram.posted, viber.heard, viber.posted)
        counts = [end - int(count) for end, count in zip(ends, place.split("."), strict=True)]
        calls = _last(telegram.calls, counts[0])
        entries = [
            *(_called("Telegram", call.at, call.method, call.fault or call.outcome, call.body) for call in calls),
            *(_told("Telegram", post.at, post.kind, post.outcome) for post in _last(telegram.posts, counts[1])),
            *(
                _called("Viber", call.at, call.method, call.fault or f"status {call.outcome}", call.body)
                for call in _last(viber.calls, counts[2])
            ),
            *(_told("Viber", telling.at, telling.event, telling.outcome) for telling in _last(viber.told, counts[3])),
        ]
        return ".".join(map(str, ends)), sorted(entries, key=lambda entry: str(entry["at"]))


def _last(kept: Any, count: int) -> Iterator[Any]:
    return islice(kept, max(0, len(kept) - count), None)


def _called(platform: str, at: datetime, what: str, outcome: object, body: Json) -> Json:
    way = f"komshi → {platform}"
    return {"at": at.isoformat(), "way": way, "what": what, "outcome": str(outcome), "body": body}


def _told(platform: str, at: datetime, what: str, outcome: object) -> Json:
    way = f"{platform} → komshi"
    return {"at": at.isoformat(), "way": way, "what": what, "outcome": str(outcome), "body": None}
