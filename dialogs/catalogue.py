"""All services and municipalities, read from their folders. What they are made of is in `dialogs.service`."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from dialogs.service import (
    Basis,
    Contact,
    Due,
    Estimate,
    Event,
    Fact,
    Form,
    Local,
    Municipality,
    Office,
    Option,
    Part,
    Question,
    Rate,
    Relief,
    Rule,
    Service,
    Stage,
    Subject,
)
from locales.phrase import Euro, Value

HERE = Path(__file__).parent

LAST = 99

Table = Mapping[str, Any]


@lru_cache(maxsize=1)
def municipalities() -> Mapping[str, Municipality]:
    """All municipalities by slug, in alphabetical order; a contact that is not confirmed is not there."""
    return {slug: Municipality(slug, _contacts(table)) for slug, table in _toml(HERE / "municipalities.toml").items()}


def _contacts(table: Table) -> dict[str, Contact]:
    ways = {way: entry for way, entry in table.items() if isinstance(entry, dict)}
    return {way: Contact(e["value"], e["checked"]) for way, e in ways.items() if e["status"] == "confirmed"}


@lru_cache(maxsize=1)
def services() -> Mapping[str, Service]:
    """All services by name, in the order they are offered: every folder that has a `service.toml`."""
    folders = (path.parent for path in (HERE / "services").glob("*/service.toml"))
    found = sorted(map(_service, folders), key=lambda service: (service.rank, service.name))
    return {service.name: service for service in found}


@lru_cache(maxsize=1)
def forms() -> Mapping[str, Form]:
    """All forms of all services by their key."""
    return {form.key: form for service in services().values() for form in service.forms}


def _service(folder: Path) -> Service:
    about = _toml(folder / "service.toml")
    questions = {table["id"]: _question(table) for table in _toml(folder / "questions.toml")["question"]}
    nation = {
        **_toml(folder / "facts.toml"),
        **_toml(folder / "rules.toml"),
        "rate": _toml(folder / "estimate.toml").get("rate", ()),
    }
    return Service(
        name=folder.name,
        rank=about.get("rank", LAST),
        title=about["title"],
        summary=about["summary"],
        appeal_days=about["appeal_days"],
        appeal_basis=_basis(about["appeal_basis"]),
        appeal_to=about["appeal"]["to"]["text"],
        appeal_write=tuple(about["appeal"]["write"]),
        entitled_label=about.get("entitled_label"),
        where=about.get("where"),
        parts=tuple(Part(**part) for part in about["part"]),
        subjects=tuple(_subject(subject) for subject in about.get("subject", ())),
        questions=tuple(questions.values()),
        forms=tuple(_form(table, folder.name, questions, about) for table in _toml(folder / "forms.toml")["form"]),
        dues=tuple(Due(**_founded(table)) for table in about.get("due", ())),
        events=tuple(_event(table) for table in _toml(folder / "events.toml").get("event", ())),
        estimate=_estimate(_toml(folder / "estimate.toml"), questions),
        nation=_local(nation, {}),
        locals={slug: _local(nation, _toml(folder / "municipalities" / f"{slug}.toml")) for slug in municipalities()},
        process=folder / "process.bpmn",
    )


def _subject(table: Table) -> Subject:
    return Subject(**{**table, "replaces": tuple(table.get("replaces", ()))})


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _basis(table: Table) -> Basis:
    return Basis(**table)


def _founded(table: Table) -> dict[str, Any]:
    """The fields of something that stands on a basis."""
    return {**table, "basis": _basis(table["basis"])}


def _question(table: Table) -> Question:
    options = tuple(Option(**option) for option in table.get("option", ()))
    return Question(**{key: value for key, value in table.items() if key != "option"}, options=options)


def _form(table: Table, service: str, questions: Mapping[str, Question], about: Table) -> Form:
    """What the form does not say for itself, the service says for all its forms."""
    following = {**about["next"], **table.get("next", {})}
    return Form(
        id=table["id"],
        service=service,
        title=table["title"],
        part=table["part"],
        decision_days=table["decision_days"],
        decision_basis=_basis(table.get("decision_basis") or about["decision_basis"]),
        questions=_named(table["questions"], questions),
        next={event: said["text"] for event, said in following.items()},
        also=table.get("also"),
        subject=table.get("subject"),
    )


def _named(ids: Iterable[str], questions: Mapping[str, Question]) -> tuple[Question, ...]:
    return tuple(questions[id] for id in ids)


def _event(table: Table) -> Event:
    stages = tuple(Stage(**_founded(stage)) for stage in table["step"])
    return Event(table["id"], table["title"], table["when"], table.get("kind", "date"), stages)


def _estimate(table: Table, questions: Mapping[str, Question]) -> Estimate | None:
    if not table:
        return None
    return Estimate(
        title=table["title"],
        intro=table["intro"],
        questions=_named(table["questions"], questions),
        **table["base"],
        kind=table["kind"],
        age=table["age"],
        aged=tuple(table["aged"]),
        relief=Relief(**{**_founded(table["relief"]), "kinds": tuple(table["relief"]["kinds"])}),
        share=table.get("share", {}).get("question"),
    )


def _local(nation: Table, own: Table) -> Local:
    rules = [Rule(**_founded(table)) for table in (*nation.get("rule", ()), *own.get("rule", ()))]
    return Local(
        facts=tuple(_fact(table) for table in (*own.get("fact", ()), *nation.get("fact", ()))),
        rules=tuple({rule.id: rule for rule in rules}.values()),
        rates=tuple(_rate(table) for table in (*own.get("rate", ()), *nation.get("rate", ()))),
        offices=tuple(_office(table["office"]) for table in (own, nation) if "office" in table),
    )


def _office(table: Table) -> Office:
    return Office(table["title"], _basis(table["basis"]))


def _fact(table: Table) -> Fact:
    values = {name: _value(value) for name, value in table.get("values", {}).items()}
    items = tuple(table.get("items", ()))
    named = {name: table[name] for name in ("subject", "part", "text", "names_office") if name in table}
    return Fact(**named, basis=_basis(table["basis"]), values=values, items=items)


def _value(table: Table) -> Value:
    [(kind, value)] = table.items()
    typed: Value = Euro(value) if kind == "euro" else value
    return typed


def _rate(table: Table) -> Rate:
    """One rate, or the limits between which municipalities set theirs."""
    low, high = (table["rate"], table["rate"]) if "rate" in table else (table["low"], table["high"])
    return Rate(table["kind"], low, high, _basis(table["basis"]))
