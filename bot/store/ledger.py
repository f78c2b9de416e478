"""The municipality's bills and the requests to pay them, kept beside everything else."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.store.store import Store
from bot.store.tables import PENDING, bills, payments, second_payments
from integrations.bills import Bill, PaymentState, Request
from integrations.bills.ledger import Marked, NumberTaken

SEALED = ("payee", "account", "amount", "purpose", "reference", "currency")


def _upsert(insert: Any) -> Any:
    """A new bill, or a known one replaced if it is the same payer's and not paid; otherwise nothing is changed."""
    owner = and_(bills.c.municipality == insert.excluded.municipality, bills.c.payer == insert.excluded.payer)
    changed = {"body": insert.excluded.body, "due": insert.excluded.due}
    return insert.on_conflict_do_update(
        index_elements=[bills.c.number], set_=changed, where=and_(owner, bills.c.paid.is_(False))
    )


PUT = {"postgresql": _upsert(postgresql.insert(bills)), "sqlite": _upsert(sqlite.insert(bills))}


class StoredLedger:
    """The contract of `integrations.bills.ledger.Ledger`, over the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def bill(self, number: str) -> Bill | None:
        return await self._store.read(_bill, number)

    async def of_payer(self, municipality: str, payer: str) -> tuple[Bill, ...]:
        return await self._store.read(_of_payer, municipality, payer)

    async def put(self, bills: Iterable[Bill]) -> None:
        await self._store.write(_put, tuple(bills))

    async def mark_paid(self, number: str, payment: str | None) -> Marked:
        return await self._store.write(_mark_paid, number, payment)

    async def second_payments(self, number: str) -> tuple[str, ...]:
        return await self._store.read(_second_payments, number)

    async def request_by_id(self, id: str) -> Request | None:
        return await self._store.read(_request, payments.c.id == id)

    async def request_by_key(self, key: str) -> Request | None:
        return await self._store.read(_request, payments.c.key == key)

    async def pending(self, number: str) -> Request | None:
        return await self._store.read(_request, and_(payments.c.bill == number, PENDING))

    async def insert_request(self, request: Request) -> bool:
        try:
            await self._store.write(_insert_request, request)
        except IntegrityError:
            return False
        return True

    async def save_request(self, request: Request, expected: Request) -> bool:
        return await self._store.write(_save_request, request, expected)


def _bill(connection: Connection, number: str) -> Bill | None:
    row = connection.execute(select(bills).where(bills.c.number == number)).first()
    return _read(row) if row is not None and row.body is not None else None


def _of_payer(connection: Connection, municipality: str, payer: str) -> tuple[Bill, ...]:
    theirs = bills.c.municipality == municipality, bills.c.payer == payer
    rows = connection.execute(select(bills).where(*theirs).order_by(bills.c.due, bills.c.number)).all()
    return tuple(_read(row) for row in rows if row.body is not None)


def _read(row: Any) -> Bill:
    return Bill(
        number=row.number, payer=row.payer, municipality=row.municipality, due=row.due, paid=row.paid, **row.body
    )


def _put(connection: Connection, new: tuple[Bill, ...]) -> None:
    for bill in new:
        values = {name: getattr(bill, name) for name in ("number", "municipality", "payer", "due", "paid")}
        body = {name: getattr(bill, name) for name in SEALED}
        stored = connection.execute(PUT[connection.dialect.name], {**values, "body": body})
        if stored.rowcount == 0 and not _belongs(connection, bill):
            raise NumberTaken(bill.number)


def _belongs(connection: Connection, bill: Bill) -> bool:
    known = connection.execute(select(bills.c.municipality, bills.c.payer).where(bills.c.number == bill.number)).one()
    return (known.municipality, known.payer) == (bill.municipality, bill.payer)


def _mark_paid(connection: Connection, number: str, payment: str | None) -> Marked:
    this = bills.c.number == number
    row = connection.execute(select(bills.c.payment).where(this).with_for_update()).first()
    if row is None:
        return Marked.UNKNOWN
    name = row.payment or payment
    connection.execute(update(bills).where(this).values(paid=True, payment=name))
    if payment is None or payment == name:
        return Marked.PAID
    if payment not in _second_payments(connection, number):
        connection.execute(second_payments.insert().values(bill=number, payment=payment))
    return Marked.DUPLICATE


def _second_payments(connection: Connection, number: str) -> tuple[str, ...]:
    names = select(second_payments.c.payment).where(second_payments.c.bill == number)
    return tuple(sorted(connection.execute(names).scalars()))


def _request(connection: Connection, wanted: Any) -> Request | None:
    row = connection.execute(select(payments).where(wanted)).mappings().first()
    return None if row is None else Request(**{**row, "state": PaymentState(row["state"])})


def _insert_request(connection: Connection, request: Request) -> None:
    connection.execute(payments.insert().values({**vars(request), "state": request.state.value}))


def _save_request(connection: Connection, request: Request, expected: Request) -> bool:
    """The other columns never change, so these two say whether the row is as expected."""
    same = (
        payments.c.id == expected.id,
        payments.c.state == expected.state.value,
        payments.c.acknowledged.is_(expected.acknowledged),
    )
    values = {"state": request.state.value, "acknowledged": request.acknowledged}
    return connection.execute(update(payments).where(*same).values(values)).rowcount == 1
