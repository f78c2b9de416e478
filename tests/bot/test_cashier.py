"""A clerk imports bills and marks them as paid, from the command line."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.ledger import StoredLedger
from tests.fakes.key import KEY
from tests.integrations.bills.tax import FIRST

HOUSE = Path(__file__).parents[2]
HEADER = "number;payer;municipality;payee;account;amount;due;purpose;reference\n"
LINE = "2026-00017;payer-17;herceg-novi;Opština Herceg Novi;510-9068014-36;123,45;30.6.2026;"
REST = "Porez na nepokretnosti 2026, prva rata;001234\n"

# Its own settings, and both databases would only be the same command twice.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Terminal:
    """`code` and `words` are what the last command ended with."""

    def __init__(self, database: str, folder: Path) -> None:
        self._environment = {"PATH": os.environ["PATH"], "KOMSHI_DATABASE": database, "KOMSHI_SECRET_KEY": KEY}
        self._folder = folder
        self.code = 0
        self.words = ""

    async def komshi(self, *arguments: str) -> None:
        command = (sys.executable, "-m", "bot.cli", *arguments)
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
        process = await asyncio.create_subprocess_exec(*command, cwd=HOUSE, env=self._environment, **pipes)
        words, _ = await process.communicate()
        self.code, self.words = process.returncode or 0, words.decode()

    async def imports(self, text: str, encoding: str = "utf-8") -> None:
        file = self._folder / "bills.csv"
        file.write_text(text, encoding=encoding)
        await self.komshi("bill", "import", str(file))


@pytest.fixture
def terminal(database: str, tmp_path: Path) -> Terminal:
    return Terminal(database, tmp_path)


async def test_a_file_of_bills_is_imported_and_one_is_marked_as_paid(terminal: Terminal, store: Store) -> None:
    await terminal.imports(HEADER + LINE + REST)
    imported = await StoredLedger(store).bill(FIRST.number)
    assert (terminal.code, terminal.words) == (0, "1 imported.\n")
    assert imported == FIRST

    await terminal.komshi("bill", "paid", FIRST.number, "TX-1")
    paid = await StoredLedger(store).bill(FIRST.number)

    assert (terminal.code, terminal.words) == (0, "2026-00017 is paid.\n")
    assert paid is not None
    assert paid.paid


async def test_a_second_payment_is_noticed(terminal: Terminal, store: Store) -> None:
    await StoredLedger(store).put([FIRST])
    await terminal.komshi("bill", "paid", FIRST.number, "TX-1")

    await terminal.komshi("bill", "paid", FIRST.number, "TX-2")

    assert terminal.code == 1
    assert "paid by another payment already" in terminal.words


async def test_a_bill_that_is_not_there_cannot_be_paid(terminal: Terminal, store: Store) -> None:
    await terminal.komshi("bill", "paid", "2026-99999", "TX-1")

    assert (terminal.code, terminal.words) == (1, "There is no bill '2026-99999'.\n")


async def test_a_faulty_line_is_named_and_nothing_is_imported(terminal: Terminal, store: Store) -> None:
    await terminal.imports(HEADER + LINE + REST + LINE.replace("00017", "00018").replace("-36", "-37") + REST)

    assert (terminal.code, terminal.words.partition(":")[0]) == (1, "line 3")
    assert await StoredLedger(store).bill(FIRST.number) is None


async def test_a_municipality_that_is_not_there_is_refused(terminal: Terminal, store: Store) -> None:
    await terminal.imports(HEADER + LINE.replace("herceg-novi", "beograd") + REST)

    assert terminal.code == 1
    assert terminal.words.startswith("There is no municipality beograd.")


async def test_a_file_in_another_encoding_is_refused_in_words(terminal: Terminal, store: Store) -> None:
    await terminal.imports(HEADER + LINE + REST, "cp1250")

    assert (terminal.code, terminal.words) == (1, "The file is not in UTF-8.\n")


async def test_a_number_of_somebody_else_is_refused(terminal: Terminal, store: Store) -> None:
    await StoredLedger(store).put([FIRST])

    await terminal.imports(HEADER + LINE.replace("payer-17", "payer-18") + REST)

    assert terminal.code == 1
    assert "belongs to another payer's bill" in terminal.words
