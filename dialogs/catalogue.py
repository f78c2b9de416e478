"""Services and municipalities as their folders describe them. Data only: it decides nothing and words nothing."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from dialogs.session import Answer
from locales.phrase import Euro, Phrase, Value

HERE = Path(__file__).parent
STALE_AFTER_YEARS = 5


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
    `oldest_years`: a day longer ago than that is taken for a slip.
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
    """A condition of entitlement over the answer to one question."""

    id: str
    part: str
    question: str
    test: str
    value: Any
    met: str
    failed: str
    basis: Basis
    change: str | None = None


@dataclass(frozen=True)
class Part:
    id: str
    title: str


@dataclass(frozen=True)
class Local:
    """What holds in one municipality: its own facts before the nation's, its own rules in the nation's place."""

    facts: tuple[Fact, ...]
    rules: tuple[Rule, ...]
    office: str

    def fact(self, subject: str, part: str, today: date) -> Fact | None:
        """The municipality's own fact if it may be shown, else the nation's; None where only the office knows."""
        found = (
            fact for fact in self.facts if (fact.subject, fact.part) == (subject, part) and fact.basis.holds(today)
        )
        return next(found, None)


@dataclass(frozen=True)
class Service:
    """A service as its folder describes it. Its name is the folder, the gettext domain and the process id."""

    name: str
    title: str
    summary: str
    decision_days: int
    appeal_days: int
    applies_to: str
    decision_basis: Basis
    appeal_basis: Basis
    parts: tuple[Part, ...]
    form: tuple[Question, ...]
    next: Mapping[str, str]
    nation: Local
    locals: Mapping[str, Local]
    process: Path

    def phrase(self, text: str, /, **values: Value) -> Phrase:
        """A text of this service's own catalogue."""
        return Phrase(text, values, domain=self.name)

    def local(self, municipality: str | None) -> Local:
        """What holds in this municipality; what holds everywhere where none is named."""
        return self.locals[municipality] if municipality else self.nation

    def question(self, id: str) -> Question:
        return next(question for question in self.form if question.id == id)


@dataclass(frozen=True)
class Contact:
    """One way to reach a municipality, with the day it was checked."""

    value: str
    checked: date


@dataclass(frozen=True)
class Municipality:
    slug: str
    contacts: Mapping[str, Contact]


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _basis(table: Mapping[str, Any]) -> Basis:
    return Basis(**table)


def _value(table: Mapping[str, Any]) -> Value:
    [(kind, value)] = table.items()
    typed: Value = Euro(value) if kind == "euro" else value
    return typed


def _fact(table: Mapping[str, Any]) -> Fact:
    values = {name: _value(value) for name, value in table.get("values", {}).items()}
    items = tuple(table.get("items", ()))
    named = {name: table[name] for name in ("subject", "part", "text", "names_office") if name in table}
    return Fact(**named, basis=_basis(table["basis"]), values=values, items=items)


def _rule(table: Mapping[str, Any]) -> Rule:
    return Rule(**{**table, "basis": _basis(table["basis"])})


def _question(table: Mapping[str, Any]) -> Question:
    options = tuple(Option(**option) for option in table.get("option", ()))
    return Question(**{key: value for key, value in table.items() if key != "option"}, options=options)


def _local(nation: Mapping[str, Any], own: Mapping[str, Any]) -> Local:
    facts = tuple(_fact(table) for table in (*own.get("fact", ()), *nation.get("fact", ())))
    rules = [_rule(table) for table in (*nation.get("rule", ()), *own.get("rule", ()))]
    office = own.get("office", nation["office"])
    return Local(
        facts,
        tuple({rule.id: rule for rule in rules}.values()),
        office["title"] if _basis(office["basis"]).status == "confirmed" else nation["office"]["title"],
    )


def _service(folder: Path) -> Service:
    about = _toml(folder / "service.toml")
    nation = {**_toml(folder / "facts.toml"), **_toml(folder / "rules.toml")}
    return Service(
        name=folder.name,
        title=about["title"],
        summary=about["summary"],
        decision_days=about["decision_days"],
        appeal_days=about["appeal_days"],
        applies_to=about["applies_to"],
        decision_basis=_basis(about["decision_basis"]),
        appeal_basis=_basis(about["appeal_basis"]),
        parts=tuple(Part(**part) for part in about["part"]),
        form=tuple(_question(question) for question in _toml(folder / "form.toml")["question"]),
        next={event: table["text"] for event, table in about["next"].items()},
        nation=_local(nation, {}),
        locals={slug: _local(nation, _toml(folder / "municipalities" / f"{slug}.toml")) for slug in municipalities()},
        process=folder / "process.bpmn",
    )


@lru_cache(maxsize=1)
def municipalities() -> Mapping[str, Municipality]:
    """All municipalities by slug, in alphabetical order; a contact that is not confirmed is not there."""
    return {slug: Municipality(slug, _contacts(table)) for slug, table in _toml(HERE / "municipalities.toml").items()}


def _contacts(table: Mapping[str, Any]) -> dict[str, Contact]:
    ways = {way: entry for way, entry in table.items() if isinstance(entry, dict)}
    return {way: Contact(e["value"], e["checked"]) for way, e in ways.items() if e["status"] == "confirmed"}


@lru_cache(maxsize=1)
def services() -> Mapping[str, Service]:
    """All services by name: every folder beside this module's data that has a `service.toml`."""
    folders = sorted(path.parent for path in (HERE / "services").glob("*/service.toml"))
    return {folder.name: _service(folder) for folder in folders}
