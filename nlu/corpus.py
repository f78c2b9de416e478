"""What `nlu/data/<language>/` teaches: sentences with their intents, wordings of entities and concepts. Only reads."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from nlu.concepts import Lexicons

OUT_OF_SCOPE = "out_of_scope"
# What other people's data sets call it.
_OUT_OF_SCOPE_TOO = frozenset({"oos", "nlu_fallback"})
ABOUT = "about"
CONCEPTS = "concepts"
NOWHERE = ""
"""The language of sentences that stand in no language's folder."""

Item = Mapping[str, Any]

# Rasa's two ways to mark an entity: [words](service), [words]{"entity": "service", "value": "property_tax"}.
_ANNOTATION = re.compile(r"\[(?P<words>[^\]]+)\](?:\((?P<short>[^)]*)\)|(?P<long>\{[^}]*\}))")


@dataclass(frozen=True)
class Sentence:
    """One training sentence. `language` is the name of the folder it was found in, `entities` what is marked in it."""

    text: str
    intent: str
    language: str
    entities: tuple[tuple[str, str], ...] = ()


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
    """All that is taught. `wordings` are by kind of entity; `languages` and the `concepts` of each are by folder.

    `digest` changes with any file.
    """

    sentences: tuple[Sentence, ...]
    wordings: Mapping[str, Wordings]
    languages: Mapping[str, About]
    concepts: Lexicons
    digest: str


def read_corpus(data: Path, sentences: Path | None = None) -> Corpus:
    """The corpus under `data`. OSError, yaml.YAMLError or KeyError where a file is not as Rasa's format has it.

    `sentences`, a folder laid out as `data`, is read in its stead; any other Rasa training file or folder of them is
    taught with the dictionaries and concepts of `data`, but without its entities, which such a file knows nothing of.
    """
    if sentences is None:
        return _read_folder(data)
    if any(sentences.glob(f"*/{ABOUT}.yml")):
        return _read_folder(sentences)
    corpus, taught = _read_folder(data), read_sentences(sentences)
    digest = hashlib.sha256(repr((corpus.digest, taught)).encode()).hexdigest()
    return replace(corpus, sentences=taught, wordings={}, digest=digest)


def _read_folder(data: Path) -> Corpus:
    paths = sorted((*data.glob("*/*.yml"), *data.glob("*/*/*.yml")))
    sources = {path: path.read_bytes() for path in paths}
    contents = {path: yaml.load(source, Loader=yaml.CSafeLoader) for path, source in sources.items()}
    taught = [path for path, content in contents.items() if "nlu" in content or path.stem in (ABOUT, CONCEPTS)]
    items = [(path, item) for path in taught for item in contents[path].get("nlu", ())]
    return Corpus(
        sentences=tuple(
            sentence for path, item in items for sentence in _sentences(path.relative_to(data).parts[0], item)
        ),
        wordings=_wordings((_kind(path, data), item) for path, item in items if "intent" not in item),
        languages={path.parent.name: About(**contents[path]) for path in taught if path.stem == ABOUT},
        concepts={path.parent.name: contents[path][CONCEPTS] for path in taught if path.stem == CONCEPTS},
        digest=_digest((path.relative_to(data), sources[path]) for path in taught),
    )


def _kind(path: Path, data: Path) -> str:
    """The kind of entity a file words: `service.yml`, or any file of its own in a folder `service`."""
    return path.stem if path.parent.parent == data else path.parent.name


def called(intent: str) -> str:
    """Our name of an intent."""
    return OUT_OF_SCOPE if intent in _OUT_OF_SCOPE_TOO else intent


def read_sentences(path: Path) -> tuple[Sentence, ...]:
    """The sentences of any Rasa training file, or of all such files under a folder. Errors as `read_corpus`."""
    paths = sorted((*path.rglob("*.yml"), *path.rglob("*.yaml"))) if path.is_dir() else [path]
    # Every scalar stays the text it is: an intent may well be called "yes" or "no".
    contents = (yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader) for path in paths)  # noqa: S506 - makes only text
    items = (item for content in contents for item in content.get("nlu", ()))
    return tuple(sentence for item in items for sentence in _sentences(NOWHERE, item))


def _sentences(language: str, item: Item) -> Iterator[Sentence]:
    if "intent" in item:
        yield from (_sentence(example, item["intent"], language) for example in _examples(item))


def _sentence(example: str, intent: str, language: str) -> Sentence:
    entities = tuple(_annotated(found) for found in _ANNOTATION.finditer(example))
    return Sentence(_ANNOTATION.sub(r"\g<words>", example), called(intent), language, entities)


def _annotated(found: re.Match[str]) -> tuple[str, str]:
    """The kind of an entity, and its value: the words themselves where no other is given."""
    about = {"entity": found["short"]} if found["long"] is None else yaml.safe_load(found["long"])
    return about["entity"], about.get("value", found["words"])


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
    """Rasa writes a list of examples as one block of text with a dash before each line, or as a list of `text: …`."""
    examples = item["examples"]
    if isinstance(examples, str):
        lines = (line.strip() for line in examples.splitlines())
        return tuple(line.removeprefix("-").strip() for line in lines if line)
    return tuple(str(example["text"]).strip() for example in examples)


def _digest(sources: Iterable[tuple[Path, bytes]]) -> str:
    digest = hashlib.sha256()
    for path, source in sources:
        digest.update(f"{path}\0{len(source)}\0".encode() + source)
    return digest.hexdigest()
