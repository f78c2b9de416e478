"""What the doctor finds about the Viber channel: the token, the webhook and what Viber tells us."""

from collections.abc import Mapping

import httpx

from bot.channels.viber.client import LONGEST_NAME, Account, Client, Unclear
from bot.channels.viber.registration import EVENTS
from bot.channels.viber.settings import WEBHOOK, Settings
from bot.channels.viber.statuses import Refused
from bot.findings import Finding, broken, look, ok
from bot.messages import SendError

SUBJECT = "Viber"


async def examine(environment: Mapping[str, str]) -> tuple[Finding, ...]:
    """Nothing where there is no token."""
    try:
        settings = Settings.read(environment)
    except ValueError:
        return (broken(SUBJECT, "KOMSHI_VIBER_RATE is no number", "Write it as .env.example shows it."),)
    if settings is None:
        return ()
    return (*_name(environment.get("KOMSHI_VIBER_NAME", "")), *await _account(settings))


def _name(name: str) -> tuple[Finding, ...]:
    if len(name) <= LONGEST_NAME:
        return ()
    advice = f"Viber shows at most {LONGEST_NAME} characters. Shorten KOMSHI_VIBER_NAME."
    return (look(SUBJECT, "the name of the sender is cut off", advice),)


async def _account(settings: Settings) -> tuple[Finding, ...]:
    """Asked once: whoever runs the doctor sees that there was no answer, and runs it again."""
    client = Client(settings.token, settings.api)
    try:
        account = await client.get_account_info()
    except Refused as refusal:
        advice = (
            "Take the token from the bot's page at the Viber Admin Panel; status 7 to 9 and 15: ask Viber's partner."
        )
        return (broken(SUBJECT, f"refuses us: status {refusal}", advice),)
    except (SendError, Unclear, httpx.HTTPError) as error:
        advice = "See whether this machine may open connections to port 443 of Viber."
        return (broken(SUBJECT, f"does not answer ({type(error).__name__})", advice),)
    finally:
        await client.close()
    return (ok(SUBJECT, f"the token is that of {account.name or 'a bot without a name'}"), *_webhook(account, settings))


def _webhook(account: Account, settings: Settings) -> tuple[Finding, ...]:
    if not settings.public_url:
        return (broken(SUBJECT, "cannot be heard", "Set KOMSHI_PUBLIC_URL: Viber only delivers to an https address."),)
    if account.webhook != f"{settings.public_url}{WEBHOOK}":
        found = "delivers elsewhere" if account.webhook else "delivers nothing: no webhook is set"
        advice = "Start komshi: it sets the webhook by itself. If it changes back, somebody else uses the same token."
        return (broken(SUBJECT, found, advice),)
    return (ok(SUBJECT, "delivers to us"), *_events(account))


def _events(account: Account) -> tuple[Finding, ...]:
    missing = sorted(set(EVENTS) - set(account.event_types))
    if not missing:
        return ()
    return (
        look(SUBJECT, f"does not tell us: {', '.join(missing)}", "Start komshi again: it asks for them by itself."),
    )
