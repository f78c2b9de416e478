"""`komshi bill`: the ledger in the clerk's hands. What is imported is owed, what is marked is paid."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.app import now, open_store
from bot.desk import NotDone
from bot.settings import Settings
from bot.store import Store, errands
from bot.store.ledger import StoredLedger
from dialogs.catalogue import municipalities
from integrations.bills import Bill
from integrations.bills.importing import COLUMNS, BadBills, read_bills
from integrations.bills.ledger import Marked, NumberTaken

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True, help="Bills: import them, and mark them as paid.")


@app.command("import")
def import_bills(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=f"CSV in UTF-8: {', '.join(COLUMNS)}.")],
) -> None:
    """Import bills from a file: all of them, or none if anything is wrong with one. The same file again is no harm."""
    bills = _read(file)
    asyncio.run(_at_ledger(lambda store: _put(store, bills)))
    typer.echo(f"{len(bills)} imported.")


def _read(file: Path) -> tuple[Bill, ...]:
    """Raises NotDone, with a sentence for every faulty line."""
    try:
        bills = read_bills(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise NotDone("The file is not in UTF-8.") from None
    except BadBills as error:
        raise NotDone(str(error)) from None
    strange = sorted({bill.municipality for bill in bills} - municipalities().keys())
    if strange:
        raise NotDone(f"There is no municipality {', '.join(strange)}. One looks like {next(iter(municipalities()))}.")
    return bills


async def _put(store: Store, bills: tuple[Bill, ...]) -> None:
    try:
        await StoredLedger(store).put(bills)
    except NumberTaken as error:
        raise NotDone(f"Nothing is imported: {error}.") from None


@app.command()
def paid(
    number: Annotated[str, typer.Argument(help="The number of the bill, as it is printed.")],
    payment: Annotated[str, typer.Argument(help="The name of the payment, as the bank or the cash desk has it.")],
) -> None:
    """Mark a bill as paid. Whoever had their bank asked about it is told."""
    marked = asyncio.run(_at_ledger(lambda store: _mark(store, number, payment)))
    if marked is Marked.UNKNOWN:
        raise NotDone(f"There is no bill {number!r}.")
    if marked is Marked.DUPLICATE:
        raise NotDone(f"{number} is paid by another payment already. The payer may have paid twice.")
    typer.echo(f"{number} is paid.")


async def _mark(store: Store, number: str, payment: str) -> Marked:
    marked = await StoredLedger(store).mark_paid(number, payment)
    await store.write(errands.hurry, number, now())
    return marked


async def _at_ledger(act: Callable[[Store], Awaitable[T]]) -> T:
    store = open_store(Settings())
    try:
        await store.migrate()
        return await act(store)
    finally:
        await store.close()
