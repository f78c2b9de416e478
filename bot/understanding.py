"""`komshi nlu`: understanding on its own, without a conversation: sentences in, meanings out, and how good they are."""

import asyncio
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.brain import DATA, at_once, open_understanding
from bot.preparing import Understand
from bot.settings import Settings
from nlu import Understanding
from nlu.corpus import read_corpus
from nlu.embedded import Embedded
from nlu.scoring import KINDS, LONG_ENOUGH, Case, Heard, Unreadable, confusions, figures, groups, likeliest, read_cases

MOST_CONFUSIONS = 15

app = typer.Typer(no_args_is_help=True, help="Understanding: parse sentences, train, score.")

Sentences = Annotated[
    Path | None,
    typer.Option("--data", exists=True, help="Learn from this Rasa training file or folder instead of our sentences."),
]


@app.command()
def parse(
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Lines are {"text": …}; "language" is used where the text does not tell.')
    ] = False,
) -> None:
    """Read sentences, one a line, and print what each means as one line of JSON."""
    settings = Settings()
    understand = open_understanding(settings.cache, settings.rasa)
    if not asyncio.run(_parse(sys.stdin, jsonl, understand)):
        raise typer.Exit(1)


async def _parse(lines: Iterable[str], jsonl: bool, understand: Understand) -> bool:
    """Whether every line could be read. One that could not is named and left out; the others are printed."""
    all_read = True
    for number, line in enumerate(lines, start=1):
        try:
            text, language = _request(line) if jsonl else (line.rstrip("\r\n"), None)
        except Unreadable as error:
            typer.echo(f"line {number}: {error}", err=True)
            all_read = False
            continue
        typer.echo(json.dumps(_parsed(text, language, await understand(text)), ensure_ascii=False))
    return all_read


def _request(line: str) -> tuple[str, str | None]:
    """The text of a line and the language it is said to be in. Raises Unreadable."""
    try:
        about = json.loads(line)
    except ValueError as error:
        raise Unreadable("this is not JSON") from error
    if not isinstance(about, dict) or not isinstance(about.get("text"), str):
        raise Unreadable('this is not an object with a "text"')
    return about["text"], about.get("language")


def _parsed(text: str, language: str | None, meaning: Understanding) -> dict[str, Any]:
    return {
        "text": text,
        "language": meaning.language or language,
        "intent": meaning.intent,
        "confidence": round(meaning.confidence, 4),
        "decision": str(meaning.decision),
        "entities": dict(meaning.entities),
        "alternatives": [[intent, round(confidence, 4)] for intent, confidence in likeliest(meaning)],
    }


@app.command()
def train(data: Sentences = None) -> None:
    """Learn anew from the sentences, and keep the result where the server looks for it."""
    corpus = read_corpus(DATA, data)
    started = time.monotonic()
    Embedded.train(DATA, Settings().cache, data)
    seconds = time.monotonic() - started
    typer.echo(f"{len(corpus.sentences)} sentences learnt in {seconds:.1f} seconds.")


@app.command()
def score(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="JSONL: text, intent, entities, …")],
    data: Sentences = None,
    plot: Annotated[Path | None, typer.Option(help="Draw what is confused with what: a .png, .svg or .pdf.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Understand sentences whose meaning is known, and print how often that came out."""
    cases = [case for file in files for case in read_cases(file)]
    settings = Settings()
    heard = asyncio.run(_hear(cases, _engine(settings, data)))
    if as_json:
        typer.echo(json.dumps({name: figures(group) for name, group in _every_group(heard)}, ensure_ascii=False))
    else:
        _print(heard)
    if plot:
        _draw(heard, plot)


def _engine(settings: Settings, data: Path | None) -> Understand:
    if data is None:
        return open_understanding(settings.cache, settings.rasa)
    return at_once(Embedded.open(DATA, settings.cache, data))


async def _hear(cases: Iterable[Case], understand: Understand) -> Heard:
    return [(case, await understand(case.text)) for case in cases]


def _every_group(heard: Heard) -> Iterator[tuple[str, Heard]]:
    """All cases, those of each language, and of each variant within it."""
    yield "all", heard
    for language, spoken in groups(heard, lambda case: case.language):
        yield language, spoken
        for variant, written in groups(spoken, lambda case: case.variant):
            yield f"{language} {variant}", written


def _print(heard: Heard) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    console.print(_wishes_table(heard), _foreign_table(heard), _entities_table(heard), _confusions_table(heard))


def _wishes_table(heard: Heard) -> Table:
    names = ("first", "first three", "refused", "asked", "served", "answers right")
    table = Table("ours", "sentences", *names, title="Sentences that are ours")
    for name, group in _every_group(heard):
        count, *shares = figures(group)["wishes"].values()
        table.add_row(name, str(count), *map(_percent, shares))
    return table


def _foreign_table(heard: Heard) -> Table:
    names = ("refused", "answered as ours", "refused at 5 % loss")
    table = Table("not ours", "sentences", *names, title="Sentences that are not ours")
    for name, group in _every_group(heard):
        count, *shares = figures(group)["foreign"].values()
        if count:
            table.add_row(name, str(count), *map(_percent, shares))
    return table


def _entities_table(heard: Heard) -> Table:
    table = Table("", *KINDS, f"language of {LONG_ENOUGH}+ words", title="Entities (F1) and language")
    for name, group in _every_group(heard):
        found = figures(group)
        table.add_row(name, *(_percent(found["entities"].get(kind)) for kind in KINDS), _percent(found["language"]))
    return table


def _confusions_table(heard: Heard) -> Table:
    table = Table("meant", "understood", "times", title="Confused most often")
    for meant, understood, count in confusions(heard)[:MOST_CONFUSIONS]:
        table.add_row(meant, understood, str(count))
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None or math.isnan(share) else f"{share:.1%}"


def _draw(heard: Heard, file: Path) -> None:
    """In a process of its own, as training is: what draws is large, and a server needs none of it."""
    pairs = json.dumps([[case.intent, meaning.intent] for case, meaning in heard])
    subprocess.run([sys.executable, "-m", "nlu.plot", str(file)], input=pairs, text=True, check=True)  # noqa: S603
    typer.echo(f"Drawn: {file}")
