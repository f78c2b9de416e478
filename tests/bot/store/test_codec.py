"""A session comes back from the database as it went in, and one of another version comes back as well as it can."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from hypothesis import given
from hypothesis import strategies as some

from bot.store.codec import pack, unpack
from dialogs.session import Choice, Place, Reply, Session

answers = some.one_of(some.text(), some.integers(), some.booleans())
places = some.builds(Place, some.text(), some.text(), some.dictionaries(some.text(), answers))
sessions = some.builds(
    Session,
    language=some.none() | some.text(),
    where=some.none() | places,
    under=some.lists(places).map(tuple),
    trail=some.lists(places).map(tuple),
    answers=some.dictionaries(some.text(), some.dictionaries(some.text(), answers)),
    drafts=some.lists(some.text()).map(tuple),
    misses=some.integers(),
)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Everything:
    day: date
    at: datetime
    colour: Colour
    maybe: date | None = None


@given(sessions)
def test_a_session_survives(session: Session) -> None:
    assert unpack(Session, json.loads(json.dumps(pack(session)))) == session


def test_a_reply_survives() -> None:
    reply = Reply("Da ili ne?", "xx", (Choice("yes", "Da"), Choice("no", "Ne")), asks_private=True)

    assert unpack(Reply, json.loads(json.dumps(pack(reply)))) == reply


def test_days_times_and_names_of_states_survive() -> None:
    value = Everything(date(2026, 3, 2), datetime(2026, 3, 2, 9, 0, tzinfo=UTC), Colour.RED, date(2026, 3, 3))

    assert unpack(Everything, json.loads(json.dumps(pack(value)))) == value


def test_what_a_newer_version_added_is_dropped_and_what_an_older_one_lacks_takes_its_default() -> None:
    assert unpack(Choice, {"id": "a", "label": "A", "colour": "red"}) == Choice("a", "A")
    assert unpack(Session, {"language": "xx"}) == Session(language="xx")
