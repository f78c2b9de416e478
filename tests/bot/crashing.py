"""A day on which the process is killed: `python -m tests.bot.crashing DATABASE FOLDER EVERY [repeatable]`.

The day is lived again and again. The first time it is killed for good at its first step, the next time EVERY steps
later, until it ends by itself. A step is what lasts: every commit of something written, and both ends of everything
done outside. After each killing a new process lives the day to its end. What lies outside our process (the platform,
citizens' screens, the office) is kept in files, as others would remember it. Every killing prints a line of JSON.
"""

import asyncio
import base64
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, event, select

from bot import logs
from bot.messages import Address, Receipt
from bot.store import Store, cases
from bot.store.codec import pack, unpack
from bot.store.tables import deliveries, metadata
from dialogs.session import Reply
from integrations.workflow import Application, Status
from integrations.workflow import Event as News
from tests.bot.house import House
from tests.fakes.brain import BRAIN
from tests.fakes.channel import ListChannel
from tests.fakes.clock import Clock
from tests.fakes.office import Office

KEY = base64.urlsafe_b64encode(b"nobody knows this key is no key!").decode()
UPDATES = (
    ("anna", "hello"),
    ("anna", "apply"),
    ("boris", "twice"),
    ("boris", "apply"),
    ("boris", "withdraw"),
    ("anna", "cases"),
)


class Fate:
    """Counts steps and kills this very process at the one it was given."""

    def __init__(self, last: int | None) -> None:
        self.left = last

    def watch(self) -> None:
        """Every commit of a transaction that wrote something is a step."""
        event.listen(Engine, "after_cursor_execute", self._note)
        event.listen(Engine, "commit", self._commit)

    def step(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, connection: Connection, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            connection.info["has_written"] = True

    def _commit(self, connection: Connection) -> None:
        if connection.info.pop("has_written", False):
            self.step()


class World:
    """What others remember of us, a file for each of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remember(self, name: str, what: object) -> None:
        with (self._folder / name).open("a") as file:
            file.write(json.dumps(what) + "\n")

    def remembered(self, name: str) -> list[Any]:
        path = self._folder / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def forget(self) -> None:
        for path in self._folder.iterdir():
            path.unlink()


class Screens(ListChannel):
    def __init__(self, world: World, fate: Fate, *, repeatable: bool) -> None:
        super().__init__(repeatable=repeatable)
        self._world = world
        self._fate = fate

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        self._fate.step()
        self._world.remember("screens", [address.id, sequence, reply.text])
        self._fate.step()
        return await super().send(address, reply, sequence)


class FarOffice:
    """The office of the other tests behind a wire that can be cut at both ends of every call."""

    def __init__(self, world: World, fate: Fate) -> None:
        self._office = Office()
        self._world = world
        self._fate = fate
        for applications, untold in world.remembered("office")[-1:]:
            kept = [unpack(Application, application) for application in applications]
            self._office.applications = {application.key: application for application in kept}
            self._office.untold = [unpack(News, one) for one in untold]

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def call(*arguments: Any) -> Any:
            self._fate.step()
            answer = await getattr(self._office, name)(*arguments)
            self._write_down()
            self._fate.step()
            return answer

        return call

    def decide(self) -> None:
        """The clerk approves whatever is on the desk."""
        for key, application in self._office.applications.items():
            if application.status is Status.PENDING:
                self._office.untold.append(News(f"approved-{key}", key, "approved"))
        self._office.stands(Status.APPROVED, ended=True, of=Status.PENDING)
        self._write_down()

    def _write_down(self) -> None:
        applications = [pack(application) for application in self._office.applications.values()]
        self._world.remember("office", [applications, [pack(one) for one in self._office.untold]])


async def live(house: House, office: FarOffice, world: World, fate: Fate) -> None:
    """The day from where it broke off. The platform sends again what was not acknowledged."""
    for number in range(len(world.remembered("acknowledged")), len(UPDATES)):
        await house.accept(*UPDATES[number], f"update{number}")
        fate.step()
        world.remember("acknowledged", number)
        await work(house)
    await work(house)
    office.decide()
    await house.hear_news()


async def work(house: House) -> None:
    await house.answer_all()
    await house.send_all()
    await house.carry_all()


async def a_life(arguments: list[str], last: int | None) -> None:
    """One process: with a last step it is the one to be killed, without it the one that comes after, and reports."""
    url, folder, *repeatable = arguments
    fate, world, clock = Fate(last), World(Path(folder)), Clock()
    store = Store.open(url, KEY)
    fate.watch()
    office = FarOffice(world, fate)
    house = House(store, BRAIN, clock, Screens(world, fate, repeatable=bool(repeatable)), office)
    if last is None:
        clock.move(hours=1)  # whatever the dead process held is free
    await live(house, office, world, fate)
    if last is None:
        await report(house, world)
        await store.write(empty)
        world.forget()
    await store.close()


async def report(house: House, world: World) -> None:
    seen = {who: [entry.text for entry in await house.history(who) if not entry.heard] for who in ("anna", "boris")}
    files = await house.store.read(cases.all_in, None)
    ((applications, untold),) = world.remembered("office")[-1:]
    left = {
        "repeatable": house.channel.repeatable,
        "seen": seen,
        "screens": world.remembered("screens"),
        "states": await house.store.read(states),
        "cases": [filed.case.status for filed in files],
        "office": [application["status"] for application in applications],
        "untold": untold,
    }
    sys.stdout.write(json.dumps(left) + "\n")
    sys.stdout.flush()


def states(connection: Connection) -> list[str]:
    return list(connection.execute(select(deliveries.c.state).order_by(deliveries.c.id)).scalars())


def empty(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))


async def prepare(url: str) -> None:
    store = Store.open(url, KEY)
    await store.migrate()
    await store.close()


def in_a_process(act: Coroutine[Any, Any, None]) -> int:
    """How it ended: 0 by itself, -9 killed."""
    child = os.fork()
    if child == 0:
        asyncio.run(act)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    act.close()
    return os.waitstatus_to_exitcode(status)


def main(url: str, folder: str, every: str, *repeatable: str) -> int:
    logs.configure()
    arguments, last, ended = [url, folder, *repeatable], 0, -signal.SIGKILL
    if in_a_process(prepare(url)) != 0:
        return 1
    while ended == -signal.SIGKILL:
        ended = in_a_process(a_life(arguments, last))
        if in_a_process(a_life(arguments, None)) != 0:
            return 1
        last += int(every)
    return ended


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
