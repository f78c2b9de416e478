"""Where a story is played: a whole assistant with a database, a clock and an office of its own."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from cryptography.fernet import Fernet
from sqlalchemy import Connection, select

from bot.app import App
from bot.assistant import Brain
from bot.bills import Till
from bot.messages import Address, Message
from bot.sheets import OpenWays, Sheets
from bot.store import Store, orders
from bot.store.instances import StoredInstances
from bot.store.ledger import StoredLedger
from bot.store.tables import addresses
from bot.store.tables import messages as rows
from bot.stories import STAMP, Deed, Person, Story, Unreadable, deed, read, traits
from bot.tax_office import BILLED, TaxOffice
from dialogs.catalogue import forms, services
from dialogs.deadlines import lasting
from dialogs.outside import Outside
from dialogs.session import Message as Said
from dialogs.session import Order, Reply, Session, Turn
from integrations.workflow import Answer, Application, Draft, Event, Refused, ServiceDown, Task, Workflow
from integrations.workflow.embedded import Decision, Embedded, OpenTask

REFERENCES = ("KOM-2026-7F3K9A", "KOM-2026-4H8MX2", "KOM-2026-9BQ5TD", "KOM-2026-3PW6YR")
CODES = ("K7Q2MX", "4HX8NV", "R9D5ZB")
UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
PASSED = re.compile(r"(?P<count>\d+) (?P<unit>minute|hour|day|week)s? later")
APPLIED = re.compile(r"(?P<who>\w+) has applied for (?P<form>[\w.]+) in (?P<municipality>[\w-]+)")
DECIDED = re.compile(r"(?P<decision>approve|refuse|return)(?: until (?P<until>\d{4}-\d\d-\d\d))?(?:: (?P<reason>.+))?")
OFFICE = "workflow is "
TAX_OFFICE = "tax office is "
MOST_ROUNDS = 50


class Office(Workflow, Protocol):
    """A workflow system with the office's own side of it, which a story plays too."""

    async def open_tasks(self) -> tuple[OpenTask, ...]: ...
    async def decide(self, key: str, decision: Decision, reason: str, until: date | None) -> Application: ...


Clock = Callable[[], datetime]
OpenOffice = Callable[[Store, Clock], Office]


def embedded(store: Store, clock: Clock) -> Office:
    """The engine in process, with the processes of all services."""
    processes = {name: service.process for name, service in services().items()}
    return Embedded(StoredInstances(store), processes, clock, timedelta(seconds=1))


class Door:
    """The office's door: everything goes through to the real engine, is written down, and can be spoilt.

    `state` is up; down (nobody answers), slow (it is done, but the answer comes too late), refusing, confused (what it
    tells makes no sense), or twice (it tells everything twice).
    """

    tells = True
    STATES = ("up", "down", "slow", "refusing", "confused", "twice")

    def __init__(self, office: Office) -> None:
        self.office = office
        self.state = "up"
        self.facts: list[str] = []

    def _knock(self, call: str) -> None:
        answers = {
            "down": (" → the office does not answer", ServiceDown()),
            "slow": (" → the answer comes too late", TimeoutError()),
            "refusing": (" → the office refuses", Refused("no such form")),
        }
        said, error = answers.get(self.state, ("", None))
        self.facts.append(f"* {call}{said}")
        if error is not None:
            raise error

    async def submit(self, draft: Draft) -> Application:
        if self.state == "slow":
            await self.office.submit(draft)
        self._knock(f"workflow.submit {draft.service} {draft.answers['municipality']}")
        return await self.office.submit(draft)

    async def find(self, key: str) -> Application | None:
        return await self.office.find(key)

    async def tasks(self, id: str) -> tuple[Task, ...]:
        return await self.office.tasks(id)

    async def complete(self, task: Task, answers: Mapping[str, Answer]) -> Application:
        self._knock(f"workflow.complete {task.name}")
        return await self.office.complete(task, answers)

    async def events(self, wait: timedelta) -> tuple[Event, ...]:
        if self.state == "down":
            return ()
        events = await self.office.events(wait)
        if self.state == "confused":
            return tuple(replace(event, name="tell_nobody_knows_what", facts={}) for event in events)
        return events * 2 if self.state == "twice" else events

    async def acknowledge(self, event: Event) -> None:
        await self.office.acknowledge(event)

    async def withdraw(self, id: str) -> None:
        self._knock("workflow.withdraw")
        await self.office.withdraw(id)


class Stage:
    """A whole assistant for one story: a database of its own, the clock and the office in the story's hands."""

    def __init__(
        self,
        story: Story,
        brain: Brain,
        store: Store,
        open_office: OpenOffice = embedded,
        open_ways: OpenWays = Sheets,
    ) -> None:
        self.story = story
        self.time = story.begins
        self.printed: list[str] = []
        self._brain = brain
        self._store = store
        self._submitted = 0
        self._carried = 0
        self.door = Door(open_office(store, self.clock))
        self.tax_office = TaxOffice(self.clock)
        till = Till(StoredLedger(store), self.tax_office)
        self._app = App(store, replace(brain, advance=self._advance), self.door, till, self.clock)
        self._ways = open_ways(story, self._app, self.clock)

    def clock(self) -> datetime:
        return self.time

    def _advance(self, session: Session, message: Said, outside: Outside) -> Turn:
        """The product's own turn; the story only brings the cast's first language and its own numbers."""
        if session.where is None and isinstance(message, Message):
            person = self._who(message.address)
            session = replace(session, language=person.language, tier=person.tier)
        turn = self._brain.advance(session, message, replace(outside, reference=self._reference(), code=self._code()))
        self._submitted += any(order.kind == "submit" for order in turn.orders)
        self._carried += any(order.kind == "carry" for order in turn.orders)
        return turn

    def _who(self, address: Address) -> Person:
        return next(person for name, person in self.story.cast.items() if self._ways.address(name) == address)

    def _reference(self) -> str:
        return REFERENCES[self._submitted % len(REFERENCES)]

    def _code(self) -> str:
        return CODES[self._carried % len(CODES)]

    async def play(self) -> str:
        """The whole story, printed as it went."""
        head = [f"{who.name}: {', '.join(traits(who))}" for who in self.story.cast.values()]
        self.printed = [self.story.claim, *head, f"clock: {self.story.begins.strftime(STAMP)}", ""]
        for line in self.story.lines:
            await self._line(line)
            if self._submitted > len(REFERENCES) or self._carried > len(CODES):
                raise Unreadable("a story has room for four applications and three codes")
        return "\n".join(self.printed) + "\n"

    async def _line(self, line: str) -> None:
        """Inputs are played, a remark is kept, and everything else is printed anew."""
        done = deed(line)
        if done is not None:
            self.printed.append(line.rstrip())
            await self._do(done)
        elif line.startswith("@ "):
            self.printed.append(line)
            await self._turn_world(line.removeprefix("@ "))
            await self._settle(None)
        elif line.startswith("! "):
            self.printed.append(line)
            await self._decide(line.removeprefix("! "))
            await self._settle(None)
        elif line.startswith("#"):
            self.printed.append(line)

    async def _do(self, done: Deed) -> None:
        if done.who not in self.story.cast:
            raise Unreadable(f"{done.who} is not in the cast")
        await self._bring(done)
        if not done.leaves:
            await self._settle(done.who)

    async def _bring(self, done: Deed) -> None:
        await self._ways.bring(done)
        while await self._app.assistant.answer_next():
            pass
        if await self._store.read(_is_unanswered):
            raise Unreadable(f"no answer could be made to: {done.words}")
        while await self._app.outbox.send_due():
            pass

    async def _turn_world(self, what: str) -> None:
        for change in what.split(", "):
            passed, applied, billed = (line.fullmatch(change) for line in (PASSED, APPLIED, BILLED))
            if passed:
                self.time += int(passed["count"]) * UNITS[passed["unit"]]
            elif applied:
                await self._apply(applied["who"], applied["form"], applied["municipality"])
            elif billed:
                await self.tax_office.bill(billed)
            elif change.removeprefix(TAX_OFFICE) in TaxOffice.STANDINGS:
                self.tax_office.standing = change.removeprefix(TAX_OFFICE)
            elif change.removeprefix(OFFICE) in Door.STATES:
                self.door.state = change.removeprefix(OFFICE)
            else:
                raise Unreadable(f"nobody can make this happen: {change}")

    async def _apply(self, who: str, key: str, municipality: str) -> None:
        """An application sent earlier, so that a story about what comes after need not tell it again."""
        await self._bring(Deed(who))
        await self._ways.said()
        if key not in forms():
            raise Unreadable(f"nobody can apply for {key}")
        form = forms()[key]
        legal_time = lasting(self.time.date(), form.decision_days)
        body = {
            "reference": self._reference(),
            "service": form.service,
            "form": form.id,
            "municipality": municipality,
            "answers": {"municipality": municipality},
            "facts": {"municipality": municipality, "form": form.id, "legal_time": legal_time},
        }
        order = Order("submit", f"story-{self._submitted}", body)
        self._submitted += 1
        await self._store.write(_place, order, self._ways.address(who), self.time)

    async def _decide(self, what: str) -> None:
        """`! approve`, `! refuse: why`, `! return until 2026-12-10: what`: about the task that waits longest."""
        decided = DECIDED.fullmatch(what)
        waiting = await self.door.office.open_tasks()
        if decided is None or not waiting:
            raise Unreadable(f"no application waits for this decision: {what}")
        until = date.fromisoformat(decided["until"]) if decided["until"] else None
        await self.door.office.decide(waiting[0].key, Decision(decided["decision"]), decided["reason"] or "", until)

    async def _settle(self, speaker: str | None) -> None:
        """Everything that is due happens; who just spoke is answered, everybody else is spoken to."""
        await self._deliver(speaker)
        for _ in range(MOST_ROUNDS):
            carried = await self._app.cases.carry_next()
            told = await self._app.cases.hear_news(timedelta(0))
            reminded = await self._app.reminders.remind()
            self.printed += self.door.facts
            self.door.facts.clear()
            await self._deliver(None)
            if not (carried or told or reminded):
                return

    async def _deliver(self, speaker: str | None) -> None:
        while await self._app.outbox.send_due():
            pass
        for number, (who, reply) in enumerate(await self._ways.said()):
            self.printed += [""] if number and who == speaker else []
            self._print(who, reply, is_answer=who == speaker)

    def _print(self, who: str, reply: Reply, *, is_answer: bool) -> None:
        first, *rest = reply.text.split("\n")
        self.printed += [f"  {first}" if is_answer else f"{who}< {first}", *(f"  {line}".rstrip() for line in rest)]
        if reply.choices:
            self.printed.append("  " + " ".join(f"[{choice.label}]" for choice in reply.choices))


def _is_unanswered(connection: Connection) -> bool:
    """A turn has failed: what the story would print is not what it should say."""
    return connection.execute(select(rows.c.id).where(rows.c.attempts > 0)).first() is not None


def _place(connection: Connection, order: Order, address: Address, now: datetime) -> None:
    known = select(addresses.c.citizen, addresses.c.id).where(addresses.c.name == address.id)
    orders.place(connection, order, orders.Placer(*connection.execute(known).one()), now)


async def play(text: str, brain: Brain, open_office: OpenOffice = embedded, open_ways: OpenWays = Sheets) -> str:
    """The story played on a fresh stage, as it prints itself. Raises Unreadable."""
    story = read(text)
    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'story.db'}", Fernet.generate_key().decode())
        await store.migrate()
        try:
            return await Stage(story, brain, store, open_office, open_ways).play()
        finally:
            await store.close()
