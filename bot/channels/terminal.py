"""The terminal: one citizen at a keyboard, printed in the format of the stories. Others may look over the shoulder."""

import os
import sys
import threading
from asyncio import AbstractEventLoop, Queue, get_running_loop
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TextIO
from uuid import uuid4

from bot.messages import Address, Doorstep, Message, Receipt, ReceiptState
from dialogs.session import Reply

WHO = "KOMSHI_TERMINAL"
PATIENCE = timedelta(seconds=1)


class Terminal:
    """The channel, and the talk at the keyboard. What comes unasked is printed as the assistant speaking first."""

    name = "terminal"
    private = False
    repeatable = False

    def __init__(self, doorstep: Doorstep, who: str, write: Callable[[str], None]) -> None:
        self._doorstep = doorstep
        self._address = Address(self.name, who)
        self._write = write
        self._waits = False
        self._shown = 0

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        first, *rest = reply.text.split("\n")
        self._write(
            "\n".join([f"  {first}" if self._waits else f"\nyou< {first}", *(f"  {line}".rstrip() for line in rest)])
        )
        if reply.choices:
            self._write("  " + " ".join(f"[{choice.label}]" for choice in reply.choices))
        self._shown = sequence
        return Receipt(ReceiptState.SEEN)

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
        while not await self._is_answered(accepted.sequence):
            await self._doorstep.change(self._address, PATIENCE)
        self._waits = False

    async def _is_answered(self, sequence: int) -> bool:
        answers = [entry for entry in await self._doorstep.history(self._address, sequence) if not entry.heard]
        return bool(answers) and self._shown >= answers[-1].sequence


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
