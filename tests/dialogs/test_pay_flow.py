"""Paying a bill, found by its number or copied from the paper: the order says what was there and nothing else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogs.catalogue import services
from dialogs.engine import wanted
from dialogs.flows.pay import NO_ACCOUNT, STEPS
from dialogs.outside import Outside
from dialogs.payments import candidates, tell
from dialogs.privacy import kept
from dialogs.session import Place, Session
from dialogs.steps import Talk
from integrations.bills import Bill
from nlu import Decision, Understanding
from nlu.embedded import Embedded
from tests.dialogs.citizen import NOTHING, Citizen
from tests.dialogs.said import Said

TODAY = date(2026, 7, 6)
TAX = next(service for service in services().values() if service.dues)
ACCOUNT = "510-9068014-36"
IBAN = "ME25510000000906801436"
FIRST = Bill(
    number="2026-00017",
    payer="payer-17",
    municipality="herceg-novi",
    payee="Opština Herceg Novi",
    account=IBAN,
    amount=12_345,
    due=date(2026, 6, 30),
    purpose="Porez na nepokretnosti 2026, prva rata",
    reference="001234",
)
SECOND = replace(FIRST, number="2026-00018", due=date(2026, 10, 31), purpose="Porez na nepokretnosti 2026, druga rata")

Ledger = dict[str, tuple[Bill, ...]]


class Payer(Citizen):
    """Whose messages are looked up in a ledger, as the product does it; a ledger that is None does not answer."""

    def __init__(self, ledger: Ledger | None, engine: Embedded | None = None, **known: Any) -> None:
        session = Session("en", municipality="herceg-novi")
        super().__init__(replace(session, **known), TODAY, engine)
        self.ledger = ledger
        self.asks_banks = False
        self.found: tuple[Bill, ...] | None = ()

    def _takes(self, said: Said, meaning: Understanding) -> None:
        lookup = wanted(self.session, said)
        numbers = candidates(lookup.text) if lookup else ()
        found = (self.ledger[number] for number in numbers if number in self.ledger) if self.ledger is not None else ()
        self.found = None if self.ledger is None and lookup else next(iter(found), ())
        super()._takes(said, meaning)

    def outside(self, meaning: Understanding) -> Outside:
        return replace(super().outside(meaning), bills=self.found, asks_banks=self.asks_banks)


def paying(ledger: Ledger | None, engine: Embedded | None = None, **known: Any) -> Payer:
    payer = Payer(ledger, engine, **known)
    payer.means("pay")
    return payer


@pytest.fixture
def one() -> Payer:
    """With one unpaid bill, that is overdue."""
    return paying({FIRST.number: (FIRST,)})


@pytest.fixture
def two() -> Payer:
    return paying({FIRST.number: (FIRST, SECOND), SECOND.number: (SECOND, FIRST)})


@pytest.fixture
def nobody() -> Payer:
    """Whose bill is in no ledger."""
    return paying({})


def test_what_is_owed_stands_on_the_word_of_the_ledger_with_its_day(one: Payer) -> None:
    told = one.writes(FIRST.number)

    assert "Porez na nepokretnosti 2026, prva rata: €123.45, overdue. It was due by 30 June 2026." in told
    assert "Source: the municipality's own ledger, Herceg Novi, 6 July 2026." in told
    assert "Only the municipality can confirm a debt." in told


def test_a_due_day_on_a_weekend_moves_to_the_next_day_offices_are_open(two: Payer) -> None:
    told = two.writes(FIRST.number)

    assert "druga rata: €123.45, due by 2 November 2026." in told
    assert "Together: €246.90." in told


def test_who_the_payer_is_is_told_to_nobody(two: Payer) -> None:
    two.writes(FIRST.number, "1")

    assert FIRST.payer not in two.told


@pytest.mark.parametrize("written", ["2026-00017", "the number is 2026-00017.", " 2026-00017 "])
def test_the_number_is_found_in_a_few_words(one: Payer, written: str) -> None:
    assert "prva rata" in one.writes(written)


def test_a_number_in_small_letters_is_the_same_number() -> None:
    assert "prva rata" in paying({"PP-17/A": (FIRST,)}).writes("pp-17/a")


def test_the_order_has_every_line_of_a_payment_slip(one: Payer) -> None:
    told = one.writes(FIRST.number, "yes")

    assert (
        "Payee: Opština Herceg Novi\n"
        "Account: 510-9068014-36\n"
        "IBAN: ME25510000000906801436\n"
        "Amount: 123,45 EUR\n"
        "Purpose: Porez na nepokretnosti 2026, prva rata\n"
        "Reference: 001234"
    ) in told
    assert "Only the municipality can confirm a debt." in told


def test_a_page_is_given_the_order_as_data(one: Payer) -> None:
    one.writes(FIRST.number, "yes")

    order = one.replies[-1].payment
    assert order is not None
    assert (order.account, order.amount, order.reference) == (IBAN, 12_345, "001234")


def test_of_several_bills_the_chosen_one_is_paid(two: Payer) -> None:
    two.writes(FIRST.number)

    assert two.offered[:2] == ["30.6.2026: 123,45 €", "2.11.2026: 123,45 €"]
    assert "druga rata" in two.writes("2")


def test_the_order_can_be_had_as_a_message_to_be_copied_whole(one: Payer) -> None:
    told = one.writes(FIRST.number, "yes", "[Text to copy]")

    assert told.startswith("Payee: ")
    assert told.endswith("Reference: 001234")
    assert one.replies[-1].payment is None


def test_a_bill_that_is_paid_still_leads_to_the_others() -> None:
    payer = paying({FIRST.number: (SECOND,)})

    told = payer.writes(FIRST.number)

    assert "That bill is paid. These are not paid yet:" in told
    assert "druga rata" in told


def test_what_nobody_knows_may_be_a_slip_and_can_be_copied(nobody: Payer) -> None:
    told = nobody.writes("2026-99999")

    assert "I find no unpaid bill with this number." in told
    assert "Do you have the bill?" in told
    assert "Copy from the bill" in nobody.offered


def test_after_five_numbers_that_fit_nothing_even_a_right_one_is_refused() -> None:
    payer = paying({FIRST.number: (FIRST,)})

    told = payer.writes("1111", "2222", "3333", "4444", "5555", FIRST.number)

    assert "I cannot look up more numbers in this talk." in told
    assert "prva rata" not in told
    assert "Which account is on the bill?" in payer.writes("[Copy from the bill]")


def test_after_five_numbers_that_were_right_no_more_are_looked_up() -> None:
    bills = [replace(FIRST, number=f"2026-0000{last}") for last in range(1, 7)]
    payer = paying({bill.number: (bill,) for bill in bills})
    pressed = ("[Another number]",) * 6
    turns = [line for bill, press in zip(bills, pressed, strict=True) for line in (bill.number, press)]

    before = payer.writes(*turns[:9])
    after = payer.writes(*turns[9:11])

    assert "prva rata" in before
    assert "I cannot look up more numbers in this talk." in after
    assert "prva rata" not in after


def test_a_bill_that_was_shown_can_be_looked_up_again_and_again(two: Payer) -> None:
    two.writes(FIRST.number, "[Another number]", SECOND.number, "[Another number]", FIRST.number)

    assert two.session.wrong_references == 1


def test_a_ledger_that_does_not_answer_is_no_guess_and_can_be_asked_again() -> None:
    payer = paying(None)

    told = payer.writes(FIRST.number)
    payer.ledger = {FIRST.number: (FIRST,)}

    assert "does not answer right now" in told
    assert payer.session.wrong_references == 0
    assert "prva rata" in payer.writes("[Try again]")


def test_a_whole_order_is_copied_from_the_paper_and_nothing_is_made_up(nobody: Payer) -> None:
    told = nobody.writes("[Copy from the bill]", ACCOUNT, "123,45", "1", "00 12/34-a")

    assert "Herceg Novi\nAccount: 510-9068014-36\nIBAN: ME25510000000906801436\nAmount: 123,45 EUR" in told
    assert "Amount: 123,45 EUR" in told
    assert "Reference: 00 12/34-a" in told
    assert "I copied this from you. Compare it with your bill before you pay." in told
    assert "Source" not in told


def test_a_bill_without_a_reference_gets_none(nobody: Payer) -> None:
    assert "Reference" not in nobody.writes("[Copy from the bill]", ACCOUNT, "123,45", "1", "[It has none]")


def test_a_figure_that_is_typed_is_no_choice(nobody: Payer) -> None:
    told = nobody.writes("[Copy from the bill]", ACCOUNT, "1", "1", "1")

    assert "Amount: 1,00 EUR" in told
    assert "Reference: 1" in told


@pytest.mark.parametrize("given", [(), (ACCOUNT,)])
def test_who_does_not_know_what_is_on_the_bill_is_told_who_does(nobody: Payer, given: tuple[str, ...]) -> None:
    assert "The office knows both." in nobody.writes("[Copy from the bill]", *given, "I do not know")


def test_a_wrong_digit_of_the_account_is_noticed_at_once(nobody: Payer) -> None:
    told = nobody.writes("[Copy from the bill]", "510-9068014-37")

    assert "One digit may be missing or wrong." in told
    assert "Which account is on the bill?" in told


def test_more_than_a_payment_can_carry_is_asked_again(nobody: Payer) -> None:
    assert "more than one payment can carry" in nobody.writes("[Copy from the bill]", ACCOUNT, "9999999999,99")


def test_the_example_of_an_account_is_one_that_no_bank_would_take(nobody: Payer) -> None:
    asked = nobody.writes("[Copy from the bill]")

    assert NO_ACCOUNT in asked
    assert "One digit may be missing or wrong." in nobody.writes(NO_ACCOUNT)


def test_going_back_loses_nothing(nobody: Payer, engine: Embedded) -> None:
    nobody.writes("[Copy from the bill]", ACCOUNT)
    nobody.engine = engine

    assert "Which account is on the bill?" in nobody.writes("back")
    assert "Amount: 9,50 EUR" in nobody.writes(ACCOUNT, "9,50", "1", "5/26")


def test_a_question_in_between_is_answered_and_the_copying_goes_on(nobody: Payer) -> None:
    nobody.writes("[Copy from the bill]", ACCOUNT)

    told = nobody.means("ask_appeal")

    assert told.endswith("How much do you pay? Write, for example: 123,45.")


def test_the_account_of_an_office_is_kept_readable_and_an_identity_number_is_not() -> None:
    place = Place("pay", "account", {"service": TAX.name})
    talk = Talk(Session("en", where=place), place, Payer({}).outside(NOTHING))

    assert kept("510-9063240533-62", talk, STEPS["account"]) is None
    assert kept("0101900210001", talk, STEPS["account"]) == "•••••••••0001"
    assert "•" in str(kept(ACCOUNT, talk, STEPS["number"]))


def test_without_a_bill_the_office_is_named(nobody: Payer) -> None:
    told = nobody.writes("[I have no bill]")

    assert "Without the bill I do not know what you owe" in told
    assert "Herceg Novi" in told


@pytest.mark.parametrize("named", [{"topic": "power"}, {"service": "newborn_aid"}, {"service": "passport"}])
def test_what_no_bill_of_ours_is_about_is_said_to_be_elsewhere(named: dict[str, str]) -> None:
    payer = Payer({})

    assert "I cannot help with that." in payer.means("pay", **named)


def test_after_the_order_a_reminder_and_an_objection_are_near(one: Payer) -> None:
    one.writes(FIRST.number, "yes")

    assert one.offered == ["Text to copy", "Remind me", "How to object", "To the start"]
    assert "Shall I remind you a week before each due date?" in one.writes("[Remind me]")


def test_where_no_bank_can_be_asked_it_is_not_offered(one: Payer) -> None:
    one.writes(FIRST.number, "yes")

    assert "Ask my bank to pay" not in one.offered


def test_a_bank_is_asked_only_after_it_was_said_who_learns_what(one: Payer) -> None:
    one.asks_banks = True

    consent = one.writes(FIRST.number, "yes", "[Ask my bank to pay]", "067 123 456")
    before = one.orders
    told = one.writes("[Yes, ask my bank]")

    assert "the bill and your number 067 123 456" in consent
    assert "Nothing is paid before you agree there." in consent
    assert before == ()
    [order] = one.orders
    assert (order.kind, order.key, order.body["alias"]) == ("pay", "key", "+38267123456")
    assert "tell you what comes of it" in told


def test_a_no_asks_nobody_and_shows_the_order_again(one: Payer) -> None:
    one.asks_banks = True

    told = one.writes(FIRST.number, "yes", "[Ask my bank to pay]", "067 123 456", "[No, leave it]")

    assert "Reference: 001234" in told
    assert one.orders == ()


def test_an_order_copied_from_the_paper_is_known_to_no_bank(nobody: Payer) -> None:
    nobody.asks_banks = True

    nobody.writes("[Copy from the bill]", ACCOUNT, "123,45", "1", "001234")

    assert "Ask my bank to pay" not in nobody.offered


def test_in_simple_messages_the_figures_to_copy_stay_figures() -> None:
    payer = paying({FIRST.number: (FIRST,)}, tier="simple")

    owed = payer.writes(FIRST.number)
    order = payer.writes("yes")

    assert "123 euros and 45 cents" in owed
    assert "Amount: 123,45 EUR" in order


def test_in_cyrillic_what_is_to_be_copied_stays_as_it_is() -> None:
    payer = paying({FIRST.number: (FIRST,)}, language="cnr-Cyrl")

    assert "Opština Herceg Novi" in payer.writes(FIRST.number, "1")


def test_a_wish_in_plain_words_leads_to_the_bill(engine: Embedded) -> None:
    payer = Payer({}, engine)

    assert "Do you have the bill?" in payer.writes("I want to pay my property tax")


def test_bills_kept_by_another_version_are_asked_for_again() -> None:
    data = {"service": TAX.name, "number": "1", "bills": '[{"number": "1"}]', "count": 1, "day": "2026-07-06"}
    payer = Payer({}, where=Place("pay", "owed", data))

    assert "Do you have the bill?" in payer.writes("yes")


def test_news_says_what_has_happened_and_what_has_not() -> None:
    paid = tell(Session("en"), "paid", FIRST.number, FIRST.amount)
    refused = tell(Session("en", asks_private=True), "rejected", FIRST.number, FIRST.amount)

    assert paid.text.startswith("Bill 2026-00017 is paid: €123.45.")
    assert "Nothing was paid." in refused.text
    assert refused.asks_private


def test_the_word_pay_in_the_news_is_understood(engine: Embedded) -> None:
    payer = Payer({}, engine)

    assert engine.understand("pay").decision is Decision.ANSWER
    assert "Do you have the bill?" in payer.writes("pay")
