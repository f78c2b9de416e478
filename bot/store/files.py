"""Photos and documents that citizens sent, each kept with the message it came with."""

from base64 import b64decode, b64encode
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, delete, select

from bot.messages import File
from bot.store.tables import addresses, files, messages


def keep(connection: Connection, message: int, file: File) -> None:
    content = b64encode(file.content).decode()
    connection.execute(files.insert().values(message=message, type=file.type, name=file.name, content=content))


def sent_by(connection: Connection, citizen: str) -> tuple[File, ...]:
    """What this citizen sent and is still kept, oldest first."""
    theirs = select(messages.c.id).join(addresses).where(addresses.c.citizen == citizen)
    rows = connection.execute(select(files).where(files.c.message.in_(theirs)).order_by(files.c.id)).all()
    return tuple(File(row.name, row.type, b64decode(row.content)) for row in rows if row.content is not None)


def erase(connection: Connection, of: Select[int] | Sequence[int], *which: ColumnElement[bool]) -> None:
    """Erases the files that came from these addresses, with messages of which that holds."""
    old = select(messages.c.id).where(messages.c.address.in_(of), *which)
    connection.execute(delete(files).where(files.c.message.in_(old)))
