"""A citizen's session. Its row is the citizen's lane: who holds it is alone with everything of this citizen."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.store.codec import pack, unpack_kept
from bot.store.tables import sessions
from dialogs.session import Session

HOLD = select(sessions.c.talk).where(sessions.c.citizen == bindparam("whose")).with_for_update(key_share=True)
CHANGE = update(sessions).where(sessions.c.citizen == bindparam("whose"))


def hold(connection: Connection, citizen: str) -> Session:
    """The session, held until the transaction ends; a new one where nothing is remembered."""
    return read(connection.execute(HOLD, {"whose": citizen}).scalar())


def read(talk: object) -> Session:
    """A new session where nothing is remembered, or nothing that can be read."""
    return unpack_kept(Session, talk) or Session()


def save(connection: Connection, citizen: str, session: Session, free_at: datetime | None = None) -> None:
    """Keeps the session; with `free_at` the citizen's next message may be taken from then on."""
    free = {} if free_at is None else {"held_until": free_at}
    _change(connection, citizen, talk=pack(session), **free)


def hold_back(connection: Connection, citizen: str, until: datetime) -> None:
    """No message of this citizen is taken before then."""
    _change(connection, citizen, held_until=until)


def remember_apology(connection: Connection, citizen: str, now: datetime) -> None:
    _change(connection, citizen, apologised=now)


def _change(connection: Connection, citizen: str, **values: object) -> None:
    connection.execute(CHANGE, {"whose": citizen, **values})
