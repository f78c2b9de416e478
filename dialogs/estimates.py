"""A yearly amount estimated from a base, a rate, a share and a relief: exact, and rounded once at the end."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dialogs.service import Estimate, Rate, Relief
from dialogs.session import Answer

WHOLE = 100
"""All of it, in percent."""
TENTHS = 10
"""An area is answered in tenths of a square metre."""
RATE_PARTS = 100 * WHOLE
"""A rate is in hundredths of a percent."""


@dataclass(frozen=True)
class Estimated:
    """Every number of the formula: amounts in cents, `share` and `relief` in percent.

    `area` in tenths of a square metre and `price` in cents are there where the base is computed from them. `low` and
    `high` are the amount at the lowest and at the highest rate, half a cent rounded up; `full_low` and `full_high` the
    same before the relief.
    """

    base: int
    rate: Rate
    share: int
    relief: int
    full_low: int
    full_high: int
    low: int
    high: int
    area: int | None = None
    price: int | None = None


def estimated(
    described: Estimate, answers: Mapping[str, Answer], rate: Rate, relief: Relief | None
) -> Estimated | None:
    """The amount for these answers; None while neither the value nor the area with the price is known.

    A share that is not known is all of it. Without a `relief` none is taken off.
    """
    base = _base(described, answers)
    if base is None:
        return None
    share = _number(answers, described.share) if described.share in answers else WHOLE
    off = relieved(relief, answers) if relief and answers.get(described.kind) in relief.kinds else 0
    full_low, full_high = (base * Fraction(share * part, WHOLE * RATE_PARTS) for part in (rate.low, rate.high))
    kept = Fraction(WHOLE - off, WHOLE)
    is_computed = described.value not in answers
    return Estimated(
        base=rounded(base),
        rate=rate,
        share=share,
        relief=off,
        full_low=rounded(full_low),
        full_high=rounded(full_high),
        low=rounded(full_low * kept),
        high=rounded(full_high * kept),
        area=_number(answers, described.area) if is_computed else None,
        price=_number(answers, described.price) if is_computed else None,
    )


def _base(described: Estimate, answers: Mapping[str, Answer]) -> Fraction | None:
    if described.value in answers:
        return Fraction(_number(answers, described.value))
    if described.area in answers and described.price in answers:
        return Fraction(_number(answers, described.area) * _number(answers, described.price), TENTHS)
    return None


def relieved(relief: Relief, answers: Mapping[str, Answer]) -> int:
    """Percent off; 0 where its question is not answered with a yes. Members that are not known count as none."""
    if answers.get(relief.question) is not True:
        return 0
    members = _number(answers, relief.members) if relief.members in answers else 0
    return min(relief.own + relief.each * members, relief.most)


def rounded(cents: Fraction) -> int:
    """To whole cents, half a cent up."""
    return math.floor(cents + Fraction(1, 2))


def _number(answers: Mapping[str, Answer], id: str | None) -> int:
    return int(answers[str(id)])
