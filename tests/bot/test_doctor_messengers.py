"""What `komshi doctor` tells of Telegram and Viber: the token, who gets what citizens write, and what is missing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.telegram.examine import examine as examine_telegram
from bot.channels.viber.examine import examine as examine_viber
from bot.channels.viber.registration import EVENTS
from bot.findings import Finding, Level
from tests.fakes import telegram as telegram_fake
from tests.fakes.telegram import Fault, Telegram
from tests.fakes.telegram.webhook import Settings as Webhook
from tests.fakes.viber import service as viber_fake
from tests.fakes.viber.platform import Viber

TOWN = "https://town.example"
COMMANDS = [{"command": "menu", "description": "Menu"}]
RED = (Level.BROKEN, Level.LOOK)


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """As a town's bot is after its first start."""
    async with telegram_fake.serving(Telegram()) as telegram:
        telegram.bot.commands[""] = COMMANDS
        telegram.bot.webhook.set(Webhook(f"{TOWN}/telegram/webhook"))
        yield telegram


@pytest.fixture
async def viber() -> AsyncIterator[Viber]:
    """As a town's bot is after its first start."""
    async with viber_fake.serving(Viber()) as viber:
        viber.account.webhook = f"{TOWN}/viber/webhook"
        viber.account.event_types = EVENTS
        yield viber


async def of_telegram(telegram: Telegram, **more: str) -> list[Finding]:
    named = {"TELEGRAM_TOKEN": telegram.token, "KOMSHI_TELEGRAM_API": telegram.url, "KOMSHI_PUBLIC_URL": TOWN}
    return list(await examine_telegram({**named, **more}))


async def of_viber(viber: Viber, **more: str) -> list[Finding]:
    named = {"VIBER_TOKEN": viber.token, "KOMSHI_VIBER_API": viber.url, "KOMSHI_PUBLIC_URL": TOWN}
    return list(await examine_viber({**named, **more}))


def wrong(findings: list[Finding]) -> list[str]:
    return [finding.found for finding in findings if finding.level in RED]


@pytest.mark.parametrize("examine", [examine_telegram, examine_viber])
async def test_without_a_token_there_is_nothing_to_say(examine: Any) -> None:
    assert await examine({}) == ()


async def test_a_telegram_bot_in_order_has_nothing_to_look_at(telegram: Telegram) -> None:
    findings = await of_telegram(telegram)

    assert wrong(findings) == []
    assert "@komshi_bot" in findings[0].found
    assert "clock" in {finding.subject for finding in findings}


async def test_without_a_public_address_telegram_is_asked_for_what_is_new(telegram: Telegram) -> None:
    telegram.bot.webhook.set(None)

    assert wrong(await of_telegram(telegram, KOMSHI_PUBLIC_URL="")) == []


async def test_a_token_that_telegram_does_not_know_is_not_repeated(telegram: Telegram) -> None:
    (finding,) = await of_telegram(telegram, TELEGRAM_TOKEN="2:hush")

    assert finding.level is Level.BROKEN
    assert "TELEGRAM_TOKEN" in finding.advice
    assert "hush" not in str(finding)


async def test_a_webhook_of_somebody_else_is_named_by_its_host_alone(telegram: Telegram) -> None:
    telegram.bot.webhook.set(Webhook("https://other.example/hush"))

    assert wrong(await of_telegram(telegram)) == ["delivers to other.example, not to us"]


async def test_a_bot_whose_webhook_is_not_set_hears_nothing(telegram: Telegram) -> None:
    telegram.bot.webhook.set(None)

    assert wrong(await of_telegram(telegram)) == ["delivers nothing: no webhook is set"]


async def test_what_telegram_could_not_deliver_lately_is_told_in_its_own_words(telegram: Telegram) -> None:
    telegram.bot.webhook.last_error = (datetime.now(UTC) - timedelta(minutes=5), "Connection refused")

    (told,) = wrong(await of_telegram(telegram))

    assert told.endswith("Connection refused")


async def test_an_error_of_yesterday_is_over(telegram: Telegram) -> None:
    telegram.bot.webhook.last_error = (datetime.now(UTC) - timedelta(days=1), "Connection refused")

    assert wrong(await of_telegram(telegram)) == []


async def test_a_bot_without_commands_is_to_be_looked_at(telegram: Telegram) -> None:
    telegram.bot.commands.clear()

    assert wrong(await of_telegram(telegram)) == ["shows no commands"]


@pytest.mark.parametrize("fault", [Fault.ERROR_HTML, Fault.GARBLED, Fault.RESET_BEFORE])
async def test_a_telegram_that_is_not_well_is_told_as_such(telegram: Telegram, fault: Fault) -> None:
    telegram.faults.plan(fault)

    findings = await of_telegram(telegram)

    assert len(wrong(findings)) == 1
    assert telegram.token not in str(findings)


async def test_a_viber_bot_in_order_has_nothing_to_look_at(viber: Viber) -> None:
    assert wrong(await of_viber(viber)) == []


async def test_viber_cannot_be_heard_without_a_public_address(viber: Viber) -> None:
    assert wrong(await of_viber(viber, KOMSHI_PUBLIC_URL="")) == ["cannot be heard"]


async def test_a_token_that_viber_does_not_know_is_not_repeated(viber: Viber) -> None:
    findings = await of_viber(viber, VIBER_TOKEN="hush")

    assert wrong(findings) == ["refuses us: status 2 invalidAuthToken"]
    assert "hush" not in str(findings)


async def test_a_viber_that_delivers_elsewhere_is_broken(viber: Viber) -> None:
    viber.account.webhook = "https://other.example/hush"

    assert wrong(await of_viber(viber)) == ["delivers elsewhere"]


async def test_receipts_that_viber_does_not_send_are_named(viber: Viber) -> None:
    viber.account.event_types = tuple(event for event in EVENTS if event not in ("seen", "failed"))

    assert wrong(await of_viber(viber)) == ["does not tell us: failed, seen"]


async def test_a_sender_s_name_that_is_cut_off_is_to_be_looked_at(viber: Viber) -> None:
    assert wrong(await of_viber(viber, KOMSHI_VIBER_NAME="n" * 29)) == ["the name of the sender is cut off"]


async def test_a_viber_that_is_away_is_broken(viber: Viber) -> None:
    assert wrong(await of_viber(viber, KOMSHI_VIBER_API="http://127.0.0.1:1")) == ["does not answer (SendError)"]
