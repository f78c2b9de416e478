"""An application's life after the talk: orders are carried out at the office, and what the office says is told."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.backoff import Backoff
from bot.logs import trace
from bot.messages import Lane
from bot.signals import DELIVERIES, ORDERS, Signals
from bot.store import Store, deliveries, news, orders, sessions
from bot.store import cases as files
from bot.store.cases import OPEN, RECEIVED, RETURNED, SAVED, WITHDRAWN, Filed
from bot.store.orders import SUBMIT, SUPPLY, TASKS, WITHDRAW, Job
from dialogs.session import Case, Reply, Session
from integrations.workflow import (
    Answer,
    Application,
    ApplicationUnknown,
    Draft,
    Event,
    ServiceDown,
    Status,
    Workflow,
    WorkflowError,
)

log = structlog.get_logger()

TIMEOUT = timedelta(seconds=30)
LEASE = timedelta(minutes=2)
WAIT_FOR_NEWS = timedelta(seconds=30)
# An office that tells nothing by itself is asked: soon after something has happened, then less and less often.
LOOKING = Backoff(timedelta(minutes=1), timedelta(hours=1))
BETWEEN_LOOKS = timedelta(seconds=10)
# An office that is away is asked again for ever; what it refused, its people may have put right by tomorrow.
BACKOFF = Backoff(timedelta(minutes=1), timedelta(hours=1))
AFTER_REFUSAL = Backoff(timedelta(hours=1), timedelta(hours=24))
# What an office may tell, and where the case stands then; `late` leaves it where it is.
NEWS = {"returned": RETURNED, "approved": "approved", "refused": "refused", "late": None}
# The same as an application's state says it, where nothing is told.
SEEN = {
    Status.SENDBACK: ("returned", (RECEIVED,), RETURNED),
    Status.APPROVED: ("approved", OPEN, "approved"),
    Status.REJECTED: ("refused", OPEN, "refused"),
    Status.WITHDRAWN: ("withdrawn", OPEN, WITHDRAWN),
    Status.PENDING: (None, (RETURNED,), RECEIVED),
}
# What a citizen is told of an order that the office does not take.
NOT_TAKEN = {SUBMIT: "not_taken", WITHDRAW: "not_withdrawn", SUPPLY: "not_supplied"}


@dataclass(frozen=True)
class Change:
    """A case goes to `status` and its citizen is told of `event`, if it still stands at one of `before`.

    Without a status it stays where it is; without an event nothing is told.
    """

    event: str | None
    before: tuple[str, ...]
    status: str | None
    at: datetime
    reason: str | None = None
    until: date | None = None


class Cases:
    """Every step may be cut off and comes again: the office knows an order by its key, we know news by its event."""

    def __init__(
        self,
        store: Store,
        workflow: Workflow,
        tell: Callable[[Session, Case, str], Reply],
        signals: Signals,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._workflow = workflow
        self._tell = tell
        self._signals = signals
        self._clock = clock

    async def run_orders(self) -> None:
        with self._signals.listen(ORDERS) as bell:
            while True:
                while await self.carry_next():
                    pass
                await bell.wait(self._signals.poll)

    async def run_news(self) -> None:
        failures = 0
        while True:
            try:
                if self._workflow.tells:
                    await self.hear_news(WAIT_FOR_NEWS)
                elif not await self.look():
                    await asyncio.sleep(BETWEEN_LOOKS.total_seconds())
                failures = 0
            except (WorkflowError, TimeoutError) as error:
                failures += 1
                if not isinstance(error, ServiceDown | TimeoutError):
                    log.error("the office's news was not understood", **trace(error))
                wait = getattr(error, "retry_after", None) or BACKOFF.wait(failures)
                await asyncio.sleep(wait.total_seconds())

    async def carry_next(self) -> bool:
        """Whether an order was due. It is carried out now, or put off."""
        now = self._clock()
        job = await self._store.write(orders.claim, now, now + LEASE)
        if job is None:
            return False
        if not await self._store.write(self._is_cancelled, job):
            await self._carry_out(job)
        self._signals.notify(DELIVERIES)
        return True

    def _is_cancelled(self, connection: Connection, job: Job) -> bool:
        """Never sent and to be withdrawn: the office need not hear of it. A try that broke off may have reached it."""
        if job.kind != SUBMIT or job.attempts > 1 or not orders.has_withdrawal(connection, job.filed.id):
            return False
        orders.drop(connection, job.filed.id)
        self._apply(connection, job.filed, self._withdrawn())
        return True

    async def _carry_out(self, job: Job) -> None:
        acts = {SUBMIT: self._submit, WITHDRAW: self._withdraw, SUPPLY: self._supply}
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                change = await acts[job.kind](job)
        except (ServiceDown, TimeoutError) as away:
            wait = getattr(away, "retry_after", None)
            await self._store.write(self._put_off, job, wait or BACKOFF.wait(job.attempts), wait is None)
        except WorkflowError as error:
            log.error("the office refused", order=job.id, kind=job.kind, **trace(error))
            await self._store.write(self._refuse, job)
        else:
            await self._store.write(self._finish, job, change)

    async def _submit(self, job: Job) -> Change:
        filed = job.filed
        draft = Draft(filed.key, filed.case.service, str(filed.citizen), job.body["facts"])
        application = await self._workflow.submit(draft)
        return Change("received", (SAVED,), RECEIVED, application.registered)

    async def _withdraw(self, job: Job) -> Change | None:
        """None where the office decided first: its decision is told, and stands."""
        application = await self._workflow.find(job.filed.key)
        if application is not None:
            await self._workflow.withdraw(application.id)
            application = await self._workflow.find(job.filed.key)
        return self._withdrawn() if application is None or application.status is Status.WITHDRAWN else None

    async def _supply(self, job: Job) -> Change | None:
        """None where the office has moved on meanwhile: the application has ended, or something new is asked for.

        What this order answers is remembered before it is answered. So if we die in between, what is gone was done,
        and what the office asks for next is left to the citizen.
        """
        application = await self._workflow.find(job.filed.key)
        if application is None:
            raise ApplicationUnknown
        open_tasks = await self._workflow.tasks(application.id)
        meant = job.body.get(TASKS)
        if meant is None:
            meant = [task.id for task in open_tasks]
            await self._store.write(orders.remember_tasks, job, meant)
        for task in open_tasks:
            if task.id in meant:
                await self._workflow.complete(task, {})
        has_moved_on = application.ended or any(task.id not in meant for task in open_tasks)
        return None if has_moved_on else Change("supplied", (RETURNED,), RECEIVED, self._clock())

    def _withdrawn(self) -> Change:
        return Change("withdrawn", OPEN, WITHDRAWN, self._clock())

    def _finish(self, connection: Connection, job: Job, change: Change | None) -> None:
        if orders.finish(connection, job) and change is not None:
            is_pointless = job.kind == SUBMIT and orders.has_withdrawal(connection, job.filed.id)
            self._apply(connection, job.filed, replace(change, event=None) if is_pointless else change)
        self._signals.notify(ORDERS)

    def _put_off(self, connection: Connection, job: Job, wait: timedelta, counts: bool) -> None:
        """The citizen is told once that it takes longer."""
        if not orders.try_later(connection, job, self._clock() + wait, counts=counts):
            return
        if job.kind == SUBMIT and not job.delayed and not orders.has_withdrawal(connection, job.filed.id):
            orders.mark_delayed(connection, job)
            self._apply(connection, job.filed, Change("delayed", (SAVED,), None, self._clock()))

    def _refuse(self, connection: Connection, job: Job) -> None:
        """Tried again as long as it takes: its people may put it right. The citizen is told once, and whom to ask."""
        if not orders.try_later(connection, job, self._clock() + AFTER_REFUSAL.wait(job.attempts), counts=True):
            return
        if job.kind == SUBMIT and orders.has_withdrawal(connection, job.filed.id):
            return
        if orders.mark_refused(connection, job):
            self._apply(connection, job.filed, Change(NOT_TAKEN[job.kind], OPEN, None, self._clock()))

    async def look(self) -> int:
        """Looks at the applications whose turn it is, at an office that tells nothing by itself; how many there were.

        Raises ServiceDown where it does not answer; whoever was not looked at keeps their turn.
        """
        due = await self._store.read(files.to_look_at, self._clock())
        for filed in due:
            await self._look_at(filed)
        return len(due)

    async def _look_at(self, filed: Filed) -> None:
        try:
            async with asyncio.timeout(TIMEOUT.total_seconds()):
                application = await self._workflow.find(filed.key)
        except (ServiceDown, TimeoutError):
            # The others first next time: one that is never answered must not be in their way.
            await self._store.write(self._see, filed, None)
            raise
        except WorkflowError as error:
            log.error("not looked at", case=filed.id, **trace(error))
            application = None
        await self._store.write(self._see, filed, application)
        self._signals.notify(DELIVERIES)

    def _see(self, connection: Connection, filed: Filed, application: Application | None) -> None:
        """What the state of an application tells; without a change it is looked at less and less often.

        Nothing where the case has moved since it was read: what was seen may be older than that.
        """
        now_filed = files.by_key(connection, filed.key)
        if now_filed is None or (now_filed.case, now_filed.looks) != (filed.case, filed.looks):
            return
        if application is not None:
            event, before, status = SEEN[application.status]
            change = Change(event, before, status, self._clock(), application.words)
            has_changed = self._apply(connection, filed, change)
        else:
            has_changed = False
        looks = 0 if has_changed else filed.looks + 1
        files.look_again(connection, filed.id, self._clock() + LOOKING.wait(max(looks, 1)), looks)

    async def hear_news(self, wait: timedelta) -> int:
        """Tells what the office wants told, waiting at most `wait` for something; how much there was.

        What could not be told is left with the office, and does not hold up the rest.
        """
        async with asyncio.timeout((wait + TIMEOUT).total_seconds()):
            events = await self._workflow.events(wait)
        failed: Exception | None = None
        for event in events:
            try:
                await self._hear(event)
            except ServiceDown:
                raise
            except Exception as error:
                log.error("news not told", news=event.id, **trace(error))
                failed = error
        if failed is not None:
            raise failed
        return len(events)

    async def _hear(self, event: Event) -> None:
        """What is told in words nobody knows may still be seen: the application itself says where it stands."""
        if event.name not in NEWS:
            log.error("news that makes no sense", news=event.id, name=event.name)
            filed = await self._store.read(files.by_key, event.key)
            if filed is not None:
                await self._look_at(filed)
        await self._store.write(self._note, event)
        self._signals.notify(DELIVERIES)
        async with asyncio.timeout(TIMEOUT.total_seconds()):
            await self._workflow.acknowledge(event)

    def _note(self, connection: Connection, event: Event) -> None:
        now = self._clock()
        if not news.remember(connection, event.id, now):
            log.info("told before", news=event.id)
            return
        filed = files.by_key(connection, event.key)
        if filed is None or event.name not in NEWS:
            log.warning("news that nobody waits for", news=event.id, name=event.name)
            return
        reason = str(event.facts.get("reason") or "") or None
        self._apply(connection, filed, Change(event.name, OPEN, NEWS[event.name], now, reason, _day(event.facts)))

    def _apply(self, connection: Connection, filed: Filed, change: Change) -> bool:
        """Moves the case and queues the news; False, and nothing done, where the case has moved on by itself."""
        if filed.citizen is None:
            return False
        session = sessions.hold(connection, filed.citizen)
        now_filed = files.by_key(connection, filed.key)
        if now_filed is None or now_filed.case.status not in change.before:
            return False
        case = now_filed.case
        if change.status is not None:
            case = replace(case, status=change.status, at=change.at, reason=change.reason, until=change.until)
            files.move(connection, now_filed.id, case)
        if change.event is not None:
            told = self._tell(session, case, change.event)
            deliveries.queue(connection, now_filed.address, (told,), self._clock(), Lane.NEWS)
        return True


def _day(facts: Mapping[str, Answer]) -> date | None:
    """The last day that the office named; None where it named none that can be read."""
    try:
        return date.fromisoformat(str(facts.get("until")))
    except ValueError:
        return None
