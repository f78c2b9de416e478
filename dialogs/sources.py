"""Where a fact or a rule is written, and when it was checked: the line under every answer."""

from collections.abc import Iterable

from dialogs.service import Basis, Service
from locales.phrase import Phrase, say


def line(service: Service, basis: Basis) -> Phrase:
    """The act with its gazette, or the year of the source where no gazette is known, and the day of the check."""
    act = service.phrase(basis.act)
    if basis.gazette:
        gazette = service.phrase(basis.gazette)
        return say("Source: {act}, {gazette}. Checked on {day}.", act=act, gazette=gazette, day=basis.checked)
    if basis.published:
        return say("Source: {act}, {year}. Checked on {day}.", act=act, year=str(basis.published), day=basis.checked)
    return say("Source: {act}. Checked on {day}.", act=act, day=basis.checked)


def lines(service: Service, bases: Iterable[Basis]) -> tuple[Phrase, ...]:
    """One line for each act, in the order they are used."""
    each = {(basis.act, basis.gazette): basis for basis in bases}
    return tuple(line(service, basis) for basis in each.values())
