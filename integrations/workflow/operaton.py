"""The Workflow of an office that runs Operaton, CIB seven or Camunda 7, with the very processes of the embedded engine.

There an external task holds its process until it is acknowledged. What it tells has been decided by then, and is
answered here as it stands, so that both engines tell one story.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from integrations.workflow import Answer, Application, Draft, Event, Refused, ServiceDown, Status, Task
from integrations.workflow.calling import Caller
from integrations.workflow.engine_rest import Activity, EngineRest, ExternalTask, Instance, UserTask
from integrations.workflow.profile import APPLICANT, OUTCOMES, TOPIC
from integrations.workflow.steps import Step, steps

_log = structlog.get_logger(__name__)
# News that was fetched and not acknowledged comes again after this time.
LOCK = timedelta(minutes=1)
# A task for the applicant is there as soon as the news of it is acknowledged.
SOON = timedelta(seconds=5)
_HOME = ZoneInfo("Europe/Podgorica")
_DELETED = "EXTERNALLY_TERMINATED"


class Operaton:
    """One engine, spoken to through `engine-rest`. It must keep history of level `activity` or above.

    The key of an application is its business key, which the engine itself does not keep unique. So there is a look
    before every start and another after it, and of several the one that started last is deleted. Two who submit one
    key at once may both be answered before that, each with its own; from then on there is one, unless a process was
    killed between its start and its second look: then the next submission of the key puts it right. An operator who
    wants more adds a unique constraint to the engine's database. The engine forgets an ended application after the
    `historyTimeToLive` of its process, and its key with it.
    """

    tells = True

    def __init__(self, caller: Caller, definitions: Mapping[str, Path], lock: timedelta = LOCK) -> None:
        """`definitions` are BPMN files by process id, the name of the service.

        News that was fetched comes again after `lock`, if it was not acknowledged. Raises NotPortable.
        """
        self._engine = EngineRest(caller)
        self._definitions = definitions
        self._steps = {service: steps(path) for service, path in definitions.items()}
        self._lock = lock
        self._is_deployed = False

    async def deploy(self) -> None:
        """The engine has our definitions. `submit` asks for it once, so an office may be away when we begin."""
        for service, path in self._definitions.items():
            await self._engine.deploy(service, path.read_bytes())
        self._is_deployed = True

    async def submit(self, draft: Draft) -> Application:
        """See Workflow. `answers` hold the variables the process asks for from the start, such as its legal time."""
        known = await self._only(draft.key)
        if known is not None:
            return await self._application(known)
        if draft.service not in self._definitions:
            raise Refused(f"there is no process {draft.service!r}")
        if not self._is_deployed:
            await self.deploy()
        id = await self._engine.start(draft.service, draft.key, draft.answers)
        started = await self._only(draft.key)
        if started is None:
            # We would start it again at every try.
            await self._engine.delete(id)
            raise Refused("the engine keeps no history, so no application can be found again")
        return await self._application(started)

    async def find(self, key: str) -> Application | None:
        instances = await self._engine.instances(key)
        return None if not instances else await self._application(_first(instances))

    async def tasks(self, id: str) -> tuple[Task, ...]:
        """See Workflow. Raises ServiceDown where the applicant has something to do, but has not been told yet."""
        tasks = await self._engine.user_tasks(id, APPLICANT)
        if not tasks:
            application = await self._application(await self._engine.instance(id))
            if application.status is Status.SENDBACK:
                raise ServiceDown(SOON)
        return tuple(_task(task) for task in tasks)

    async def complete(self, task: Task, answers: Mapping[str, Answer]) -> Application:
        await self._engine.complete(task.id, answers)
        return await self._application(await self._engine.instance(task.application))

    async def events(self, wait: timedelta) -> tuple[Event, ...]:
        fetched = await self._engine.fetch_and_lock(TOPIC, list(self._definitions), self._lock, wait)
        return tuple(_event(task) for task in fetched)

    async def acknowledge(self, event: Event) -> None:
        await self._engine.finish(event.id)

    async def withdraw(self, id: str) -> None:
        application = await self._application(await self._engine.instance(id))
        if not application.ended:
            await self._engine.delete(id)

    async def _only(self, key: str) -> Instance | None:
        """The process under this key; others that were started beside it are deleted."""
        instances = await self._engine.instances(key)
        if not instances:
            return None
        first = _first(instances)
        for instance in instances:
            if instance is not first and instance.end_time is None:
                _log.warning("started_twice", instance=instance.id, kept=first.id)
                await self._engine.delete(instance.id)
        return first

    async def _application(self, instance: Instance) -> Application:
        step = self._step(instance, await self._engine.activities(instance.id))
        has_ended = instance.end_time is not None or step.status in OUTCOMES.values()
        return Application(
            instance.id,
            instance.business_key or "",
            instance.process_definition_key,
            step.status,
            step.name,
            instance.start_time.astimezone(UTC),
            has_ended,
        )

    def _step(self, instance: Instance, activities: list[Activity]) -> Step:
        """Where the application stands. An end that no definition of ours knows is the operator's to look at."""
        known = self._steps.get(instance.process_definition_key, {})
        visits = {visit.activity_id: visit for visit in activities if not visit.canceled}
        reached = [known[id] for id in OUTCOMES if id in visits and id in known]
        if reached:
            return reached[0]
        if instance.state == _DELETED:
            return Step("Withdrawn", Status.WITHDRAWN)
        if instance.end_time is not None:
            _log.error("unknown_end", instance=instance.id, service=instance.process_definition_key)
        open_now = [visit.activity_id for visit in activities if visit.end_time is None]
        return next((known[id] for id in open_now if id in known), Step("Unknown step", Status.PENDING))


def _first(instances: list[Instance]) -> Instance:
    """The one that counts, for everybody who looks: a deleted one does only where there is no other."""
    return min(instances, key=lambda instance: (instance.state == _DELETED, instance.start_time, instance.id))


def _task(task: UserTask) -> Task:
    return Task(task.id, task.process_instance_id, task.task_definition_key, task.due and _last_moment(task.due))


def _last_moment(due: datetime) -> datetime:
    """A day without a time is midnight in the engine's own offset: it is counted to its end, in Montenegro."""
    is_a_day = due.time() == time(0)
    return (datetime.combine(due.date(), time(23, 59, 59), _HOME) if is_a_day else due).astimezone(UTC)


def _event(task: ExternalTask) -> Event:
    facts = task.facts()
    name = str(facts.pop("event", ""))
    return Event(task.id, task.business_key or "", name, facts)
