"""Which till a town has is said by its settings, and what is missing there is said in a sentence."""

import pytest
from pydantic import ValidationError

from bot.bills import open_till
from bot.settings import Settings
from bot.store import Store
from integrations.bills.biller import EUROS
from integrations.bills.embedded import Embedded
from integrations.bills.govstack import GovStack
from tests.bot.till import SECRET, settings
from tests.fakes.clock import Clock
from tests.integrations.bills.tax import BILLER, FIRST

ON_ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@ON_ONE
async def test_without_settings_there_is_a_ledger_and_no_way_to_banks(store: Store, clock: Clock) -> None:
    till = open_till(Settings.model_validate({}), store, clock)
    await till.ledger.put([FIRST])

    assert isinstance(till.bills, Embedded)
    assert till.banks is None
    assert await till.bills.owed(FIRST.number) == (FIRST,)
    await till.close()


@ON_ONE
async def test_a_building_block_is_told_who_we_are(store: Store, clock: Clock) -> None:
    till = open_till(settings("https://bb.example", bills_unit="euros", bills_alias="02"), store, clock)

    assert isinstance(till.bills, GovStack)
    assert till.banks is not None
    assert (till.banks.biller.tenant, till.banks.biller.id, till.banks.biller.unit) == (BILLER.tenant, BILLER.id, EUROS)
    assert till.banks.trust.secret == SECRET.encode()
    assert till.banks.alias == "02"
    await till.close()


@ON_ONE
@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [("header X-Api-Key hush", "x-api-key", "hush"), (None, "x-api-key", None)],
)
async def test_we_show_there_who_we_are(
    store: Store, clock: Clock, auth: str | None, header: str, value: str | None
) -> None:
    till = open_till(settings("https://bb.example", bills_auth=auth), store, clock)

    assert till.banks is not None
    assert till.banks.client.headers.get(header) == value
    await till.close()


@ON_ONE
async def test_no_proxy_and_no_password_of_the_machine_is_used(store: Store, clock: Clock) -> None:
    till = open_till(settings("https://bb.example"), store, clock)

    assert till.banks is not None
    assert not till.banks.client.trust_env
    await till.close()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("bills", "govstack:", "Write embedded: or govstack:https://HOST."),
        ("bills", "govstack:https://town:hush@bb.example", "Write embedded: or govstack:https://HOST."),
        ("bills", "mifos:https://bb.example", "Write embedded: or govstack:https://HOST."),
        ("bills_tenant", "", "GovStack Payments needs it."),
        ("bills_biller_name", "A name that is too long", "String should have at most 10 characters"),
        ("bills_callback_secret", "short", "Write at least 32 characters."),
        ("bills_callback_from", "the building block", "Write networks like 192.0.2.0/24."),
        ("bills_unit", "dinars", "Input should be 'cents' or 'euros'"),
        ("bills_auth", "bearer hush", "Write basic USER PASSWORD, or header NAME VALUE."),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_a_sentence(field: str, value: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings("https://bb.example", **{field: value})

    assert [(error["loc"], error["msg"]) for error in refused.value.errors()] == [((field,), words)]


def test_a_building_block_that_nobody_could_believe_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        settings("https://bb.example", bills_callback_secret=None)

    words = "Set KOMSHI_BILLS_CALLBACK_SECRET, or this: nobody is believed yet."
    assert [(error["loc"], error["msg"]) for error in refused.value.errors()] == [(("bills_callback_from",), words)]
