"""From an imported bill to a printed payment order: the real server, and the clerk's command beside it."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.fakes.server import Server, serving

BILLS = (
    "number;payer;municipality;payee;account;amount;due;purpose;reference\n"
    "2026-00017;payer-17;herceg-novi;Opština Herceg Novi;510-9068014-36;123,45;30.6.2026;Porez;001234\n"
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(f"sqlite:///{tmp_path / 'komshi.db'}", tmp_path) as server:
        yield server


async def say(client: AsyncClient, text: str) -> str:
    """The page without JavaScript, after the answer."""
    await client.post("/", data={"client_msg_id": str(uuid4()), "text": text})
    return (await client.get("/", headers={"Accept": "text/html"})).text


async def test_a_citizen_finds_the_bill_prints_the_order_and_learns_that_it_is_paid(
    server: Server, tmp_path: Path
) -> None:
    file = tmp_path / "bills.csv"
    file.write_text(BILLS, encoding="utf-8")
    await server.komshi("bill", "import", str(file))

    async with AsyncClient(base_url=server.url, headers={"Accept-Language": "en"}) as client:
        await say(client, "I want to pay my property tax")
        owed = await say(client, "2026-00017")
        ordered = await say(client, "yes")
        entries = (await client.get("/api/messages")).json()["entries"]
        printed = (await client.get(entries[-1]["payment"])).text
        await server.komshi("bill", "paid", "2026-00017", "TX-1")
        await say(client, "pay")
        after = await say(client, "2026-00017")

    assert "Porez: €123.45" in owed
    assert "Reference: 001234" in ordered
    assert "<svg" in printed
    assert "I find no unpaid bill with this number." in after
