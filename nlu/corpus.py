"""What `nlu/data/<language>/` teaches: sentences with their intents, and the words of entities. Only reads."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ABOUT = "about"

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Sentence:
    """One training sentence. `language` is the name of the folder it was found in."""

    text: str
    intent: str
    language: str


@dataclass(frozen=True)
class Wordings:
    """How one kind of entity is worded: examples by the value they mean, and named lists of words beside them."""

    synonyms: Mapping[str, tuple[str, ...]]
    lookups: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class About:
    """The tag of a language by the script it is written in, and the name of its general dictionary."""

    scripts: Mapping[str, str]
    dictionary: str


@dataclass(frozen=True)
class Corpus:
    """All that is taught. `wordings` are by kind of entity, `languages` by folder; `digest` changes with any file."""

    sentences: tuple[Sentence, ...]
    wordings: Mapping[str, Wordings]
    languages: Mapping[str, About]
    digest: str


def read_corpus(data: Path) -> Corpus:
    """The corpus under `data`. OSError, yaml.YAMLError or KeyError where a file is not as Rasa's format has it."""
    sources = {path: path.read_bytes() for path in sorted(data.glob("*/*.yml"))}
    contents = {path: yaml.load(source, Loader=yaml.CSafeLoader) for path, source in sources.items()}
    taught = [path for path, content in contents.items() if "nlu" in content or path.stem == ABOUT]
    items = [(path, item) for path in taught for item in contents[path].get("nlu", ())]
    return Corpus(
        sentences=tuple(sentence for path, item in items for sentence in _sentences(path.parent.name, item)),
        wordings=_wordings((path.stem, item) for path, item in items if "intent" not in item),
        languages={path.parent.name: About(**contents[path]) for path in taught if path.stem == ABOUT},
        digest=_digest((path.relative_to(data), sources[path]) for path in taught),
    )


def _sentences(language: str, item: Item) -> Iterator[Sentence]:
    if "intent" in item:
        yield from (Sentence(text, item["intent"], language) for text in _examples(item))


def _wordings(items: Iterable[tuple[str, Item]]) -> dict[str, Wordings]:
    """The words of all languages together: people mix them, places above all."""
    synonyms: dict[str, dict[str, tuple[str, ...]]] = defaultdict(lambda: defaultdict(tuple))
    lookups: dict[str, dict[str, tuple[str, ...]]] = defaultdict(lambda: defaultdict(tuple))
    for entity, item in items:
        if "synonym" in item:
            synonyms[entity][item["synonym"]] += _examples(item)
        else:
            lookups[entity][item["lookup"]] += _examples(item)
    return {entity: Wordings(values, lookups[entity]) for entity, values in synonyms.items()}


def _examples(item: Item) -> tuple[str, ...]:
    """Rasa writes a list of examples as one block of text, a dash before each line."""
    lines = (line.strip() for line in item["examples"].splitlines())
    return tuple(line.removeprefix("- ").strip() for line in lines if line)


def _digest(sources: Iterable[tuple[Path, bytes]]) -> str:
    digest = hashlib.sha256()
    for path, source in sources:
        digest.update(f"{path}\0{len(source)}\0".encode() + source)
    return digest.hexdigest()
