"""A Rasa bot for the newborn aid: our sentences and the pipeline of `nlu/rasa`, with the answers of `bench/rasa`."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from bench.processes import HOUSE, Process, free_port, serving
from nlu.corpus import read_corpus
from nlu.embedded import Embedded
from nlu.rasa_data import write_lessons

DATA = HOUSE / "nlu" / "data"
RASA = HOUSE / "nlu" / "rasa"
BOT = HOUSE / "bench" / "rasa"
SERVICE = "newborn_aid"
MODEL = "understanding"
QUIETLY = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def prepare(folder: Path, engine: Embedded) -> None:
    """Trains the bot into `folder` if anything has changed since it was trained last; takes some minutes.

    `engine` tells which sentences are about another service. CalledProcessError where Rasa fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_lessons(folder / "lessons.yml", engine)
    _write_config(folder / "config.yml")
    made_for = folder / "made-for"
    digest = _digest(folder / "lessons.yml", folder / "config.yml", BOT / "domain.yml", BOT / "rules.yml")
    if made_for.exists() and made_for.read_text(encoding="ascii") == digest:
        return
    made_for.unlink(missing_ok=True)
    home = folder / "home"
    home.mkdir(exist_ok=True)
    data = folder / "lessons.yml", BOT / "rules.yml"
    command: list[str | Path] = [RASA / ".venv" / "bin" / "rasa", "train", "--data", *data]
    command += ["--domain", BOT / "domain.yml", "--config", folder / "config.yml"]
    command += ["--out", folder, "--fixed-model-name", MODEL]
    environment = {**os.environ, **QUIETLY, "HOME": str(home), "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    subprocess.run(command, env=environment, cwd=folder, check=True, stdout=sys.stderr)
    made_for.write_text(digest, encoding="ascii")


def _write_lessons(path: Path, engine: Embedded) -> None:
    """The sentences of the bot's intents that are about the newborn aid, or about no service by name."""
    domain = yaml.safe_load((BOT / "domain.yml").read_text(encoding="utf-8"))
    sentences = (one for one in read_corpus(DATA).sentences if one.intent in domain["intents"])
    write_lessons(
        (one for one in sentences if engine.understand(one.text).entities.get("service", SERVICE) == SERVICE), path
    )


def _write_config(path: Path) -> None:
    config = yaml.safe_load((RASA / "config.yml").read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**config, "policies": [{"name": "RulePolicy"}]}), encoding="utf-8")


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


@contextmanager
def served(folder: Path, log: Path) -> Iterator[tuple[str, Process]]:
    """The address of the bot that is trained in `folder`, its trackers in memory."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving([RASA / "run", "serve", folder, str(port)], f"{url}/status", {}, log) as process:
        yield url, process
