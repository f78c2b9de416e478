"""The `komshi` command: names, options and refusals. The work is done elsewhere."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from signal import SIGINT, SIGTERM
from subprocess import CalledProcessError
from typing import Annotated, TypeVar

import typer
import uvloop
from dotenv import dotenv_values
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from bot import cashier, catalogue, logs, stories, understanding
from bot import demo as playing
from bot.app import App, build, now, open_store
from bot.brain import open_brain
from bot.channels.terminal import Terminal
from bot.chat import at_terminal, from_script
from bot.desk import Desk, NotDone, Ruling, answers, drafted
from bot.doctor import consult
from bot.messages import File
from bot.server import Server
from bot.settings import FILE, Settings, variable
from bot.store import DatabaseAway, KeyInvalid, Unreadable
from bot.store.cases import Filed
from bot.stories import Person
from bot.watch import PortTaken, watch
from bot.workflows import open_workflow
from dialogs.catalogue import forms, services
from dialogs.forms import MUNICIPALITY
from dialogs.steps import HOME_TIME
from integrations.workflow.embedded import Decision
from locales import DEFAULT, LANGUAGES, Tier
from nlu import scoring

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="An assistant for citizens.")
case = typer.Typer(no_args_is_help=True, help="Applications: list, show and decide them.")
app.add_typer(case, name="case")
app.add_typer(cashier.app, name="bill")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(understanding.app, name="nlu")

SENTENCES = (NotDone, PortTaken, playing.Unplayable, KeyInvalid, Unreadable, stories.Unreadable, scoring.Unreadable)
"""What is refused in words that say what to do."""

Reference = Annotated[str, typer.Argument(help="The number of the application, in any case, with or without spaces.")]
Code = Annotated[str, typer.Argument(help="The six signs, in any case, with or without spaces.")]


def main() -> None:
    """Sentences for what can be expected to go wrong, and a status that a script can see."""
    logs.configure()
    with _in_sentences():
        app()


@app.command()
def serve() -> None:
    """Bring the tables up to date, and serve the page and everything behind it."""
    settings = Settings()
    processes = {name: service.process for name, service in services().items()}
    built = build(settings, open_brain(settings.cache, settings.rasa), processes, environment())
    uvloop.run(_serve(built, settings))


@app.command()
def work() -> None:
    """Answer and send beside a server on the same database, without a page of its own."""
    settings = Settings()
    processes = {name: service.process for name, service in services().items()}
    built = build(settings, open_brain(settings.cache, settings.rasa), processes, environment())
    uvloop.run(_work(built, settings))


async def _work(built: App, settings: Settings) -> None:
    """Until the process is told to stop (SIGTERM, or the interrupt of a terminal)."""
    stop = asyncio.Event()
    for signal in (SIGTERM, SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal, stop.set)
    async with built, watch(built, settings):
        typer.echo("komshi works")
        await stop.wait()


def environment() -> dict[str, str]:
    """What a channel finds its settings in: the variables, and the file for those that are not set."""
    in_file = {name: value for name, value in dotenv_values(FILE).items() if value is not None}
    return {**in_file, **os.environ}


async def _serve(built: App, settings: Settings) -> None:
    await built.store.migrate()
    async with watch(built, settings):
        await Server(built, settings).serve()


@app.command()
def chat(
    script: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A citizen's lines, one a line; prints the story.")
    ] = None,
    language: Annotated[str, typer.Option(help="The script's first language: " + ", ".join(LANGUAGES))] = DEFAULT,
    simple: Annotated[bool, typer.Option("--simple", help="The script's citizen wants simple messages.")] = False,
) -> None:
    """Talk to the assistant in this terminal, or print the talk of a script."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language} is not one of {', '.join(LANGUAGES)}", param_hint="--language")
    settings = Settings()
    if script is None:
        logs.quieten()
        processes = {name: service.process for name, service in services().items()}
        uvloop.run(at_terminal(settings, open_brain(settings.cache, settings.rasa), processes, environment()))
    else:
        person = Person("citizen", Terminal.name, language, Tier.SIMPLE if simple else Tier.ORDINARY)
        lines = script.read_text(encoding="utf-8").splitlines()
        typer.echo(uvloop.run(from_script(lines, person, open_brain(settings.cache, settings.rasa), now())), nl=False)


@app.command()
def demo() -> None:
    """Play Telegram and Viber with two phones on a page of this machine; needs no token."""
    settings = Settings()
    processes = {name: service.process for name, service in services().items()}
    uvloop.run(playing.run(settings, open_brain(settings.cache, settings.rasa), processes, environment()))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at everything komshi needs, change nothing, and say what to do; status 1 if something is broken."""
    raise SystemExit(consult(environment(), as_json=as_json))


@app.command()
def migrate() -> None:
    """Bring the tables of the database up to date."""
    asyncio.run(_at_desk(_nothing))


@case.command("list")
def list_cases(
    status: Annotated[str | None, typer.Option(help="Only those that stand at: saved, received, returned, …")] = None,
) -> None:
    """The applications, oldest first."""
    table = Table("reference", "service", "municipality", "status", "since")
    for filed in asyncio.run(_at_desk(lambda desk: desk.cases(status))):
        found = filed.case
        table.add_row(found.reference, found.service, found.municipality, found.status, _time(found.at))
    Console().print(table)


@case.command("show")
def show_case(reference: Reference) -> None:
    """One application with everything the citizen stated and sent: personal data, for this screen only."""
    filed, sent = asyncio.run(_at_desk(lambda desk: _with_files(desk, reference)))
    found, table = filed.case, Table(show_header=False, box=None)
    table.add_row("reference", found.reference)
    table.add_row("service", f"{found.service}, {found.municipality}")
    table.add_row("status", f"{found.status} since {_time(found.at)}, sent {_time(filed.created)}")
    for label, value in (*_decided(filed), *answers(filed)):
        # A citizen's words may look like markup and must not act like it.
        table.add_row(label, Text(value))
    for number, file in enumerate(sent, 1):
        table.add_row(f"file {number}", Text(f"{file.name}, {file.type}, {len(file.content) // 1024 + 1} kB"))
    Console().print(table)


async def _with_files(desk: Desk, reference: str) -> tuple[Filed, tuple[File, ...]]:
    filed = await desk.case(reference)
    return filed, await desk.files(filed)


@case.command("file")
def save_file(
    reference: Reference,
    number: Annotated[int, typer.Argument(min=1, help="The number that `case show` gives it.")],
    path: Annotated[Path, typer.Argument(dir_okay=False, help="Where to put it; nothing is overwritten.")],
) -> None:
    """Save a photo or document that the citizen sent: personal data, to be deleted when it is no longer needed."""
    _, sent = asyncio.run(_at_desk(lambda desk: _with_files(desk, reference)))
    if number > len(sent):
        raise NotDone(f"There are {len(sent)} files with this application.")
    with path.open("xb") as copy:
        path.chmod(0o600)
        copy.write(sent[number - 1].content)
    typer.echo(f"{path}: {sent[number - 1].type}")


@case.command("draft")
def show_draft(code: Code) -> None:
    """What a citizen has answered so far, by the code shown at the counter: personal data, for this screen only."""
    carried = asyncio.run(_at_desk(lambda desk: desk.draft(code, now())))
    form, table = forms()[carried.form], Table(show_header=False, box=None)
    table.add_row("application", f"{form.service}, {form.id}")
    table.add_row("municipality", str(carried.answers[MUNICIPALITY]))
    for label, value, is_private in drafted(carried):
        table.add_row(label, Text(value), "sensitive" if is_private else "")
    Console().print(table)


def _decided(filed: Filed) -> Iterator[tuple[str, str]]:
    if filed.case.reason:
        yield "reason", filed.case.reason
    if filed.case.until:
        yield "until", filed.case.until.isoformat()
    for words in filed.supplied:
        yield "added", words


@case.command("decide")
def decide_case(
    reference: Reference,
    decision: Decision,
    reason: Annotated[str, typer.Option(help="Told to the citizen; needed to refuse or return.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The citizen's last day; to return: 15 days.")
    ] = None,
) -> None:
    """Decide an application, or return it to the citizen for more. The citizen is told at once."""
    ruling = Ruling(decision, reason, until.date() if until else None)
    today = now().astimezone(HOME_TIME).date()
    filed = asyncio.run(_at_desk(lambda desk: desk.decide(reference, ruling, today)))
    typer.echo(f"{filed.case.reference}: {decision}. The citizen is told as soon as komshi is running.")


async def _at_desk(act: Callable[[Desk], Awaitable[T]]) -> T:
    settings = Settings()
    store = open_store(settings)
    try:
        await store.migrate()
        processes = {name: service.process for name, service in services().items()}
        return await act(Desk(store, open_workflow(settings, store, processes, now)))
    finally:
        await store.close()


async def _nothing(desk: Desk) -> None:
    """The desk is opened, which is enough."""


def _time(at: datetime) -> str:
    return f"{at.astimezone(HOME_TIME):%Y-%m-%d %H:%M}"


@contextmanager
def _in_sentences() -> Iterator[None]:
    try:
        yield
    except (
        NotDone,
        PortTaken,
        playing.Unplayable,
        KeyInvalid,
        Unreadable,
        stories.Unreadable,
        scoring.Unreadable,
    ) as error:
        _stop(str(error))
    except ValidationError as error:
        _stop("\n".join(f"{variable(str(one['loc'][0]))}: {one['msg']}" for one in error.errors()))
    except CalledProcessError:
        _stop("Understanding could not be trained. KOMSHI_CACHE must be a folder that can be written.")
    except (SQLAlchemyError, DatabaseAway, ConnectionError) as error:
        cause = error.__cause__ if isinstance(error, DatabaseAway) else error
        _stop(f"The database does not answer ({type(cause).__name__}). KOMSHI_DATABASE_URL says where it is.")
    except OSError as error:
        _stop(f"{error.strerror}: {error.filename}" if error.filename else f"It did not work: {error.strerror}.")


def _stop(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
