"""The terminal: one citizen at a keyboard, printed in the format of the stories. Others may look over the shoulder."""

import os
import sys
import threading
from asyncio import AbstractEventLoop, Queue, get_running_loop
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TextIO
from uuid import uuid4

from bot.messages import Address, Doorstep, Entry, Message, Pace, Receipt, ReceiptState
from dialogs.session import Reply

WHO = "KOMSHI_TERMINAL"
PATIENCE = timedelta(seconds=1)
MOST_LOOKS = 3
"""So often an answer that is there is looked for on the screen before it is put there from the history."""


class Terminal:
    """The channel, and the talk at the keyboard. What comes unasked is printed as the assistant speaking first."""

    name = "terminal"
    private = False
    repeatable = False
    pace: Pace | None = None

    def __init__(self, doorstep: Doorstep, who: str, write: Callable[[str], None]) -> None:
        self._doorstep = doorstep
        self._address = Address(self.name, who)
        self._write = write
        self._waits = False
        self._shown = 0

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        if sequence > self._shown:
            self._show(reply, sequence)
        return Receipt(ReceiptState.SEEN)

    def _show(self, said: Reply | Entry, sequence: int) -> None:
        first, *rest = said.text.split("\n")
        self._write(
            "\n".join([f"  {first}" if self._waits else f"\nyou< {first}", *(f"  {line}".rstrip() for line in rest)])
        )
        if said.choices:
            self._write("  " + " ".join(f"[{choice.label}]" for choice in said.choices))
        self._shown = sequence

    async def talk(self, source: TextIO) -> None:
        """Every line of `source` is said and answered, after the assistant's greeting; returns at the end of it."""
        lines: Queue[str | None] = Queue()
        threading.Thread(target=_read, args=(source, lines, get_running_loop()), daemon=True).start()
        await self._say("")
        while (line := await self._next(lines, echo=not source.isatty())) is not None:
            await self._say(line)

    async def _next(self, lines: "Queue[str | None]", *, echo: bool) -> str | None:
        sys.stdout.write("\nyou> ")
        sys.stdout.flush()
        line = await lines.get()
        if echo and line is not None:
            self._write(line)
        return line

    async def _say(self, line: str) -> None:
        """Returns when everything that was answered is on the screen. `[Label]` is the choice of that name."""
        self._waits = True
        text = line[1:-1] if line.startswith("[") and line.endswith("]") else line
        message = Message(uuid4().hex, self._address, text, datetime.now(UTC))
        accepted = await self._doorstep.accept(message)
        for entry in await self._missed(accepted.sequence):
            self._show(entry, entry.sequence)
        self._waits = False

    async def _missed(self, heard: int) -> list[Entry]:
        """Returns when there is an answer, with what of it does not come here: another process may have sent it."""
        looks, shown = 0, self._shown
        while True:
            answers = [entry for entry in await self._doorstep.history(self._address, heard) if not entry.heard]
            missed = [entry for entry in answers if entry.sequence > self._shown]
            looks, shown = (looks + 1 if missed and self._shown == shown else 0), self._shown
            if answers and (not missed or looks > MOST_LOOKS):
                return missed
            await self._doorstep.change(self._address, PATIENCE)


def _read(source: TextIO, lines: "Queue[str | None]", loop: AbstractEventLoop) -> None:
    """In a thread of its own: a terminal cannot be waited for in another way everywhere."""
    for line in source:
        loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
    loop.call_soon_threadsafe(lines.put_nowait, None)


def open_channel(doorstep: Doorstep, environment: Mapping[str, str]) -> Terminal | None:
    """A terminal for whom KOMSHI_TERMINAL names; `komshi chat` names the user of the machine."""
    who = environment.get(WHO)
    return Terminal(doorstep, who, _print) if who else None


def _print(text: str) -> None:
    sys.stdout.write(text + os.linesep)
    sys.stdout.flush()
