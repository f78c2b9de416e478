"""What the catalogue does not know, or not surely enough: the list somebody goes through with the municipalities."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dialogs.service import Basis, Local, Municipality, Service

CHECKED_FOR = timedelta(days=180)
OFFICE = "office"
CONTACTS = "municipalities.toml"


class Why(StrEnum):
    """Why something is on the list. What is unsure or old is kept from citizens; the rest is shown to them."""

    UNSURE = "not confirmed"
    OLD = "source too old"
    UNCHECKED = "not checked lately"
    MISSING = "missing"
    UNNAMED = "missing or not confirmed"


@dataclass(frozen=True)
class Finding:
    """One thing to find out. `municipality` is None for what holds in all of them, `service` for how to reach one.

    `file` is where it stands or should stand, below `dialogs/services/`. `since` is the year of a source that is too
    old, or the day of the last check.
    """

    municipality: str | None
    service: str | None
    file: str
    subject: str
    part: str
    why: Why
    since: str = ""


@dataclass(frozen=True)
class Entry:
    """Something in a file that stands on a basis."""

    file: str
    subject: str
    part: str
    basis: Basis


def audit(
    services: Mapping[str, Service], municipalities: Mapping[str, Municipality], today: date
) -> tuple[Finding, ...]:
    """Everything to find out on this day: what holds everywhere first, then by municipality.

    The catalogue leaves out offices and contacts that are not confirmed, so these cannot be told from missing ones.
    """
    nation = (finding for service in services.values() for finding in _nation(service, today))
    towns = (finding for slug in municipalities for finding in _town(services, municipalities, slug, today))
    return (*nation, *towns)


def _nation(service: Service, today: date) -> Iterator[Finding]:
    for entry in _national(service):
        yield from _doubts(None, service, entry, today)


def _town(
    services: Mapping[str, Service], municipalities: Mapping[str, Municipality], slug: str, today: date
) -> Iterator[Finding]:
    yield from _contacts(municipalities, slug, today)
    for service in services.values():
        for entry in _own(service, slug):
            yield from _doubts(slug, service, entry, today)
        yield from _gaps(service, slug, today)


def _doubts(slug: str | None, service: Service, entry: Entry, today: date) -> Iterator[Finding]:
    """At most one: what is not confirmed may be as old as it likes."""
    found = _doubt(entry.basis, today)
    if found:
        why, since = found
        yield Finding(slug, service.name, f"{service.name}/{entry.file}", entry.subject, entry.part, why, since)


def _doubt(basis: Basis, today: date) -> tuple[Why, str] | None:
    if basis.status != "confirmed":
        return Why.UNSURE, ""
    if not basis.holds(today):
        return Why.OLD, str(basis.published)
    return _unchecked(basis.checked, today)


def _unchecked(checked: date, today: date) -> tuple[Why, str] | None:
    return (Why.UNCHECKED, checked.isoformat()) if today - checked > CHECKED_FOR else None


def _national(service: Service) -> Iterator[Entry]:
    yield from _entries(service.nation, Local((), (), (), service.nation.offices), "")
    yield from (Entry("facts.toml", OFFICE, "", office.basis) for office in service.nation.offices)
    yield Entry("service.toml", "appeal", "", service.appeal_basis)
    for form in service.forms:
        yield Entry("forms.toml", f"decision on {form.id}", form.part, form.decision_basis)
    for due in service.dues:
        yield Entry("service.toml", f"due {due.id}", "", due.basis)
    for event in service.events:
        for number, stage in enumerate(event.stages, start=1):
            yield Entry("events.toml", f"{event.id}, step {number}", "", stage.basis)
    if service.estimate:
        yield Entry("estimate.toml", "relief", "", service.estimate.relief.basis)


def _own(service: Service, slug: str) -> Iterator[Entry]:
    """What the municipality's own file says."""
    local = service.locals[slug]
    yield from _entries(local, service.nation, _file(slug))
    for office in local.offices:
        if office not in service.nation.offices:
            yield Entry(_file(slug), OFFICE, "", office.basis)


def _file(slug: str) -> str:
    return f"municipalities/{slug}.toml"


def _entries(local: Local, besides: Local, file: str) -> Iterator[Entry]:
    """Facts, rules and rates that are not among others; without a file they stand where the nation's stand."""
    for fact in local.facts:
        if fact not in besides.facts:
            yield Entry(file or "facts.toml", fact.subject, fact.part, fact.basis)
    for rule in local.rules:
        if rule not in besides.rules:
            yield Entry(file or "rules.toml", f"rule {rule.id}", rule.part, rule.basis)
    for rate in local.rates:
        if rate not in besides.rates:
            yield Entry(file or "estimate.toml", _rate(rate.kind), "", rate.basis)


def _rate(kind: str) -> str:
    return f"rate for {kind}"


def _gaps(service: Service, slug: str, today: date) -> Iterator[Finding]:
    """What some municipality knows, and neither this one nor the nation; what is there but hidden is no gap."""
    own = {(entry.subject, entry.part) for entry in _own(service, slug)}
    file = f"{service.name}/{_file(slug)}"
    for subject, part in _known_somewhere(service, today):
        if (subject, part) not in own and service.locals[slug].fact(subject, part, today) is None:
            yield Finding(slug, service.name, file, subject, part, Why.MISSING)
    for kind in _rated_somewhere(service, today):
        if (_rate(kind), "") not in own:
            yield Finding(slug, service.name, file, _rate(kind), "", Why.MISSING)
    if service.locals[slug].offices == service.nation.offices:
        yield Finding(slug, service.name, file, OFFICE, "", Why.UNNAMED)


def _known_somewhere(service: Service, today: date) -> Iterable[tuple[str, str]]:
    held = (fact for local in service.locals.values() for fact in local.facts if fact.basis.holds(today))
    return sorted({(fact.subject, fact.part) for fact in held})


def _rated_somewhere(service: Service, today: date) -> Iterable[str]:
    """The kinds of which some municipality's own rate is known, and not only the limits the law sets."""
    held = (rate for local in service.locals.values() for rate in local.rates if rate.basis.holds(today))
    return sorted({rate.kind for rate in held if rate not in service.nation.rates})


def _contacts(municipalities: Mapping[str, Municipality], slug: str, today: date) -> Iterator[Finding]:
    """Every way to reach one of them should be known of all."""
    ways = sorted({way for municipality in municipalities.values() for way in municipality.contacts})
    contacts = municipalities[slug].contacts
    for way in ways:
        found = _unchecked(contacts[way].checked, today) if way in contacts else (Why.UNNAMED, "")
        if found:
            why, since = found
            yield Finding(slug, None, CONTACTS, way, "", why, since)
