"""The terminal: what is typed is answered, and what comes unasked is seen to come unasked."""

import asyncio
import io
from dataclasses import dataclass, field
from datetime import timedelta

from bot.channels.terminal import Terminal, open_channel
from bot.messages import Accepted, Address, Message
from dialogs.session import Choice, Reply
from tests.bot.channels.doorstep import Doorstep

ME = Address("terminal", "me")
ASKED = Reply("How many?\nChoose.", "en", (Choice("x:1", "One"), Choice("x:2", "Two")))


@dataclass
class Echo(Doorstep):
    """Every message is answered with the same question, sent as the outbox would."""

    heard: list[str] = field(default_factory=list)
    terminal: Terminal | None = None

    def __post_init__(self) -> None:
        super().__init__()

    async def accept(self, message: Message) -> Accepted:
        accepted = await super().accept(message)
        self.heard.append(message.text)
        assert self.terminal is not None
        for entry in await self.history(message.address, accepted.sequence):
            await self.terminal.send(message.address, ASKED, entry.sequence)
        return accepted


class Impatient(Doorstep):
    """Nobody has to wait at this one."""

    async def change(self, address: Address, wait: timedelta) -> None:
        await asyncio.sleep(0)


def opened() -> tuple[Echo, Terminal, list[str]]:
    printed: list[str] = []
    doorstep = Echo()
    doorstep.terminal = Terminal(doorstep, ME.id, printed.append)
    return doorstep, doorstep.terminal, printed


async def test_every_line_is_said_and_answered_in_the_format_of_a_story() -> None:
    doorstep, terminal, printed = opened()

    await terminal.talk(io.StringIO("help\n[Two]\n"))

    assert doorstep.heard == ["", "help", "Two"]
    assert printed[:2] == ["  How many?\n  Choose.", "  [One] [Two]"]
    assert printed[2] == "help"


async def test_an_answer_that_another_process_sent_is_shown_all_the_same() -> None:
    printed: list[str] = []
    terminal = Terminal(Impatient(), ME.id, printed.append)

    async with asyncio.timeout(5):
        await terminal.talk(io.StringIO("help\n"))

    assert printed[-2:] == ["help", "  Write in your own words, or press one of the choices."]
    assert printed[1].startswith("  [Aid for a newborn child]")


async def test_what_is_on_the_screen_is_not_printed_again() -> None:
    _, terminal, printed = opened()

    for _ in range(2):
        await terminal.send(ME, Reply("It is approved.", "en"), 7)

    assert printed == ["\nyou< It is approved."]


async def test_news_is_told_as_the_assistant_speaking_first() -> None:
    _, terminal, printed = opened()

    await terminal.send(ME, Reply("It is approved.", "en"), 7)

    assert printed == ["\nyou< It is approved."]


def test_a_terminal_is_there_only_for_whom_the_environment_names() -> None:
    assert open_channel(Doorstep(), {}) is None
    assert isinstance(open_channel(Doorstep(), {"KOMSHI_TERMINAL": "me"}), Terminal)


def test_nobody_is_asked_for_an_identity_number_where_others_may_look() -> None:
    assert not Terminal.private
