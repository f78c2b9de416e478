"""Drafts on their way to another place, each found by a code of which only a digest is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.store import citizens
from bot.store.columns import seal_of
from bot.store.tables import addresses, transfers
from dialogs import codes
from dialogs.outside import Carried


def begin(connection: Connection, citizen: str, body: Mapping[str, Any], now: datetime) -> None:
    """The draft in `body` can be found by its code, until the day is over that the citizen was told.

    An earlier code of this citizen for the same form stops working. IntegrityError where the code is another's already.
    """
    theirs = connection.execute(select(transfers).where(transfers.c.citizen == citizen)).all()
    earlier = [row.code for row in theirs if row.body is None or row.body["form"] == body["form"]]
    connection.execute(delete(transfers).where(transfers.c.code.in_(earlier)))
    new = transfers.insert().values(
        code=_digests(connection, body["code"])[0],
        citizen=citizen,
        body={"form": body["form"], "answers": body["answers"]},
        created=now,
        expires=datetime.fromisoformat(body["until"]),
    )
    connection.execute(new)


def find(connection: Connection, text: str, now: datetime) -> Carried | None:
    """The draft whose code stands in the text, however it was typed; None for none, and once its day is over.

    It is held until the transaction ends, so that two who take it over at the same moment do not both get it.
    """
    code = codes.read(text)
    if code is None:
        return None
    alive = select(transfers).where(transfers.c.code.in_(_digests(connection, code)), transfers.c.expires > now)
    row = connection.execute(alive.with_for_update()).first()
    return None if row is None or row.body is None else Carried(row.body["form"], row.body["answers"])


def take(connection: Connection, code: str, address: int) -> None:
    """The code has done its work and does not work again; who had it and who used it are one person."""
    used = delete(transfers).where(transfers.c.code.in_(_digests(connection, code))).returning(transfers.c.citizen)
    citizen = connection.execute(used).scalar()
    theirs = select(addresses.c.id).where(addresses.c.citizen == citizen, addresses.c.id != address)
    for other in connection.execute(theirs).scalars().all():
        citizens.join(connection, address, other)


def forget(connection: Connection, citizen: str) -> None:
    """No code of this citizen works any more."""
    connection.execute(delete(transfers).where(transfers.c.citizen == citizen))


def sweep(connection: Connection, now: datetime) -> int:
    """Erases those whose day is over; how many."""
    return connection.execute(delete(transfers).where(transfers.c.expires <= now)).rowcount


def _digests(connection: Connection, code: str) -> tuple[str, ...]:
    """A code is short enough to be found by trying every one, so its digest is made with the keys of the store."""
    return seal_of(connection.dialect).digests(code)
