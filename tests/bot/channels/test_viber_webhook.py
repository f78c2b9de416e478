"""Viber's calls to us, over real HTTP: who is believed, what is stored, and what is answered."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.messages import ReceiptState
from dialogs.session import Attachment
from tests.bot.channels.viber.porch import ANA, House, open_house, payload, sign
from tests.fakes.clock import Clock


async def unannounced(size: int) -> AsyncIterator[bytes]:
    """A body whose length no header tells."""
    yield b" " * size


@pytest.fixture
async def house(clock: Clock) -> AsyncIterator[House]:
    async with open_house(clock) as house:
        yield house


async def test_a_message_is_stored_before_viber_is_answered(house: House) -> None:
    status = await house.tell(payload("text"))

    assert status == 200
    assert [message.text for message in house.porch.accepted] == ["Dobar dan, rodila sam bebu u Kotoru 👶"]


async def test_the_signature_is_of_the_bytes_as_they_came(house: House) -> None:
    event = json.loads(payload("text"))

    statuses = [
        await house.tell(json.dumps(event).encode()),
        await house.tell(json.dumps(event, ensure_ascii=False, sort_keys=True, indent=1).encode()),
    ]

    assert statuses == [200, 200]


async def test_a_signature_in_the_address_counts_too(house: House) -> None:
    body = payload("text")

    answer = await house.client.post("/viber/webhook", params={"sig": sign(body)}, content=body)

    assert answer.status_code == 200
    assert len(house.porch.accepted) == 1


@pytest.mark.parametrize("signature", ["", "0" * 64, "nonsense", sign(b"another body"), sign(payload("text")).upper()])
async def test_who_cannot_sign_is_not_heard(house: House, signature: str) -> None:
    status = await house.tell(payload("text"), signature)

    assert status == 403
    assert house.porch.accepted == []


async def test_a_signature_in_strange_letters_is_only_a_wrong_one(house: House) -> None:
    answer = await house.client.post(
        "/viber/webhook", content=payload("text"), headers={b"X-Viber-Content-Signature": "žaba".encode()}
    )

    assert answer.status_code == 403


async def test_nothing_at_all_is_a_call_that_is_not_signed(house: House) -> None:
    answer = await house.client.post("/viber/webhook")

    assert answer.status_code == 403


async def test_what_is_too_large_is_refused_while_it_comes(house: House) -> None:
    answer = await house.client.post(
        "/viber/webhook", content=unannounced(1_100_000), headers={"X-Viber-Content-Signature": "0" * 64}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"\xff\xfe", b"[" * 200_000, b'{"a":' * 100_000, b'{"event":[]}'])
async def test_what_is_signed_and_makes_no_sense_is_not_sent_again(house: House, body: bytes) -> None:
    status = await house.tell(body)

    assert status == 200
    assert house.porch.accepted == []


@pytest.mark.parametrize("name", ["webhook", "client_status", "unknown"])
async def test_what_is_not_for_us_is_answered_with_a_plain_yes(house: House, name: str) -> None:
    status = await house.tell(payload(name))

    assert status == 200
    assert house.porch.accepted == []


async def test_who_opens_the_talk_is_welcomed_in_the_answer_itself(house: House) -> None:
    body = payload("conversation_started")

    answer = await house.client.post("/viber/webhook", content=body, headers={"X-Viber-Content-Signature": sign(body)})

    welcome = answer.json()
    assert house.porch.welcomed == [("sr-Latn", "newborn_aid__herceg-novi__sq")]
    assert welcome["text"] == "Zdravo. Ja sam komshi.\n\n1. Početak"
    assert welcome["keyboard"]["Buttons"][0]["ActionBody"] == "Početak"
    assert house.porch.accepted == []
    assert house.platform.calls == []


async def test_the_press_on_the_welcome_brings_what_the_welcome_remembered(house: House) -> None:
    started = payload("conversation_started")
    answer = await house.client.post(
        "/viber/webhook", content=started, headers={"X-Viber-Content-Signature": sign(started)}
    )
    pressed = json.loads(payload("text"))
    pressed["message"] = {"type": "text", "text": "Početak", "tracking_data": answer.json()["tracking_data"]}

    await house.tell(json.dumps(pressed).encode())

    message = house.porch.accepted[0]
    assert (message.choice, message.opens) == ("start", "newborn_aid__herceg-novi__sq")


async def test_a_subscriber_who_comes_by_a_link_is_heard_and_not_welcomed(house: House) -> None:
    await house.tell(payload("conversation_started_again"))

    assert house.porch.welcomed == []
    assert [message.opens for message in house.porch.accepted] == ["newborn_aid__herceg-novi__sq"]


async def test_who_unsubscribes_has_left(house: House) -> None:
    await house.tell(payload("unsubscribed"))

    assert house.porch.left == [ANA]


async def test_receipts_find_their_message_by_every_figure_of_its_token(house: House) -> None:
    await house.tell(payload("delivered"))
    await house.tell(payload("seen"))
    await house.tell(payload("failed"))

    assert house.porch.receipts == [
        ("viber", "5741311803571721103", ReceiptState.DELIVERED),
        ("viber", "5741311803571721103", ReceiptState.SEEN),
        ("viber", "5741311803571721103", ReceiptState.FAILED),
    ]


async def test_a_repeat_is_the_same_event(house: House) -> None:
    await house.tell(payload("text"))
    await house.tell(payload("text"))

    first, second = house.porch.accepted
    assert first.event == second.event


async def test_a_photo_that_cannot_be_fetched_is_not_lost_in_silence(house: House) -> None:
    event = json.loads(payload("picture"))
    event["message"]["media"] = f"{house.url}/files/nothing.jpg"

    status = await house.tell(json.dumps(event).encode())

    message = house.porch.accepted[0]
    assert status == 200
    assert (message.attachment, message.file) == (Attachment("photo", "away"), None)
    assert message.text == "Izvod iz matične knjige"


async def test_a_store_that_is_away_is_no_yes_to_viber(house: House) -> None:
    house.porch.is_away = True

    assert await house.tell(payload("text")) >= 500
