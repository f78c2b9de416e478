"""Every message is answered once, in order, whatever the one before it did."""

import asyncio
from dataclasses import replace

from bot.store import Store
from nlu import Understanding
from tests.bot.house import House
from tests.fakes.brain import BRAIN, advance, understand
from tests.fakes.clock import Clock


async def test_a_message_is_answered(house: House) -> None:
    assert await house.hear("anna", "hello") == ["1. You said hello"]


async def test_a_repeated_message_is_answered_once(house: House) -> None:
    first = await house.accept("anna", "hello", "same")
    again = await house.accept("anna", "hello", "same")

    await house.answer_all()
    await house.send_all()

    assert (first.again, again.again) == (False, True)
    assert again.sequence == first.sequence
    assert house.told("anna") == ["1. You said hello"]


async def test_a_message_doubled_at_the_same_moment_is_answered_once(house: House) -> None:
    twice = await asyncio.gather(*(house.accept("anna", "hello", "same") for _ in range(8)))

    await house.answer_all()
    await house.send_all()

    assert sorted(accepted.again for accepted in twice) == [False] + [True] * 7
    assert {accepted.sequence for accepted in twice} == {1}
    assert house.told("anna") == ["1. You said hello"]


async def test_the_same_event_of_another_citizen_is_another_message(house: House) -> None:
    await house.accept("anna", "hello", "same")
    await house.accept("boris", "good day", "same")

    await house.answer_all()
    await house.send_all()

    assert house.told("boris") == ["1. You said good day"]


async def test_many_messages_at_once_are_answered_in_the_order_they_were_stored(house: House) -> None:
    await asyncio.gather(*(house.accept("anna", f"word{number}") for number in range(10)))

    await house.answer_all()
    await house.send_all()

    said = [entry.text for entry in await house.history("anna") if entry.heard]
    assert house.told("anna") == [f"{place}. You said {word}" for place, word in enumerate(said, 1)]


async def test_several_replies_arrive_in_order(house: House) -> None:
    assert await house.hear("anna", "twice") == ["1. One", "1. Two"]


async def test_choices_count_as_answered_once_she_has_written_again(house: House) -> None:
    await house.hear("anna", "hello")
    await house.hear("anna", "more")

    first, second = [entry for entry in await house.history("anna") if not entry.heard]
    assert [choice.id for choice in first.choices] == ["a"]
    assert (first.answered, second.answered) == (True, False)


async def test_a_reader_who_has_seen_some_gets_only_what_is_later(house: House) -> None:
    await house.hear("anna", "hello")
    await house.hear("anna", "more")

    later = await house.history("anna", after=2)

    assert [(entry.sequence, entry.text) for entry in later] == [(3, "more"), (4, "2. You said more")]


async def test_a_long_conversation_shows_its_newest_two_hundred_lines(house: House) -> None:
    for number in range(101):
        await house.accept("anna", f"word{number}")
    await house.answer_all()

    lines = await house.history("anna")

    assert len(lines) == 200
    assert [entry.sequence for entry in lines] == list(range(3, 203))


async def test_whether_a_number_may_be_asked_for_is_known_from_the_channel(house: House) -> None:
    house.channel.private = True
    in_private = await house.hear("anna", "private?")
    house.channel.private = False
    in_public = await house.hear("boris", "private?")

    assert (in_private, in_public) == (["1. True"], ["1. False"])


async def test_an_identity_number_is_hidden_in_the_conversation(house: House) -> None:
    await house.hear("anna", "0101900210001")

    heard = [entry.text for entry in await house.history("anna") if entry.heard]
    assert heard == ["•" * 13]


async def test_a_message_that_cannot_be_answered_is_tried_again(house: House, clock: Clock) -> None:
    broken = _Broken(times=2)
    house = House(house.store, replace(BRAIN, advance=broken.advance), clock)
    await house.accept("anna", "hello")

    for _ in range(3):
        await house.answer_all()
        clock.move(minutes=5)
    await house.send_all()

    assert house.told("anna") == ["1. You said hello"]


async def test_a_message_that_cannot_be_understood_for_now_is_tried_again(house: House, clock: Clock) -> None:
    deaf = _Deaf(times=2)
    house = House(house.store, replace(BRAIN, understand=deaf.understand), clock)
    await house.accept("anna", "hello")

    for _ in range(3):
        await house.answer_all()
        clock.move(minutes=5)
    await house.send_all()

    assert house.told("anna") == ["1. You said hello"]


async def test_while_one_message_is_being_understood_others_may_write(house: House, clock: Clock) -> None:
    thoughtful = _Thoughtful()
    house = House(house.store, replace(BRAIN, understand=thoughtful.understand), clock)
    await house.accept("anna", "hello")
    answering = asyncio.create_task(house.answer_all())
    await thoughtful.asked.wait()

    await house.accept("boris", "good day")
    thoughtful.enough.set()
    await answering
    await house.send_all()

    assert house.channel.sent == [("anna", "1. You said hello"), ("boris", "1. You said good day")]


async def test_two_that_understand_the_same_message_answer_it_once(house: House, clock: Clock) -> None:
    thoughtful = _Thoughtful()
    slow = House(house.store, replace(BRAIN, understand=thoughtful.understand), clock)
    await house.accept("anna", "hello")
    await house.accept("anna", "more")
    answering = asyncio.create_task(slow.answer_all())
    await thoughtful.asked.wait()

    await house.assistant.answer_next()
    thoughtful.enough.set()
    await answering
    await house.send_all()

    assert house.told("anna") == ["1. You said hello", "2. You said more"]


async def test_a_message_that_can_never_be_answered_is_apologised_for_and_the_next_one_is_answered(
    house: House, clock: Clock
) -> None:
    await house.accept("anna", "boom")
    await house.accept("anna", "hello")

    for _ in range(6):
        await house.answer_all()
        clock.move(minutes=5)
    await house.send_all()

    assert house.told("anna") == ["Sorry", "1. You said hello"]


async def test_while_one_citizen_waits_the_others_are_answered(house: House) -> None:
    await house.accept("anna", "boom")
    await house.accept("anna", "hello")
    await house.accept("boris", "good day")

    await house.answer_all()
    await house.send_all()

    assert house.channel.sent == [("boris", "1. You said good day")]


async def test_many_failures_in_a_row_are_apologised_for_once(house: House, clock: Clock) -> None:
    await house.accept("anna", "boom")
    await house.accept("anna", "boom")

    for _ in range(40):
        await house.answer_all()
        clock.move(seconds=10)
    await house.send_all()

    assert house.told("anna") == ["Sorry"]


async def test_a_citizen_is_let_go_even_if_the_apology_fails(house: House, clock: Clock) -> None:
    house = House(house.store, replace(BRAIN, apologise=_speechless), clock)
    await house.accept("anna", "boom")
    await house.accept("anna", "hello")

    for _ in range(6):
        await house.answer_all()
        clock.move(minutes=5)
    await house.send_all()

    assert house.told("anna") == ["1. You said hello"]


async def test_a_reference_that_is_taken_is_made_again(store: Store, clock: Clock) -> None:
    unlucky = _Unlucky()
    house = House(store, replace(BRAIN, advance=unlucky.advance), clock)
    await house.apply("anna")

    reference = await house.apply("boris")

    assert reference != unlucky.taken
    assert unlucky.tries == 2


async def test_of_anothers_application_only_the_state_is_seen(house: House) -> None:
    reference = await house.apply("anna")

    seen = await house.hear("boris", f"cases {reference.lower().replace('-', ' ')}")

    assert seen == [f"1. {reference} saved False"]


async def test_ones_own_applications_are_seen_newest_first(house: House) -> None:
    first = await house.apply("anna")
    second = await house.apply("anna")

    seen = await house.hear("anna", "cases")

    assert seen == [f"3. {second} saved True", f"3. {first} saved True"]


class _Broken:
    """An assistant that fails the first few times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def advance(self, session, message, outside):  # type: ignore[no-untyped-def]
        if self.left:
            self.left -= 1
            raise ValueError
        return advance(session, message, outside)


class _Deaf:
    """An understanding that fails the first few times."""

    def __init__(self, times: int) -> None:
        self.left = times

    async def understand(self, text: str) -> Understanding:
        if self.left:
            self.left -= 1
            raise ValueError
        return await understand(text)


class _Thoughtful:
    """An understanding that takes as long as the test wants."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.enough = asyncio.Event()

    async def understand(self, text: str) -> Understanding:
        self.asked.set()
        await self.enough.wait()
        return await understand(text)


class _Unlucky:
    """An assistant whose second application is first given the number of the first."""

    def __init__(self) -> None:
        self.taken: str | None = None
        self.tries = 0

    def advance(self, session, message, outside):  # type: ignore[no-untyped-def]
        if self.taken is None:
            self.taken = outside.reference
        else:
            self.tries += 1
            outside = replace(outside, reference=self.taken) if self.tries == 1 else outside
        return advance(session, message, outside)


def _speechless(session: object) -> None:
    raise ValueError
