"""What is heard about a request to pay may come twice, late and in any order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from integrations.bills import PaymentState, Refused, Request
from integrations.bills.ledger import Ledger, Marked, Memory, unpaid
from integrations.bills.requests import Update, make, settle, stored
from tests.fakes.clock import Clock
from tests.integrations.bills.tax import FIRST, SECOND

COM, PND, EXP, CAN, RJC = PaymentState.COM, PaymentState.PND, PaymentState.EXP, PaymentState.CAN, PaymentState.RJC
STATES = st.lists(st.sampled_from(PaymentState), min_size=1, max_size=5)


async def heard(*states: PaymentState) -> tuple[Memory, Request, int]:
    """A ledger with one request that heard all this, the request as it is now, and how often it heard something new."""
    ledger = Memory()
    await ledger.put([FIRST, SECOND])
    request, _ = await make(ledger, FIRST, "KEY-1", Clock())
    news = [await settle(ledger, Update(request.id, request.rtp, state)) for state in states]
    return ledger, await stored(ledger, request), sum(news)


async def told(ledger: Ledger, request: Request, news: str) -> object:
    """What came of a state, or of a notice with the name of a payment."""
    if isinstance(news, PaymentState):
        return await settle(ledger, Update(request.id, request.rtp, news))
    return await ledger.mark_paid(request.bill, news)


@given(STATES, st.data())
async def test_the_order_in_which_updates_come_makes_no_difference(
    states: list[PaymentState], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(states))

    _, first, _ = await heard(*states)
    _, second, _ = await heard(*shuffled)

    assert first.state == second.state


@given(STATES)
async def test_updates_that_all_come_twice_change_nothing_twice(states: list[PaymentState]) -> None:
    _, once, news = await heard(*states)
    _, twice, news_of_both = await heard(*states, *states)

    assert (once.state, news) == (twice.state, news_of_both)


@given(STATES)
async def test_a_completed_request_stays_completed_and_its_bill_is_owed_no_more(states: list[PaymentState]) -> None:
    ledger, request, _ = await heard(*states, COM, *states)

    assert request.state is COM
    assert await unpaid(ledger, FIRST.number) == (SECOND,)


@given(st.permutations(["TX-1", "TX-1", "TX-1", COM, CAN]))
async def test_a_notice_is_never_a_second_payment_because_the_state_came_first(news: list[str]) -> None:
    ledger, request, _ = await heard()

    outcomes = [await told(ledger, request, each) for each in news]

    assert Marked.DUPLICATE not in outcomes
    assert await ledger.mark_paid(request.bill, "TX-2") is Marked.DUPLICATE
    assert (await stored(ledger, request)).state is COM


async def test_a_bill_that_changed_is_not_paid_by_the_old_amount_and_the_clerk_is_told(ledger: Ledger) -> None:
    request, _ = await make(ledger, FIRST, "KEY-1", Clock())
    changed = replace(FIRST, amount=FIRST.amount + 1)
    await ledger.put([changed])

    with capture_logs() as lines:
        await settle(ledger, Update(request.id, request.rtp, COM, "TX-1"))

    assert (await stored(ledger, request)).state is COM
    assert await ledger.bill(FIRST.number) == changed
    assert [(line["log_level"], line["request"], line["payment"]) for line in lines] == [("error", request.id, "TX-1")]


async def test_a_request_that_pays_a_paid_bill_is_a_second_payment_and_the_clerk_is_told(ledger: Ledger) -> None:
    request, _ = await make(ledger, FIRST, "KEY-1", Clock())
    await ledger.mark_paid(FIRST.number, "counter-1")

    with capture_logs() as lines:
        await settle(ledger, Update(request.id, request.rtp, COM, "TX-1"))

    assert await ledger.second_payments(FIRST.number) == ("TX-1",)
    assert [(line["log_level"], line["bill"], line["payment"]) for line in lines] == [("error", FIRST.number, "TX-1")]


async def test_the_notice_of_the_payment_that_completed_a_request_is_no_second_payment(ledger: Ledger) -> None:
    request, _ = await make(ledger, FIRST, "KEY-1", Clock())

    await settle(ledger, Update(request.id, request.rtp, COM, "TX-1"))

    assert await ledger.mark_paid(FIRST.number, "TX-1") is Marked.PAID
    assert await ledger.mark_paid(FIRST.number, "TX-2") is Marked.DUPLICATE


@pytest.mark.parametrize("state", PaymentState)
async def test_whoever_tells_of_a_request_has_it(state: PaymentState) -> None:
    _, request, _ = await heard(state)

    assert request.acknowledged


async def test_a_bill_is_asked_for_again_only_when_the_first_request_is_over(ledger: Ledger) -> None:
    first, _ = await make(ledger, FIRST, "KEY-1", Clock())

    with pytest.raises(Refused, match="asked: another request for this bill is pending"):
        await make(ledger, FIRST, "KEY-2", Clock())
    await settle(ledger, Update(first.id, first.rtp, RJC))
    _, is_new = await make(ledger, FIRST, "KEY-2", Clock())

    assert is_new


async def test_a_cancellation_after_the_payment_changes_nothing() -> None:
    _, request, news = await heard(COM, CAN)

    assert (request.state, news) == (COM, 1)


async def test_a_payer_who_agrees_has_not_paid_yet() -> None:
    ledger, request, news = await heard(PND)

    assert (request.state, news) == (PND, 0)
    assert await unpaid(ledger, FIRST.number) == (FIRST, SECOND)


async def test_an_update_about_a_request_we_never_made_changes_nothing() -> None:
    ledger, request, _ = await heard()

    assert not await settle(ledger, Update("ZZZZZZZZZZZZ", None, COM))
    assert not await settle(ledger, Update(request.id, request.rtp + 1, COM))

    assert await unpaid(ledger, FIRST.number) == (FIRST, SECOND)


async def test_an_update_that_leaves_the_number_out_is_known_by_its_id() -> None:
    ledger, request, _ = await heard()

    assert await settle(ledger, Update(request.id, None, RJC))


async def test_a_request_is_named_in_twelve_characters_that_are_read_aloud_without_mistake(ledger: Ledger) -> None:
    request, is_new = await make(ledger, FIRST, "KEY-1", Clock())

    assert is_new
    assert len(request.id) == 12
    assert not set(request.id) - set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert 0 < request.rtp < 2**31


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (replace(FIRST, number="2026-99999"), "unknown"),
        (replace(FIRST, amount=1), "changed"),
        (replace(FIRST, reference="001235"), "changed"),
    ],
)
async def test_only_the_bill_that_was_shown_is_asked_for(ledger: Ledger, shown: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        await make(ledger, shown, "KEY-1", Clock())  # type: ignore[arg-type]

    assert refused.value.code == code
    assert await ledger.request_by_key("KEY-1") is None


async def test_a_paid_bill_is_not_asked_for_again(ledger: Ledger) -> None:
    await ledger.mark_paid(FIRST.number, "TX-1")

    with pytest.raises(Refused, match="paid: the bill is paid already"):
        await make(ledger, FIRST, "KEY-1", Clock())


async def test_a_key_is_not_used_for_two_bills(ledger: Ledger) -> None:
    await make(ledger, FIRST, "KEY-1", Clock())

    with pytest.raises(Refused, match="key: "):
        await make(ledger, SECOND, "KEY-1", Clock())
