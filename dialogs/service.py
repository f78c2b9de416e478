"""What a service is made of, as its folder describes it. Data only: it decides nothing and words nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from dialogs.session import Answer
from locales.phrase import Phrase, Value

STALE_AFTER_YEARS = 5
APPEAL = "appeal"


@dataclass(frozen=True)
class Basis:
    """Where a fact comes from. `published` is the year of the source, None where it carries no date."""

    act: str
    source: str
    checked: date
    status: str
    gazette: str | None = None
    published: int | None = None

    def holds(self, today: date) -> bool:
        """It may be shown to a citizen: confirmed, and its source is not older than five years."""
        fresh = self.published is None or today.year - self.published < STALE_AFTER_YEARS
        return self.status == "confirmed" and fresh


@dataclass(frozen=True)
class Option:
    """One answer on offer. `also` are other words for it, with semicolons between them."""

    value: Answer
    label: str
    also: str | None = None


@dataclass(frozen=True)
class Question:
    """One question of a form. `always`: asked in every application, otherwise only where a rule needs the answer.

    `private`: asked only where nobody else sees it. `remembered`: offered again in the next application.
    `oldest_years`: a day longer ago than that is taken for a slip. `least` and `most` bound a number.
    `local`: its answer holds for one municipality only. Options beside another kind than "choice" may be chosen
    instead of an answer.
    """

    id: str
    kind: str
    ask: str
    label: str
    hint: str | None = None
    note: str | None = None
    always: bool = True
    private: bool = False
    remembered: bool = False
    local: bool = False
    oldest_years: int | None = None
    least: int | None = None
    most: int | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Fact:
    """What is known of one subject of one part of a service, with the basis it stands on.

    `names_office`: it sends the citizen to the office, so how to reach it is told with it.
    """

    subject: str
    part: str
    text: str
    basis: Basis
    values: Mapping[str, Value] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    names_office: bool = False


@dataclass(frozen=True)
class Rule:
    """A condition over the answer to one question: of entitlement to a part, or with `form` of sending that form."""

    id: str
    part: str
    question: str
    test: str
    value: Any
    met: str
    failed: str
    basis: Basis
    change: str | None = None
    form: str | None = None


@dataclass(frozen=True)
class Part:
    """Something a service gives. `ours`: the municipality's own, so its office is named where nothing is confirmed.

    `yes` and `no` word the outcome of its rules where "entitled" is not the word. `silent`: where nothing at all is
    known of it on a subject, nothing is said.
    """

    id: str
    title: str
    ours: bool = False
    yes: str | None = None
    no: str | None = None
    silent: bool = False


@dataclass(frozen=True)
class Subject:
    """What a service is asked about beyond what every service is asked about.

    `replaces` are wishes that mean this one where both are heard. `wish` is what
    its answer leads to.
    """

    id: str
    label: str
    wish: str | None = None
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """One kind of application: which questions it asks, which part it is about, and the time to decide.

    `also` are other words by which citizens mean it. `next` is what they do after each decision. `subject`: it is
    offered with the answer on this subject.
    """

    id: str
    service: str
    title: str
    part: str
    decision_days: int
    decision_basis: Basis
    questions: tuple[Question, ...]
    next: Mapping[str, str]
    also: str | None = None
    subject: str | None = None

    @property
    def key(self) -> str:
        """Unique among all forms of all services."""
        return f"{self.service}.{self.id}"

    @property
    def is_appeal(self) -> bool:
        """It is itself an appeal, against something that the office sends unasked, like a bill."""
        return self.subject == APPEAL


@dataclass(frozen=True)
class Due:
    """A day of every year on which something is due; where offices are closed it is the next one they are open."""

    id: str
    title: str
    month: int
    day: int
    text: str
    basis: Basis


@dataclass(frozen=True)
class Stage:
    """What is due after an event; with `days` or `months` by a day counted from it."""

    text: str
    basis: Basis
    days: int | None = None
    months: int | None = None


@dataclass(frozen=True)
class Event:
    """Something that happens in a life, and what is then due, in order. `when` asks for its day.

    `kind` is how that day is read: "date" for one that has been, "future_date" for one that is planned.
    """

    id: str
    title: str
    when: str
    kind: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Rate:
    """What part of the base is to be paid for a kind of thing, in hundredths of a percent, from `low` to `high`."""

    kind: str
    low: int
    high: int
    basis: Basis


@dataclass(frozen=True)
class Relief:
    """Percent off for the citizen and for each member of the household, at most `most`, where `question` is a yes.

    It is given for these `kinds` only.
    """

    question: str
    members: str
    own: int
    each: int
    most: int
    kinds: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True)
class Estimate:
    """How a yearly amount is estimated: the ids of the questions, and which of them is what.

    The base is the answer to `value`, or `area` times `price` where that is not known. Only `aged` kinds have an age.
    """

    title: str
    intro: str
    questions: tuple[Question, ...]
    value: str
    area: str
    price: str
    kind: str
    age: str
    aged: tuple[str, ...]
    relief: Relief
    share: str | None = None


@dataclass(frozen=True)
class Office:
    """Who decides, and where that is written."""

    title: str
    basis: Basis


@dataclass(frozen=True)
class Local:
    """What holds in one municipality: its own facts before the nation's, its own rules in the nation's place."""

    facts: tuple[Fact, ...]
    rules: tuple[Rule, ...]
    rates: tuple[Rate, ...]
    offices: tuple[Office, ...]

    def fact(self, subject: str, part: str, today: date) -> Fact | None:
        """The municipality's own fact if it may be shown, else the nation's; None where only the office knows."""
        found = (fact for fact in self.about(subject, part) if fact.basis.holds(today))
        return next(found, None)

    def office(self, today: date) -> Office:
        """The municipality's own if it may be named, else the one that every municipality has."""
        return next((office for office in self.offices if office.basis.holds(today)), self.offices[-1])

    def about(self, subject: str, part: str) -> tuple[Fact, ...]:
        """Every fact on this subject of this part, the municipality's own first, also those that may not be shown."""
        return tuple(fact for fact in self.facts if (fact.subject, fact.part) == (subject, part))

    def entitling(self, part: str | None = None) -> tuple[Rule, ...]:
        """The rules that decide who is entitled, to one part or to any."""
        return tuple(rule for rule in self.rules if rule.form is None and part in (None, rule.part))

    def for_form(self, form: Form) -> tuple[Rule, ...]:
        """The rules an application of this form is judged by."""
        return tuple(rule for rule in self.rules if rule.part == form.part and rule.form in (None, form.id))

    def rate(self, kind: str, today: date) -> Rate | None:
        """The municipality's own rate if it may be shown, else the limits the law sets."""
        return next((rate for rate in self.rates if rate.kind == kind and rate.basis.holds(today)), None)


@dataclass(frozen=True)
class Service:
    """A service as its folder describes it. Its name is the folder, the gettext domain and the process id.

    `entitled_label` and `where` word "Am I entitled?" and the question for the municipality where the usual words are
    not the right ones.
    """

    name: str
    rank: int
    title: str
    summary: str
    appeal_days: int
    appeal_basis: Basis
    appeal_to: str
    appeal_write: tuple[str, ...]
    entitled_label: str | None
    where: str | None
    parts: tuple[Part, ...]
    subjects: tuple[Subject, ...]
    questions: tuple[Question, ...]
    forms: tuple[Form, ...]
    dues: tuple[Due, ...]
    events: tuple[Event, ...]
    estimate: Estimate | None
    nation: Local
    locals: Mapping[str, Local]
    process: Path

    def phrase(self, text: str, /, **values: Value) -> Phrase:
        """A text of this service's own catalogue."""
        return Phrase(text, values, domain=self.name)

    def local(self, municipality: str | None) -> Local:
        """What holds in this municipality; what holds everywhere where none is named."""
        return self.locals[municipality] if municipality else self.nation

    def knows(self, subject: str) -> bool:
        """Somewhere in the country something was found out about it."""
        return any(fact.subject == subject for local in self.locals.values() for fact in local.facts)

    def question(self, id: str) -> Question:
        return next(question for question in self.questions if question.id == id)

    def form(self, id: str) -> Form:
        """The form of this id; the first one for an id that a newer version no longer has."""
        return next((form for form in self.forms if form.id == id), self.forms[0])


@dataclass(frozen=True)
class Contact:
    """One way to reach a municipality, with the day it was checked."""

    value: str
    checked: date


@dataclass(frozen=True)
class Municipality:
    slug: str
    contacts: Mapping[str, Contact]
