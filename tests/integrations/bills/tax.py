"""A tax in two instalments of somebody in a town, and who the town is to the Payments building block."""

from dataclasses import replace
from datetime import date

from integrations.bills import Alias, Bill
from integrations.bills.biller import Biller

FIRST = Bill(
    number="2026-00017",
    payer="payer-17",
    municipality="herceg-novi",
    payee="Opština Herceg Novi",
    account="ME25510000000906801436",
    amount=12_345,
    due=date(2026, 6, 30),
    purpose="Porez na nepokretnosti 2026, prva rata",
    reference="001234",
)
SECOND = replace(FIRST, number="2026-00018", due=date(2026, 10, 31), purpose="Porez na nepokretnosti 2026, druga rata")
SOMEBODY_ELSES = replace(FIRST, number="2026-00019", payer="payer-18")
NEXT_TOWNS = replace(FIRST, number="T-1", municipality="tivat")

BILLER = Biller("montenegro", "HN-01", "HERCEGNOVI", "https://town.example/payments")
PAYER = Alias("00", "AL-4711")
