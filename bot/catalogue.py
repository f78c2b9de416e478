"""`komshi catalogue`: what is still to be found out about the services, for whoever keeps their data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app import now
from dialogs.audit import Finding, Why, audit
from dialogs.catalogue import municipalities, services
from dialogs.steps import HOME_TIME

EVERYWHERE = "everywhere"

app = typer.Typer(no_args_is_help=True, help="The data of the services: what is unsure, old or missing.")


@app.command()
def check(
    municipality: Annotated[str | None, typer.Option(help="Only this one, like herceg-novi.")] = None,
    service: Annotated[str | None, typer.Option(help="Only this one, by the name of its folder.")] = None,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As on this day; otherwise as today.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 if there is anything to find out.")] = False,
) -> None:
    """List what is not confirmed, grown old, not checked for 180 days, or missing, by municipality."""
    _known(municipality, municipalities(), "--municipality")
    _known(service, services(), "--service")
    day = today.date() if today else now().astimezone(HOME_TIME).date()
    found = [
        finding
        for finding in audit(services(), municipalities(), day)
        if municipality in (None, finding.municipality) and service in (None, finding.service)
    ]
    _print(found)
    if strict and found:
        raise typer.Exit(1)


def _known(name: str | None, names: Iterable[str], option: str) -> None:
    if name is not None and name not in names:
        raise typer.BadParameter(f"{name} is not one of {', '.join(names)}", param_hint=option)


def _print(found: Sequence[Finding]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    console.print(_lines(found), _counts(found))


def _lines(found: Sequence[Finding]) -> Table:
    table = Table("municipality", "file", "subject", "part", "why", title="To find out")
    for finding in found:
        why = f"{finding.why} ({finding.since})" if finding.since else finding.why
        table.add_row(finding.municipality or EVERYWHERE, finding.file, finding.subject, finding.part, why)
    return table


def _counts(found: Sequence[Finding]) -> Table:
    table = Table("municipality", *Why, "together", title="How much there is to find out")
    counts = Counter((finding.municipality, finding.why) for finding in found)
    for slug in dict.fromkeys(finding.municipality for finding in found):
        each = [counts[slug, why] for why in Why]
        table.add_row(slug or EVERYWHERE, *map(str, each), str(sum(each)))
    return table
