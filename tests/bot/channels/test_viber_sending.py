"""What is sent to Viber, and what becomes of it, over real HTTP."""

from collections.abc import AsyncIterator

import pytest
from fastapi import Response

from bot.channels.viber.channel import Viber
from bot.channels.viber.client import Unclear
from bot.channels.viber.settings import Settings
from bot.channels.viber.statuses import Refused
from bot.messages import Address, Receipt, ReceiptState, SendError
from dialogs.session import Choice, Reply
from integrations.bills.order import PaymentOrder
from tests.bot.channels.viber.porch import ANA, BORIS, TOKEN, House, Porch, open_house, refused, said
from tests.fakes.clock import Clock

HELLO = Reply("Good day.\nWhat do you need?", "en", (Choice("0a1b2c3d:aid", "Aid"), Choice("0a1b2c3d:else", "Else")))
ORDER = PaymentOrder("Opština Tivat", "ME25510000000906801436", 12_345, "Porez na nepokretnosti", "001234")
LARGE = 5741311803571721087
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
async def house(clock: Clock) -> AsyncIterator[House]:
    async with open_house(clock) as house:
        yield house


async def test_a_reply_is_sent_and_known_by_its_token_as_text(house: House) -> None:
    house.platform.answers = [said(status=0, status_message="ok", message_token=LARGE, billing_status=2)]

    receipt = await house.viber.send(ANA, HELLO, 3)

    assert receipt == Receipt(ReceiptState.SENT, "5741311803571721087", 2)
    assert house.platform.sent()[0]["receiver"] == ANA.id
    assert house.platform.sent()[0]["text"] == "Good day.\nWhat do you need?\n\n1. Aid\n2. Else"
    assert house.platform.tokens == [TOKEN]


async def test_a_phone_too_old_for_buttons_gets_the_words_with_their_numbers(house: House) -> None:
    house.platform.answers = [refused(13)]

    receipt = await house.viber.send(ANA, HELLO, 3)

    first, second = house.platform.sent()
    assert receipt.state is ReceiptState.SENT
    assert "keyboard" in first
    assert "keyboard" not in second
    assert second["text"].endswith("1. Aid\n2. Else")


async def test_a_phone_too_old_even_for_words_is_asked_only_twice(house: House) -> None:
    house.platform.answers = [refused(13), refused(13)]

    with pytest.raises(Refused) as refusal:
        await house.viber.send(ANA, HELLO, 3)

    assert len(house.platform.sent()) == 2
    assert not refusal.value.retry


async def test_who_has_left_is_told_to_be_gone(house: House) -> None:
    house.platform.answers = [refused(6)]

    with pytest.raises(SendError) as refusal:
        await house.viber.send(ANA, HELLO, 3)

    assert refusal.value.gone


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", '{"status": 0}'])
async def test_a_server_that_is_not_well_is_asked_again(house: House, body: str) -> None:
    house.platform.answers = [Response(body, 502)]

    with pytest.raises(SendError) as refusal:
        await house.viber.send(ANA, HELLO, 3)

    assert (refusal.value.retry, refusal.value.alarm) == (True, False)


async def test_a_crowded_server_says_how_long_to_stay_away(house: House) -> None:
    house.platform.answers = [Response("", 429, {"Retry-After": "7"}), Response("", 429)]

    with pytest.raises(SendError) as named:
        await house.viber.send(ANA, HELLO, 3)
    with pytest.raises(SendError) as unnamed:
        await house.viber.send(ANA, HELLO, 3)

    assert named.value.retry_after is not None
    assert named.value.retry_after.total_seconds() == 7
    assert unnamed.value.retry_after is not None


async def test_a_wrong_address_of_the_api_calls_for_somebody(house: House) -> None:
    house.platform.answers = [Response("", 404)]

    with pytest.raises(SendError) as refusal:
        await house.viber.send(ANA, HELLO, 3)

    assert (refusal.value.retry, refusal.value.alarm) == (False, True)


@pytest.mark.parametrize("answer", [Response("<html>"), Response("{}"), Response("", 504)])
async def test_an_answer_that_says_nothing_leaves_it_unknown(house: House, answer: Response) -> None:
    house.platform.answers = [answer]

    with pytest.raises(Unclear):
        await house.viber.send(ANA, HELLO, 3)


async def test_a_platform_that_is_not_there_has_certainly_not_got_it(clock: Clock) -> None:
    viber = Viber(Porch(), Settings(TOKEN, api=NOBODY), clock)

    with pytest.raises(SendError) as refusal:
        await viber.send(ANA, HELLO, 3)

    assert refusal.value.retry
    await viber.close()


async def test_a_payment_order_begins_with_the_picture_of_its_code(house: House) -> None:
    parts = house.viber.parts(Reply("This is your payment order.", "en", payment=ORDER))

    await house.viber.send(ANA, parts[0], 3)

    picture = house.platform.sent()[0]
    assert picture["type"] == "picture"
    assert picture["media"].startswith("https://komshi.example/viber/files/")
    assert picture["media"].endswith(".png")
    assert picture["text"] == "QR code with the same payment order"
    assert [part.text for part in parts[1:]] == ["This is your payment order."]


async def test_where_viber_cannot_fetch_it_there_is_no_picture(clock: Clock) -> None:
    async with open_house(clock, public_url="") as house:
        parts = house.viber.parts(Reply("This is your payment order.", "en", payment=ORDER))

    assert [part.text for part in parts] == ["This is your payment order."]


async def test_a_long_reply_has_its_buttons_under_the_last_part(house: House) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "It says something that matters. " * 30 for number in range(20))

    parts = house.viber.parts(Reply(text, "en", HELLO.choices))

    assert len(parts) > 1
    assert all(len(part.text) <= 6000 for part in parts)
    assert [bool(part.choices) for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_the_pace_names_the_bot_without_its_token(house: House) -> None:
    assert TOKEN not in house.viber.pace.token
    assert (house.viber.pace.per_second, house.viber.pace.per_chat, house.viber.pace.burst) == (50, 1, 5)


async def test_a_notice_goes_out_in_one_call_and_the_refused_are_named(house: House) -> None:
    failed = [{"receiver": BORIS.id, "status": 6, "status_message": "notSubscribed"}]
    house.platform.answers = [said(status=0, message_token=LARGE, billing_status=5, failed_list=failed)]

    outcomes = await house.viber.broadcast((ANA, BORIS), Reply("No water tomorrow.", "en"))

    refusal = outcomes[BORIS]
    assert outcomes[ANA] == Receipt(ReceiptState.SENT, str(LARGE), 5)
    assert isinstance(refusal, SendError)
    assert refusal.gone
    assert [method for method, _ in house.platform.calls] == ["broadcast_message"]
    assert house.platform.calls[0][1]["broadcast_list"] == [ANA.id, BORIS.id]


async def test_many_are_told_three_hundred_at_a_time(house: House) -> None:
    village = tuple(Address("viber", f"{number:022d}==") for number in range(650))

    outcomes = await house.viber.broadcast(village, Reply("No water tomorrow.", "en"))

    assert [len(body["broadcast_list"]) for _, body in house.platform.calls] == [300, 300, 50]
    assert len(outcomes) == 650


async def test_a_bot_that_may_not_broadcast_tells_one_after_the_other(house: House) -> None:
    house.platform.answers = [refused(20), said(**house.platform.usual), refused(5)]

    outcomes = await house.viber.broadcast((ANA, BORIS), Reply("No water tomorrow.", "en"))

    refusal = outcomes[BORIS]
    assert [body["receiver"] for body in house.platform.sent()] == [ANA.id, BORIS.id]
    assert isinstance(outcomes[ANA], Receipt)
    assert isinstance(refusal, SendError)
    assert refusal.gone


async def test_a_broadcast_that_fails_whole_fails_for_each(house: House) -> None:
    house.platform.answers = [refused(19)]

    outcomes = await house.viber.broadcast((ANA, BORIS), Reply("No water tomorrow.", "en"))

    assert [getattr(outcome, "retry", None) for outcome in outcomes.values()] == [True, True]


async def test_a_broadcast_without_a_clear_answer_is_not_known_for_anyone(house: House) -> None:
    house.platform.answers = [Response("<html>")]

    outcomes = await house.viber.broadcast((ANA, BORIS), Reply("No water tomorrow.", "en"))

    assert list(outcomes.values()) == [Receipt(ReceiptState.UNKNOWN)] * 2
