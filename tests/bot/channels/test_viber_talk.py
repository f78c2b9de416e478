"""The channel and Viber itself, as far as a fake is like it: people, phones, receipts and limits over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.viber.channel import Viber as Channel
from bot.channels.viber.settings import Settings
from bot.messages import Address, Entry, Message, Receipt, ReceiptState, SendError
from dialogs.session import Attachment, Choice, Reply
from integrations.bills.order import PaymentOrder
from tests.bot.channels.viber.porch import Porch
from tests.fakes.clock import Clock
from tests.fakes.loopback import listening
from tests.fakes.viber.faults import Fault
from tests.fakes.viber.person import Person
from tests.fakes.viber.platform import TOKEN, Viber
from tests.fakes.viber.service import serving

PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 100
ORDER = PaymentOrder("Opština Tivat", "ME25510000000906801436", 12_345, "Porez na nepokretnosti", "001234")
ASKED = Reply("Is that right?", "en", (Choice("0a1b2c3d:yes", "Yes & no"), Choice("0a1b2c3d:no", "No <never>")))


@dataclass(frozen=True)
class Town:
    """The channel is running, and Viber knows its webhook."""

    porch: Porch
    viber: Viber
    channel: Channel

    async def heard(self) -> Message:
        """The last message, as soon as everything has been told."""
        await self.viber.quiet()
        return self.porch.accepted[-1]

    async def say(self, person: Person, reply: Reply, sequence: int = 1) -> Receipt:
        return await self.channel.send(Address("viber", person.id), reply, sequence)


@pytest.fixture
async def town(clock: Clock) -> AsyncIterator[Town]:
    porch, app = Porch(), FastAPI()
    async with serving(Viber()) as viber, listening(app) as url:
        channel = Channel(porch, Settings(TOKEN, api=viber.url, public_url=url), clock)
        app.include_router(channel.router)
        running = asyncio.create_task(channel.run())
        await viber.record.until(lambda: viber.account.webhook)
        yield Town(porch, viber, channel)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await channel.close()


@pytest.fixture
def ana(town: Town) -> Person:
    return town.viber.person("ana")


async def test_a_link_leads_through_the_welcome_to_what_it_names(town: Town, ana: Person) -> None:
    ana.open("newborn_aid__kotor__sq")
    await town.viber.quiet()
    ana.press("Početak")

    message = await town.heard()
    assert [line.text for line in ana.screen().lines if not line.mine] == ["Zdravo. Ja sam komshi.\n\n1. Početak"]
    assert (message.choice, message.opens) == ("start", "newborn_aid__kotor__sq")


async def test_a_press_comes_back_as_the_choice_that_was_shown(town: Town, ana: Person) -> None:
    ana.write("Hello")
    await town.heard()
    await town.say(ana, ASKED)
    ana.press("No <never>")

    message = await town.heard()
    assert (message.text, message.choice) == ("No <never>", "0a1b2c3d:no")


async def test_a_reply_without_choices_leaves_no_old_button_behind(town: Town, ana: Person) -> None:
    ana.write("Hello")
    await town.heard()
    await town.say(ana, ASKED)
    await town.say(ana, Reply("On which day?", "en"))
    buttons = ana.screen().buttons
    ana.press("A person")

    message = await town.heard()
    assert buttons == ("One step back", "A person")
    assert message.choice == "any:intent:human"


async def test_every_keyboard_is_one_that_phones_can_show(town: Town, ana: Person) -> None:
    choices = tuple(Choice(f"0a1b2c3d:{number}", f"{number}. <b>& a long label</b> " * 12) for number in range(14))
    ana.write("Hello")
    await town.heard()

    await town.say(ana, Reply("Choose.", "en", choices, tier="simple"))
    await town.say(ana, Reply("Choose.", "en", choices))
    await town.viber.quiet()

    states = [state for _, _, state in town.porch.receipts]
    assert ReceiptState.SEEN in states
    assert ReceiptState.FAILED not in states


async def test_receipts_name_the_message_by_the_token_it_was_sent_with(town: Town, ana: Person) -> None:
    town.viber.person("ana", devices=2)
    ana.write("Hello")
    await town.heard()
    town.porch.receipts.clear()

    receipt = await town.say(ana, ASKED)
    await town.viber.quiet()

    told = [(token, state) for _, token, state in town.porch.receipts]
    assert sorted(told) == [
        (receipt.platform_id, ReceiptState.DELIVERED),
        (receipt.platform_id, ReceiptState.DELIVERED),
        (receipt.platform_id, ReceiptState.SEEN),
    ]
    assert receipt.billing == 2


async def test_who_leaves_is_heard_and_is_not_written_to(town: Town, ana: Person) -> None:
    ana.write("Hello")
    await town.heard()
    ana.unsubscribe()
    await town.viber.quiet()

    with pytest.raises(SendError) as refusal:
        await town.say(ana, ASKED)

    assert town.porch.left == [Address("viber", ana.id)]
    assert refusal.value.gone


async def test_a_photo_is_kept_and_a_film_is_only_named(town: Town, ana: Person) -> None:
    ana.picture(PHOTO, "Izvod", "izvod.jpg")
    photo = await town.heard()
    ana.picture(b"MZ\x90\x00", name="not-a.jpg")
    strange = await town.heard()

    assert photo.file is not None
    assert (photo.text, photo.attachment) == ("Izvod", Attachment("photo"))
    assert (photo.file.name, photo.file.type, photo.file.content) == ("izvod.jpg", "image/jpeg", PHOTO)
    assert (strange.attachment, strange.file) == (Attachment("photo", "type"), None)


async def test_a_voice_comes_as_a_file_and_is_not_fetched(town: Town, ana: Person) -> None:
    ana.file(b"\x00" * 50, "PTT-20260302.m4a")

    message = await town.heard()
    assert (message.attachment, message.file) == (Attachment("voice"), None)


async def test_viber_fetches_the_code_of_a_payment_order_from_us(town: Town, ana: Person, clock: Clock) -> None:
    ana.write("pay")
    await town.heard()
    reply = Reply("Your payment order.", "en", payment=ORDER)
    told = Entry(2, heard=False, text=reply.text, at=clock.now, language="en", payment=ORDER)
    town.porch.entries[Address("viber", ana.id)] = (told,)

    for part in town.channel.parts(reply):
        await town.say(ana, part, 2)
    await town.viber.quiet()

    picture, words = (line for line in ana.screen().lines if not line.mine)
    assert picture.picture is not None
    assert picture.picture.startswith(b"\x89PNG")
    assert words.text == "Your payment order."


async def test_one_broadcast_reaches_who_is_there_and_names_who_is_not(town: Town, ana: Person) -> None:
    boris = town.viber.person("boris")
    ana.write("Hello")
    await town.heard()

    addresses = (Address("viber", ana.id), Address("viber", boris.id))
    outcomes = await town.channel.broadcast(addresses, Reply("No water tomorrow.", "en"))

    kept, refused = outcomes[addresses[0]], outcomes[addresses[1]]
    assert isinstance(kept, Receipt)
    assert isinstance(refused, SendError)
    assert refused.gone
    assert [line.text for line in ana.screen().lines if not line.mine] == ["No water tomorrow."]


async def test_whoever_may_not_broadcast_reaches_them_all_the_same(town: Town, ana: Person) -> None:
    town.viber.account.may_broadcast = False
    ana.write("Hello")
    await town.heard()

    await town.channel.broadcast((Address("viber", ana.id),), Reply("No water tomorrow.", "en"))

    assert [line.text for line in ana.screen().lines if not line.mine] == ["No water tomorrow."]


@pytest.mark.parametrize("fault", [Fault.ERROR_JSON, Fault.ERROR_HTML, Fault.BAD_GATEWAY_HTML, Fault.STORM])
async def test_a_fault_of_viber_is_no_fault_of_the_message(town: Town, ana: Person, fault: Fault) -> None:
    ana.write("Hello")
    await town.heard()
    town.viber.faults.plan(fault)

    with pytest.raises(SendError) as refusal:
        await town.say(ana, ASKED)
    receipt = await town.say(ana, ASKED)

    assert refusal.value.retry
    assert receipt.state is ReceiptState.SENT


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER])
async def test_a_connection_that_is_cut_does_not_tell_whether_it_was_taken(
    town: Town, ana: Person, fault: Fault
) -> None:
    ana.write("Hello")
    await town.heard()
    town.viber.faults.plan(fault)

    with pytest.raises(httpx.TransportError):
        await town.say(ana, ASKED)


@pytest.mark.parametrize("fault", [Fault.MALFORMED, Fault.DUPLICATE])
async def test_what_is_told_badly_or_twice_is_one_message(town: Town, ana: Person, fault: Fault) -> None:
    town.viber.faults.plan(fault)
    ana.write("Dobar dan, šćućurena žaba")
    await town.viber.quiet()

    assert {(message.event, message.text) for message in town.porch.accepted} == {
        (town.porch.accepted[0].event, "Dobar dan, šćućurena žaba")
    }
    assert town.viber.record.lost == []
