"""`komshi doctor`: looks at everything that komshi needs, changes nothing, and says what to do."""

import asyncio
import importlib
import json
import os
import pkgutil
import shutil
import stat
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import typer
from cryptography.fernet import Fernet
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import make_url

from bot import channels, surroundings
from bot.app import now
from bot.findings import Finding, Level, broken, carefully, look, ok
from bot.settings import EMBEDDED, Settings, variable
from bot.store import KeyInvalid, Store
from bot.workflows import open_workflow

EXAMINATION = "examine"
"""A channel that is a package may have a module of this name with a function of this name: findings by environment."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
LITTLE, HARDLY_ANY = 1_000_000_000, 200_000_000
"""Bytes left on a disk."""
STYLES = {Level.OK: "green", Level.LOOK: "yellow", Level.BROKEN: "bold red"}

Examine = Callable[[Mapping[str, str]], Awaitable[tuple[Finding, ...]]]


def consult(environment: Mapping[str, str], *, as_json: bool = False) -> int:
    """Prints what is found. The exit status: 1 if something is broken."""
    findings = asyncio.run(examine(environment))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        _print(findings)
    return int(any(finding.level is Level.BROKEN for finding in findings))


def _print(findings: tuple[Finding, ...]) -> None:
    table = Table("", "what", "found", "what to do")
    for finding in findings:
        level = Text(finding.level, STYLES[finding.level])
        table.add_row(level, finding.subject, Text(finding.found), Text(finding.advice))
    Console().print(table)
    counts = Counter(finding.level for finding in findings)
    typer.echo(f"{counts[Level.BROKEN]} broken, {counts[Level.LOOK]} to look at, {counts[Level.OK]} in order.")


async def examine(
    environment: Mapping[str, str], read_settings: Callable[[], Settings] = Settings
) -> tuple[Finding, ...]:
    """Everything that can be found out, in the order in which it is best put right."""
    try:
        settings = read_settings()
    except ValidationError as error:
        return (*_wrong(error), *await _channels(environment))
    examinations = {
        "key": _key(settings),
        "database": _database(settings),
        "Redis": _redis(settings),
        "office": _office(settings),
        "bills": _address("bills", settings.bills_url, "KOMSHI_BILLS"),
        "understanding": _address("understanding", settings.rasa, "KOMSHI_NLU"),
        "disk": _disk(settings),
        "public address": _public_address(settings),
    }
    found = await asyncio.gather(*(carefully(subject, each) for subject, each in examinations.items()))
    messengers = await _channels(environment)
    return (ok("settings", "can be read"), *(one for group in found for one in group), *messengers)


def _wrong(error: ValidationError) -> Iterator[Finding]:
    for one in error.errors():
        name = variable(str(one["loc"][0]))
        yield broken("settings", f"{name}: {one['msg']}", ".env.example explains each. The rest is examined then.")


async def _key(settings: Settings) -> tuple[Finding, ...]:
    file = settings.key_file
    if settings.secret_key is not None:
        return (ok("key", "is in KOMSHI_SECRET_KEY"),)
    if not file.exists():
        return (look("key", "none yet", "The first start makes one. Back it up then, but not beside the database."),)
    if file.stat().st_mode & OTHERS:
        return (broken("key", f"others on this machine may read {file}", f"chmod 600 {file}"),)
    if not _is_file(settings):
        return (look("key", f"is in {file}", "Processes elsewhere need the same one: set KOMSHI_SECRET_KEY for all."),)
    return (ok("key", f"is in {file}"),)


async def _database(settings: Settings) -> tuple[Finding, ...]:
    url = make_url(settings.database.get_secret_value())
    if _is_file(settings) and url.database and not Path(url.database).exists():
        return (look("database", f"{url.database} is not there yet", "The first start makes it."),)
    try:
        async with _opened(settings) as store:
            return await surroundings.database(store, settings)
    except KeyInvalid:
        advice = "Take the one that was backed up; for a new town let the first start make one."
        return (broken("key", "is not one", advice),)


async def _redis(settings: Settings) -> tuple[Finding, ...]:
    return () if settings.redis_url is None else await surroundings.redis(settings.redis_url.get_secret_value())


async def _office(settings: Settings) -> tuple[Finding, ...]:
    kind, _ = settings.workflow
    if kind == EMBEDDED:
        return ()
    async with _opened(settings) as store:
        return await surroundings.office(open_workflow(settings, store, {}, now))


async def _address(subject: str, url: str | None, variable: str) -> tuple[Finding, ...]:
    return () if url is None else await surroundings.answers(subject, url, variable)


async def _disk(settings: Settings) -> tuple[Finding, ...]:
    return (_cache(settings.cache), *_space(settings))


def _cache(folder: Path) -> Finding:
    """What was learnt is kept there; where it is there already, nothing has to be written."""
    if os.access(_nearest(folder), os.W_OK) or any(folder.glob("*.npz")):
        return ok("cache", str(folder))
    return broken("cache", f"{folder} cannot be written", "Make KOMSHI_CACHE a folder that komshi's user may write.")


def _space(settings: Settings) -> Iterator[Finding]:
    """Of the disk with the database, where that is a file of ours."""
    if not _is_file(settings):
        return
    file = make_url(settings.database.get_secret_value()).database
    free = shutil.disk_usage(_nearest(Path(file or "."))).free
    found = f"{free / 1e9:.1f} GB free beside the database"
    if free < LITTLE:
        made = broken if free < HARDLY_ANY else look
        yield made("disk", found, "Make room: nothing a citizen writes can be stored on a full disk.")
    else:
        yield ok("disk", found)


def _nearest(path: Path) -> Path:
    """The path itself, or the nearest folder above it that there is."""
    return next(each for each in (path, *path.absolute().parents) if each.exists())


async def _public_address(settings: Settings) -> tuple[Finding, ...]:
    if not settings.public_url:
        return (ok("public address", "none: Telegram is asked for what is new, Viber cannot be heard"),)
    return await surroundings.public_address(settings.public_url)


async def _channels(environment: Mapping[str, str]) -> tuple[Finding, ...]:
    found = await asyncio.gather(*(carefully(name, ask(environment)) for name, ask in _examinations()))
    findings = tuple(one for group in found for one in group)
    return findings or (ok("messengers", "none: citizens are reached by the page alone"),)


def _examinations() -> Iterator[tuple[str, Examine]]:
    packages = [module.name for module in pkgutil.iter_modules(channels.__path__) if module.ispkg]
    for name in packages:
        package = importlib.import_module(f"{channels.__name__}.{name}")
        if any(module.name == EXAMINATION for module in pkgutil.iter_modules(package.__path__)):
            module = importlib.import_module(f"{package.__name__}.{EXAMINATION}")
            yield name, getattr(module, EXAMINATION)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    """The store as it is. Where there is no key none is kept: with a passing one it is seen whether one is missing."""
    keys = settings.secret_key.get_secret_value() if settings.secret_key else _kept(settings.key_file)
    store = Store.open(settings.database.get_secret_value(), keys)
    try:
        yield store
    finally:
        await store.close()


def _kept(file: Path) -> str:
    return file.read_text().strip() if file.exists() else Fernet.generate_key().decode()


def _is_file(settings: Settings) -> bool:
    return make_url(settings.database.get_secret_value()).get_backend_name() == "sqlite"
