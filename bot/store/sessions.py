"""A citizen's session. Its row is the citizen's lane: who holds it is alone with everything of this citizen."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.store.codec import pack, unpack
from bot.store.tables import sessions
from dialogs.session import Session

HOLD = select(sessions.c.talk).where(sessions.c.citizen == bindparam("whose")).with_for_update(key_share=True)
CHANGE = update(sessions).where(sessions.c.citizen == bindparam("whose"))


def hold(connection: Connection, citizen: str) -> Session:
    """The session, held until the transaction ends; a new one where nothing is remembered."""
    return read(connection.execute(HOLD, {"whose": citizen}).scalar())


def read(talk: object) -> Session:
    return Session() if talk is None else unpack(Session, talk)


def save(connection: Connection, citizen: str, session: Session) -> None:
    _change(connection, citizen, talk=pack(session))


def hold_back(connection: Connection, citizen: str, until: datetime) -> None:
    """No message of this citizen is taken before then."""
    _change(connection, citizen, held_until=until)


def remember_apology(connection: Connection, citizen: str, now: datetime) -> None:
    _change(connection, citizen, apologised=now)


def _change(connection: Connection, citizen: str, **values: object) -> None:
    connection.execute(CHANGE, {"whose": citizen, **values})
