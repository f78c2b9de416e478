"""What the doctor finds about everything a process stands on and speaks to, channels apart."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError
from sqlalchemy import Connection, make_url

from bot.findings import Finding, broken, drift, look, ok
from bot.presence import DEAD_AFTER
from bot.settings import Settings
from bot.store import Store, health
from integrations.workflow import Refused, ServiceDown, Workflow, WorkflowError

TIMEOUT = timedelta(seconds=10)
DAY = timedelta(days=1)
TOO_OLD = timedelta(minutes=2)
"""Whoever waits for longer has noticed."""
SLOW_LANES = frozenset({"notice"})
"""They may wait: a notice to a whole town takes as long as the platforms want."""
SHORT_CERTIFICATE = timedelta(days=14)
OLDEST_POSTGRES = 13
NOBODY = "komshi-doctor"
"""No application has this key, so asking for it shows nobody's."""


async def database(store: Store, settings: Settings) -> tuple[Finding, ...]:
    """Everything that can be told by reading alone."""
    try:
        version, steps = await store.read(lambda connection: (health.version(connection), health.steps(connection)))
    except Exception as error:
        # The driver has errors of its own for a wrong name or password, and all of their words are left out.
        advice = "See whether it runs, and whether KOMSHI_DATABASE_URL names it, its user and its password rightly."
        return (broken("database", f"does not answer ({type(error).__name__})", advice),)
    answers = ok("database", f"{version} answers")
    if steps.taken is None:
        return (answers, look("tables", "none yet", "`komshi serve` makes them, or `komshi migrate`."))
    if not steps.are_taken:
        found = f"at step {steps.taken}, this version needs {steps.head}"
        return (answers, broken("tables", found, "Back the database up, then run `komshi migrate`."))
    return (answers, _tables(steps), *await store.read(_contents, settings, datetime.now(UTC)))


def _tables(steps: health.Steps) -> Finding:
    if steps.is_newer:
        found = f"at step {steps.taken}, which this version does not know"
        return look("tables", found, "A newer version was started. Bring this one up to date as well.")
    return ok("tables", f"at step {steps.taken}, the newest")


def _contents(connection: Connection, settings: Settings, now: datetime) -> tuple[Finding, ...]:
    theirs = health.time(connection)
    return (
        *(() if theirs is None else (drift("the database", theirs, now),)),
        _key(health.key_fits(connection)),
        *_waiting(health.waiting(connection), now),
        *_lost(health.losses(connection, now - DAY)),
        *_delayed(health.delayed(connection)),
        _processes(health.alive(connection, now - DEAD_AFTER), settings),
    )


def _key(fits: bool) -> Finding:
    if fits:
        return ok("key", "opens what is stored")
    advice = "Put the key back that the database was begun with, beside the new one if there is one: NEW,OLD."
    return broken("key", "does not open what is stored", advice)


def _waiting(waiting: health.Waiting, now: datetime) -> tuple[Finding, ...]:
    ages = {queue: now - since for queue, since in waiting.items() if since is not None and queue not in SLOW_LANES}
    late = {queue: age for queue, age in ages.items() if age > TOO_OLD}
    if not late:
        return (ok("backlog", "nobody waits for long"),)
    found = ", ".join(f"{queue} since {age.total_seconds() / 60:.0f} minutes" for queue, age in sorted(late.items()))
    return (look("backlog", found, "See whether processes are alive, and what the log and the channels below say."),)


def _lost(losses: health.Losses) -> tuple[Finding, ...]:
    counted = {
        "messages nobody took": losses.dead,
        "that may or may not have arrived": losses.unknown,
        "questions without an answer": losses.given_up,
    }
    some = ", ".join(f"{count} {what}" for what, count in counted.items() if count)
    return (
        (look("last day", some, "The log says for each why; search it for `dead letter` and `turn failed`."),)
        if some
        else ()
    )


def _delayed(orders: int) -> tuple[Finding, ...]:
    if not orders:
        return ()
    return (look("orders", f"{orders} wait for the office", "They go by themselves when its system answers again."),)


def _processes(alive: int, settings: Settings) -> Finding:
    found = f"{alive} alive"
    if alive == 0:
        return look("processes", found, "Start one: `komshi serve`.")
    is_file = make_url(settings.database.get_secret_value()).get_backend_name() == "sqlite"
    if alive > 1 and is_file:
        return look("processes", f"{found}, over SQLite", "More than one needs PostgreSQL: set KOMSHI_DATABASE_URL.")
    if alive > 1 and settings.redis_url is None:
        return look("processes", f"{found}, without Redis", "Set KOMSHI_REDIS_URL: they hear of each other sooner.")
    return ok("processes", found)


async def redis(url: str) -> tuple[Finding, ...]:
    """Asked once: a process that loses it goes on without."""
    patience = TIMEOUT.total_seconds()
    try:
        async with Redis.from_url(url, socket_timeout=patience, socket_connect_timeout=patience) as connection:
            seconds, microseconds = await connection.time()
    except AuthenticationError:
        return (broken("Redis", "refuses our password", "Put it right in KOMSHI_REDIS_URL."),)
    except (RedisError, OSError) as error:
        advice = "See whether it runs and KOMSHI_REDIS_URL names it. Until then everything goes on, slower."
        return (broken("Redis", f"does not answer ({type(error).__name__})", advice),)
    theirs = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=microseconds)
    return (ok("Redis", "answers"), drift("Redis", theirs, datetime.now(UTC)))


async def office(workflow: Workflow) -> tuple[Finding, ...]:
    """Asks for an application that nobody has, which shows that we are let in."""
    try:
        await workflow.find(NOBODY)
    except Refused:
        return (broken("office", "refuses us", "Put KOMSHI_WORKFLOW_AUTH right, or what the office knows of us."),)
    except (ServiceDown, WorkflowError) as error:
        advice = "See whether it runs and KOMSHI_WORKFLOW_URL names it. Applications are kept and sent later."
        return (broken("office", f"does not answer ({type(error).__name__})", advice),)
    return (ok("office", "answers and knows us"),)


async def answers(subject: str, url: str, variable: str) -> tuple[Finding, ...]:
    """Whether anything answers there; what it says to a stranger does not matter."""
    async with httpx.AsyncClient(timeout=TIMEOUT.total_seconds(), trust_env=False) as client:
        try:
            response = await client.get(url)
        except httpx.HTTPError as error:
            advice = f"See whether it runs and {variable} names it."
            return (broken(subject, f"does not answer ({type(error).__name__})", advice),)
    if response.is_server_error:
        return (look(subject, f"answers {response.status_code}", "Ask whoever runs it."),)
    return (ok(subject, "answers"),)


async def public_address(url: str) -> tuple[Finding, ...]:
    """Whether citizens, Telegram and Viber reach us there, over a certificate that holds."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        return (broken("public address", "is not https", "Telegram and Viber deliver over https only."),)
    certificate = await _certificate(str(parts.hostname), parts.port or 443)
    return (*certificate, *await _ourselves(url))


async def _certificate(host: str, port: int) -> tuple[Finding, ...]:
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        advice = "Renew it, with the whole chain. Caddy does so by itself when ports 80 and 443 reach it."
        return (broken("certificate", f"is not valid: {error.verify_message}", advice),)
    except OSError:
        return ()
    certificate = writer.get_extra_info("peercert")
    writer.close()
    return (_validity(datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)),)


def _validity(end: datetime) -> Finding:
    left = end - datetime.now(UTC)
    found = f"holds for {left.days} more days"
    if left < SHORT_CERTIFICATE:
        return look("certificate", found, "It should have renewed itself by now: read the log of the proxy.")
    return ok("certificate", found)


async def _ourselves(url: str) -> tuple[Finding, ...]:
    async with httpx.AsyncClient(timeout=TIMEOUT.total_seconds(), trust_env=False) as client:
        try:
            response = await client.get(f"{url}/healthz")
        except httpx.HTTPError as error:
            advice = "DNS has to name this machine, and ports 80 and 443 have to reach it. From inside a town hall's "
            advice += "network it may look so although it is open to the world: try with a phone."
            return (broken("public address", f"is not reached from here ({type(error).__name__})", advice),)
    if response.status_code == httpx.codes.OK:
        return (ok("public address", "reaches us"),)
    advice = "The proxy has to pass everything to komshi, and komshi has to run."
    return (broken("public address", f"answers {response.status_code}", advice),)
