"""An estimate to the cent: what the formula gives, and what it must never give."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.catalogue import services
from dialogs.estimates import Estimated, estimated, relieved, rounded
from dialogs.service import Basis, Rate
from dialogs.session import Answer

BASIS = Basis("Act", "https://example.org", date(2026, 11, 24), "confirmed")
DESCRIBED = next(service.estimate for service in services().values() if service.estimate)
OWN = Rate("dwelling", 25, 25, BASIS)
LIMITS = Rate("dwelling", 25, 100, BASIS)

CENTS = st.integers(1, 10**11)
SHARES = st.integers(1, 100)
MEMBERS = st.integers(0, 30)
RATES = st.tuples(st.integers(1, 500), st.integers(0, 500)).map(lambda low: Rate("dwelling", low[0], sum(low), BASIS))


def result(rate: Rate, **answers: Answer) -> Estimated:
    found = estimated(DESCRIBED, {"kind": rate.kind, **answers}, rate, DESCRIBED.relief)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("answers", "amount"),
    [
        ({"value": 8_000_000}, 20_000),  # 80000 euros at 0.25 %
        ({"area": 545, "price": 120_000}, 16_350),  # 54.5 m² at 1200 euros
        ({"value": 8_000_000, "share": 50}, 10_000),
        ({"value": 8_000_000, "home": True}, 16_000),
        ({"value": 8_000_000, "home": True, "members": 2}, 12_000),
        ({"value": 8_000_000, "home": True, "members": 9}, 10_000),  # never more than half
        ({"value": 8_000_000, "home": False, "members": 9}, 20_000),
        ({"value": 200}, 1),  # half a cent is a cent
        ({"value": 199}, 0),
    ],
)
def test_the_amount_is_the_base_times_the_rate_by_share_less_the_relief(
    answers: dict[str, Answer], amount: int
) -> None:
    found = result(OWN, **answers)

    assert (found.low, found.high) == (amount, amount)


def test_the_relief_is_for_a_home_and_not_for_land() -> None:
    found = result(Rate("land", 25, 25, BASIS), value=8_000_000, home=True, members=2)

    assert (found.relief, found.low) == (0, 20_000)


def test_where_only_the_limits_of_the_law_are_known_it_is_from_one_amount_to_another() -> None:
    found = result(LIMITS, value=8_000_000)

    assert (found.low, found.high) == (20_000, 80_000)


def test_every_step_of_the_formula_can_be_told() -> None:
    found = result(OWN, area=545, price=120_000, share=50, home=True, members=1)

    assert (found.area, found.price, found.base) == (545, 120_000, 6_540_000)
    assert (found.share, found.full_low, found.relief, found.low) == (50, 8_175, 30, 5_723)  # 57.225 up


def test_a_value_that_is_known_stands_before_area_and_price() -> None:
    found = result(OWN, value=8_000_000, area=545, price=120_000)

    assert (found.base, found.area, found.price) == (8_000_000, None, None)


@pytest.mark.parametrize("answers", [{}, {"area": 545}, {"price": 120_000}])
def test_without_a_base_nothing_is_estimated(answers: dict[str, Answer]) -> None:
    assert estimated(DESCRIBED, answers, OWN, DESCRIBED.relief) is None


def test_a_relief_that_nobody_confirmed_is_not_taken_off() -> None:
    found = estimated(DESCRIBED, {"value": 8_000_000, "home": True}, OWN, None)

    assert found is not None
    assert (found.relief, found.low) == (0, 20_000)


@given(CENTS, SHARES, MEMBERS, RATES)
def test_it_is_never_negative_and_never_more_than_the_share_of_the_base(
    value: int, share: int, members: int, rate: Rate
) -> None:
    found = result(rate, value=value, share=share, home=True, members=members)

    assert 0 <= found.low <= found.high <= rounded(Fraction(value * share, 100))


@given(CENTS, CENTS, SHARES, MEMBERS, RATES)
def test_a_higher_value_never_costs_less(one: int, more: int, share: int, members: int, rate: Rate) -> None:
    lower = result(rate, value=one, share=share, home=True, members=members)
    higher = result(rate, value=one + more, share=share, home=True, members=members)

    assert (lower.low, lower.high) <= (higher.low, higher.high)
    assert lower.high <= higher.high


@given(MEMBERS, st.booleans())
def test_the_relief_is_never_above_the_most(members: int, home: bool) -> None:
    percent = relieved(DESCRIBED.relief, {"home": home, "members": members})

    assert 0 <= percent <= DESCRIBED.relief.most


@given(st.integers(1, 10**6), st.integers(1, 10**8), SHARES, MEMBERS, RATES)
def test_rounding_moves_the_amount_by_at_most_half_a_cent(
    area: int, price: int, share: int, members: int, rate: Rate
) -> None:
    found = result(rate, area=area, price=price, share=share, home=True, members=members)
    percent = 100 - found.relief

    exact = Fraction(area * price, 10) * Fraction(rate.low, 10_000) * Fraction(share * percent, 10_000)

    assert abs(found.low - exact) <= Fraction(1, 2)
