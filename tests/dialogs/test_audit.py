"""What nobody may rely on is on the list, once, with why; what is sure and fresh is not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dialogs.audit import CHECKED_FOR, Finding, Why, audit
from dialogs.catalogue import municipalities, services
from dialogs.service import Basis, Contact, Fact, Local, Municipality, Office, Rate, Rule, Service

TODAY = date(2026, 11, 24)
SURE = Basis("Law", "general knowledge", TODAY, "confirmed")
UNSURE = replace(SURE, status="to be confirmed")
OLD = replace(SURE, published=2021)
LONG_AGO = replace(SURE, checked=TODAY - CHECKED_FOR - timedelta(days=1))
THEIRS = Office("Secretariat", SURE)
OURS = Office("Municipality", SURE)
NOTHING = Local((), (), (), (OURS,))
LIMITS = Rate("dwelling", 25, 100, SURE)
TOWNS = {slug: Municipality(slug, {}) for slug in ("tivat", "kotor")}


def fact(basis: Basis, subject: str = "fee") -> Fact:
    return Fact(subject, "payment", f"The {subject}.", basis)


def rule(basis: Basis) -> Rule:
    return Rule("deadline", "payment", "born", "within", {"months": 12}, "In time.", "Too late.", basis)


def aid(*, nation: Local = NOTHING, tivat: Local = NOTHING, kotor: Local = NOTHING) -> Service:
    """A service of which nothing is known but this. The towns know what the nation knows, as the catalogue has it."""
    [real, *_] = services().values()
    locals = {slug: _joined(own, nation) for slug, own in (("tivat", tivat), ("kotor", kotor))}
    return replace(
        real, name="aid", appeal_basis=SURE, forms=(), dues=(), events=(), estimate=None, nation=nation, locals=locals
    )


def _joined(own: Local, nation: Local) -> Local:
    rules = (*(rule for rule in nation.rules if rule.id not in {mine.id for mine in own.rules}), *own.rules)
    return replace(own, facts=(*own.facts, *nation.facts), rules=rules, rates=(*own.rates, *nation.rates))


def found(service: Service) -> set[tuple[str | None, str, Why]]:
    findings = audit({service.name: service}, TOWNS, TODAY)
    assert len(set(findings)) == len(findings)
    return {(finding.municipality, finding.subject, finding.why) for finding in findings} - UNNAMED


UNNAMED = {("tivat", "office", Why.UNNAMED), ("kotor", "office", Why.UNNAMED)}


@pytest.mark.parametrize(
    ("basis", "why"), [(UNSURE, Why.UNSURE), (OLD, Why.OLD), (LONG_AGO, Why.UNCHECKED)], ids=lambda value: str(value)
)
def test_what_cannot_be_relied_on_is_found_once_with_why(basis: Basis, why: Why) -> None:
    nation = replace(NOTHING, facts=(fact(basis),), rules=(rule(basis),), rates=(replace(LIMITS, basis=basis),))

    expected = {(None, "fee", why), (None, "rule deadline", why), (None, "rate for dwelling", why)}

    assert found(aid(nation=nation)) == expected


def test_what_was_checked_half_a_year_ago_to_the_day_is_still_checked() -> None:
    just = replace(SURE, checked=TODAY - CHECKED_FOR)

    assert found(aid(nation=replace(NOTHING, facts=(fact(just),)))) == set()


def test_of_what_is_both_unsure_and_old_only_the_first_is_said() -> None:
    both = replace(OLD, status="to be confirmed")

    assert found(aid(nation=replace(NOTHING, facts=(fact(both),)))) == {(None, "fee", Why.UNSURE)}


def test_what_one_town_knows_and_another_does_not_is_missing_there() -> None:
    service = aid(tivat=replace(NOTHING, facts=(fact(SURE),)))

    assert found(service) == {("kotor", "fee", Why.MISSING)}


def test_what_the_nation_knows_is_missing_nowhere() -> None:
    nation = replace(NOTHING, facts=(fact(SURE),))

    assert found(aid(nation=nation, tivat=replace(NOTHING, facts=(fact(SURE),)))) == set()


def test_what_no_town_knows_surely_is_missing_nowhere() -> None:
    service = aid(tivat=replace(NOTHING, facts=(fact(UNSURE),)))

    assert found(service) == {("tivat", "fee", Why.UNSURE)}


def test_what_is_there_but_hidden_is_not_missing_too() -> None:
    service = aid(tivat=replace(NOTHING, facts=(fact(SURE),)), kotor=replace(NOTHING, facts=(fact(OLD),)))

    assert found(service) == {("kotor", "fee", Why.OLD)}


def test_where_the_nation_is_unsure_too_it_is_missing() -> None:
    service = aid(nation=replace(NOTHING, facts=(fact(UNSURE),)), tivat=replace(NOTHING, facts=(fact(SURE),)))

    assert found(service) == {(None, "fee", Why.UNSURE), ("kotor", "fee", Why.MISSING)}


def test_a_town_that_has_only_the_limits_of_the_law_lacks_its_own_rate() -> None:
    own = replace(NOTHING, rates=(Rate("dwelling", 30, 30, SURE),))

    service = aid(nation=replace(NOTHING, rates=(LIMITS,)), tivat=own)

    assert found(service) == {("kotor", "rate for dwelling", Why.MISSING)}


def test_a_town_whose_own_office_is_not_known_is_named() -> None:
    service = aid(tivat=replace(NOTHING, offices=(THEIRS, OURS)))

    findings = audit({service.name: service}, TOWNS, TODAY)

    assert findings == (Finding("kotor", "aid", "aid/municipalities/kotor.toml", "office", "", Why.UNNAMED),)


def test_a_way_to_reach_one_town_is_wanted_of_all_and_looked_at_again() -> None:
    contact = Contact("+38232661300", LONG_AGO.checked)
    towns = {"tivat": Municipality("tivat", {"phone": contact}), "kotor": Municipality("kotor", {})}

    findings = audit({}, towns, TODAY)

    assert findings == (
        Finding("tivat", None, "municipalities.toml", "phone", "", Why.UNCHECKED, str(LONG_AGO.checked)),
        Finding("kotor", None, "municipalities.toml", "phone", "", Why.UNNAMED),
    )


def test_everything_that_stands_on_a_basis_is_looked_at() -> None:
    """Half a year after all was checked, everything confirmed is to be checked again: nothing slips through."""
    later = date.fromordinal(TODAY.toordinal() + 2 * CHECKED_FOR.days)

    files = {
        finding.file.rpartition("/")[2]
        for finding in audit(services(), municipalities(), later)
        if finding.municipality is None and finding.why is Why.UNCHECKED
    }

    assert files == {"facts.toml", "rules.toml", "service.toml", "forms.toml", "events.toml", "estimate.toml"}
