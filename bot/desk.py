"""The clerk's side of the cases: which there are, what is in one, and deciding it in the embedded engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.messages import File
from bot.store import Store, cases, files, transfers
from bot.store.cases import Filed
from dialogs.catalogue import forms, services
from dialogs.deadlines import last_day
from dialogs.forms import shown
from dialogs.outside import Carried
from dialogs.service import Question, Service
from dialogs.session import Answer
from integrations.workflow import ApplicationUnknown, Status, Workflow
from integrations.workflow.embedded import Decision, Embedded, NotWaiting
from locales import DEFAULT
from locales.wording import word
from nlu.entities import read_references

DAYS_TO_SUPPLY = 15


class NotDone(Exception):
    """A sentence for the clerk, saying why it was not done."""


@dataclass(frozen=True)
class Ruling:
    """What a clerk decides. `until`, the citizen's last day, is found by the calendar where it is left open."""

    decision: Decision
    reason: str = ""
    until: date | None = None


class Desk:
    def __init__(self, store: Store, office: Workflow) -> None:
        self._store = store
        self._office = office

    async def cases(self, status: str | None) -> tuple[Filed, ...]:
        """Oldest first."""
        return await self._store.read(cases.all_in, status)

    async def case(self, reference: str) -> Filed:
        """The case of this number, however it is written; raises NotDone."""
        written = read_references(reference)
        found = await self._store.read(cases.by_reference, written[0]) if written else None
        if found is None:
            raise NotDone(f"There is no application {reference!r}. A number looks like KOM-2026-7F3K9A.")
        return found

    async def files(self, filed: Filed) -> tuple[File, ...]:
        """Photos and documents that the citizen of this case has sent, oldest first; none once the case is nobody's."""
        return () if filed.citizen is None else await self._store.read(files.sent_by, filed.citizen)

    async def draft(self, code: str, now: datetime) -> Carried:
        """What was answered so far in the draft of this code, which goes on working. Raises NotDone."""
        found = await self._store.write(transfers.find, code, now)
        if found is None or found.form not in forms():
            raise NotDone(
                f"There is no draft {code!r}. A code looks like K7Q 2MX and works for one day, and only once."
            )
        return found

    async def decide(self, reference: str, ruling: Ruling, today: date) -> Filed:
        """The case as it was when it was decided; the citizen is told by the server. Raises NotDone."""
        if not isinstance(self._office, Embedded):
            raise NotDone("Applications are decided in the office's own system, the one of KOMSHI_WORKFLOW_URL.")
        filed = await self.case(reference)
        until = _until(ruling, today)
        try:
            await self._office.decide(filed.key, ruling.decision, ruling.reason.strip(), until)
        except ApplicationUnknown:
            raise NotDone(
                f"{filed.case.reference} is not at the office yet. It is sent on as soon as possible."
            ) from None
        except NotWaiting:
            raise NotDone(f"{filed.case.reference} {await self._standing(filed)}") from None
        return filed

    async def _standing(self, filed: Filed) -> str:
        application = await self._office.find(filed.key)
        if application is None:
            return "is not at the office yet. It is sent on as soon as possible."
        words = {
            Status.APPROVED: "is approved already.",
            Status.REJECTED: "is refused already.",
            Status.WITHDRAWN: "was withdrawn by the citizen.",
            Status.SENDBACK: "was returned, and waits for the citizen's answer.",
        }
        return words.get(application.status, "cannot be decided now.")


def _until(ruling: Ruling, today: date) -> date | None:
    if ruling.decision is not Decision.APPROVE and not ruling.reason.strip():
        raise NotDone(f"To {ruling.decision} an application needs a reason; the citizen is told it. Add --reason.")
    if ruling.until is not None and ruling.until < today:
        raise NotDone("The last day is in the past.")
    if ruling.decision is Decision.RETURN:
        return ruling.until or last_day(today, DAYS_TO_SUPPLY)
    return ruling.until


def answers(filed: Filed) -> Iterator[tuple[str, str]]:
    """Label and answer of what the citizen stated, the sensitive ones too: for the clerk's eyes only."""
    service = services()[filed.case.service]
    questions = {question.id: question for question in service.questions}
    for id, value in filed.answers.items():
        question = questions.get(id)
        yield (id, str(value)) if question is None else _stated(service, question, value)


def drafted(carried: Carried) -> Iterator[tuple[str, str, bool]]:
    """Label and answer of what is in a draft, in the order of its form, and whether the answer is sensitive."""
    form = forms()[carried.form]
    service = services()[form.service]
    for question in form.questions:
        if question.id in carried.answers:
            yield *_stated(service, question, carried.answers[question.id]), question.private


def _stated(service: Service, question: Question, value: Answer) -> tuple[str, str]:
    label = word(service.phrase(question.label), DEFAULT)
    if question.private and value not in {option.value for option in question.options}:
        return label, str(value)
    return label, word(shown(question, service, value), DEFAULT)
