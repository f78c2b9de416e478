"""The open database. What may be done in a transaction is in the modules beside this one, one for each noun."""

from collections.abc import Callable
from functools import partial
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, make_url, select

from bot.store.columns import lend
from bot.store.engines import Engine, Postgres, Sqlite
from bot.store.migrations import upgrade
from bot.store.seal import Seal, Unreadable
from bot.store.tables import probes

T = TypeVar("T")
P = ParamSpec("P")

WORD = "komshi"


class Store:
    """`write` and `read` run a function of a connection in one transaction: `store.write(messages.append, message)`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, keys: str) -> Self:
        """A store over `sqlite:///…` or `postgresql://…`; nothing is connected yet. Raises KeyInvalid."""
        parsed = make_url(url)
        engine: Engine = Sqlite(parsed) if parsed.get_backend_name() == "sqlite" else Postgres(parsed)
        lend(Seal(keys), engine.dialect)
        return cls(engine)

    @property
    def hands(self) -> int:
        """So many transactions of one kind are worth running side by side."""
        return self._engine.hands

    async def migrate(self) -> None:
        """The tables as this version needs them; processes that start together wait for each other.

        Raises Unreadable when the key is not the one this database was begun with.
        """
        await self.write(upgrade)
        await self.write(_probe)

    async def write(self, act: Callable[Concatenate[Connection, P], T], /, *args: P.args, **named: P.kwargs) -> T:
        return await self._engine.write(partial(_call, act, args, named))

    async def read(self, act: Callable[Concatenate[Connection, P], T], /, *args: P.args, **named: P.kwargs) -> T:
        return await self._engine.read(partial(_call, act, args, named))

    async def close(self) -> None:
        await self._engine.close()


def _call(act: Callable[..., T], args: tuple[object, ...], named: dict[str, object], connection: Connection) -> T:
    return act(connection, *args, **named)


def _probe(connection: Connection) -> None:
    found = connection.execute(select(probes.c.word)).first()
    if found is None:
        connection.execute(probes.insert().values(id=1, word=WORD))
    elif found.word != WORD:
        raise Unreadable(Unreadable.__doc__)
