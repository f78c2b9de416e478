"""Cases: an application from the moment it is sent to us until its end, with the answers the office will ask for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from bot.store.tables import cases
from dialogs.session import Case

SAVED, RECEIVED, RETURNED, WITHDRAWN = "saved", "received", "returned", "withdrawn"
OPEN = (SAVED, RECEIVED, RETURNED)
ENDED = ("approved", "refused", WITHDRAWN)
AT_ONCE = 20


SEEN = (
    select(cases)
    .where(
        or_(
            cases.c.citizen == bindparam("whose"),
            cases.c.reference.in_(bindparam("references", expanding=True)),
        )
    )
    .order_by(cases.c.id.desc())
)


@dataclass(frozen=True)
class Filed:
    """A case as we hold it. `citizen` is None once a case that has ended was forgotten.

    `answers` and `supplied` are personal: they are for the clerk's eyes, and empty after their time. `looks` is how
    often it was looked at in vain since something happened.
    """

    case: Case
    id: int
    key: str
    citizen: str | None
    address: int
    created: datetime
    answers: Mapping[str, Any]
    supplied: tuple[str, ...]
    looks: int = 0


def begin(connection: Connection, citizen: str, address: int, key: str, body: Mapping[str, Any], now: datetime) -> int:
    """A new case, saved with us. Raises IntegrityError if its reference is taken."""
    new = cases.insert().values(
        citizen=citizen,
        address=address,
        key=key,
        reference=body["reference"],
        service=body["service"],
        form=body["form"],
        municipality=body["municipality"],
        answers=body["answers"],
        status=SAVED,
        created=now,
        changed=now,
    )
    return int(connection.execute(new.returning(cases.c.id)).scalar_one())


def seen_by(connection: Connection, citizen: str, references: Collection[str]) -> tuple[Case, ...]:
    """The citizen's own cases and those of these references, newest first; of others' only where they stand."""
    rows = connection.execute(SEEN, {"whose": citizen, "references": tuple(references)}).all()
    return tuple(_case(row) if row.citizen == citizen else _strange(row) for row in rows)


def by_key(connection: Connection, key: str) -> Filed | None:
    row = connection.execute(select(cases).where(cases.c.key == key)).first()
    return None if row is None else filed(row)


def by_reference(connection: Connection, reference: str) -> Filed | None:
    row = connection.execute(select(cases).where(cases.c.reference == reference)).first()
    return None if row is None else filed(row)


def all_in(connection: Connection, status: str | None) -> tuple[Filed, ...]:
    """Cases of this status, or every one, oldest first."""
    wanted = select(cases).order_by(cases.c.id)
    rows = connection.execute(wanted if status is None else wanted.where(cases.c.status == status))
    return tuple(filed(row) for row in rows)


def to_look_at(connection: Connection, now: datetime) -> tuple[Filed, ...]:
    """Cases at the office whose turn to be looked at has come, the longest waiting first, at most AT_ONCE."""
    is_due = or_(cases.c.look_at.is_(None), cases.c.look_at <= now)
    wanted = select(cases).where(cases.c.status.in_((RECEIVED, RETURNED)), is_due)
    rows = connection.execute(wanted.order_by(cases.c.look_at.is_not(None), cases.c.look_at, cases.c.id).limit(AT_ONCE))
    return tuple(filed(row) for row in rows)


def look_again(connection: Connection, id: int, when: datetime, looks: int) -> None:
    _change(connection, id, look_at=when, looks=looks)


def move(connection: Connection, id: int, case: Case) -> None:
    """The case stands where `case` says."""
    ended = case.at if case.status in ENDED else None
    told = {"status": case.status, "changed": case.at, "reason": case.reason, "until": case.until, "ended": ended}
    _change(connection, id, **told, looks=0, look_at=None)


def add_words(connection: Connection, found: Filed, words: str) -> None:
    """Keeps with the case what the citizen added when the office asked."""
    _change(connection, found.id, supplied=[*found.supplied, words])


def filed(row: Any) -> Filed:
    return Filed(
        _case(row),
        row.id,
        row.key,
        row.citizen,
        row.address,
        row.created,
        row.answers or {},
        tuple(row.supplied or ()),
        row.looks,
    )


def _case(row: Any) -> Case:
    place = (row.reference, row.service, row.municipality, row.status, row.changed)
    return Case(*place, reason=row.reason, until=row.until, form=row.form)


def _strange(row: Any) -> Case:
    return Case(row.reference, row.service, row.municipality, row.status, row.changed, mine=False, form=row.form)


def _change(connection: Connection, case: int, **values: object) -> None:
    connection.execute(update(cases).where(cases.c.id == case).values(**values))
