"""Where the source texts are: found in the code, in the services' data and in the pages' templates, never by hand.

- Code in `bot/` and `dialogs/`: the first argument of `say(…)` and `Phrase(…)`. A text may stand there itself, or as a
  choice (`a if b else c`), or in a name, a dict or a tuple of the same module: then every text in it counts.
- Data in `dialogs/services/<service>/`: the keys in KEYS, at any depth, and all texts under the keys in LISTS; their
  domain is the service.
- Templates in `bot/`: `{{ _("…") }}` and `{{ say("…") }}`, of the common domain.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import Environment

COMMON = "common"
KEYS = frozenset(
    {"text", "ask", "met", "failed", "unknown", "change", "label", "also", "hint"}
    | {"act", "gazette", "note", "next", "title", "summary", "yes", "no", "intro", "when", "entitled_label", "where"},
)
COMPARED = "also"
LISTS = frozenset({"items", "labels", "write"})


@dataclass(frozen=True)
class Spot:
    """A line of a file of the project."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Source:
    """A text to be translated, and where it stands. `shown`: it is read by people, not only compared with words."""

    text: str
    domain: str
    spot: Spot
    plural: str | None = None
    shown: bool = True


@dataclass(frozen=True)
class Fault:
    """Something wrong at a spot, as a sentence."""

    spot: Spot
    said: str

    def __str__(self) -> str:
        return f"{self.spot}: {self.said}"


Found = Source | Fault


def collect(root: Path) -> tuple[Found, ...]:
    """Every source text below `root`, and every place where one is hidden from us."""
    python = chain((root / "bot").rglob("*.py"), (root / "dialogs").rglob("*.py"))
    data = (root / "dialogs" / "services").glob("*/**/*.toml")
    pages = (path for ending in ("html", "txt", "jinja") for path in (root / "bot").rglob(f"*.{ending}"))
    readers = ((python, in_code), (data, in_data), (pages, in_template))
    return tuple(
        found
        for paths, reader in readers
        for path in sorted(paths)
        for found in reader(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
    )


def in_code(code: str, file: str) -> Iterator[Found]:
    tree = ast.parse(code, file)
    names = dict(_assignments(tree))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if _called(call) in {"say", "Phrase", "phrase"}:
            yield from _call(call, file, names)


def _called(call: ast.Call) -> str:
    """Ours are `say` and `Phrase`, however reached, and `phrase`, the method by which a service words its data."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _assignments(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def _call(call: ast.Call, file: str, names: dict[str, ast.expr]) -> Iterator[Found]:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    first = call.args[0] if call.args else keywords.get("text")
    spot = Spot(file, call.lineno)
    domain = _constant(keywords["domain"]) if _called(call) == "Phrase" and "domain" in keywords else COMMON
    for text in _texts(first, names) if first else ():
        if text is None:
            yield Fault(spot, "a text made of parts cannot be translated; use {places}")
        elif domain is None or _called(call) == "phrase":
            yield Fault(spot, f"the domain of {text!r} cannot be told from the code")
        else:
            yield Source(text, domain, spot, _constant(keywords.get("plural")))


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _texts(node: ast.expr, names: dict[str, ast.expr]) -> Iterator[str | None]:
    """Every text the expression may be; None for one put together at run time."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr() | ast.BinOp():
            yield None
        case ast.Name(id=name) if name in names:
            yield from _texts(names[name], {other: value for other, value in names.items() if other != name})
        case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner, attr="get")):
            yield from _texts(inner, names)
        case ast.IfExp(body=one, orelse=other):
            yield from chain(_texts(one, names), _texts(other, names))
        case ast.Dict(values=nodes) | ast.Tuple(elts=nodes) | ast.List(elts=nodes) | ast.BoolOp(values=nodes):
            for inner in nodes:
                yield from _texts(inner, names)


def in_data(toml: str, file: str) -> Iterator[Found]:
    """The texts of a service's data file `…/<service>/…`, each at the line where it begins."""
    domain = Path(file).parts[2]
    for key, text in _marked(tomllib.loads(toml)):
        yield Source(text, domain, Spot(file, _line(toml, text)), shown=key != COMPARED)


def _marked(value: Any) -> Iterator[tuple[str, str]]:
    """Every text with the key it stands under."""
    if isinstance(value, list):
        for inner in value:
            yield from _marked(inner)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in KEYS and isinstance(inner, str):
                yield key, inner
            yield from ((key, leaf) for leaf in _leaves(inner)) if key in LISTS else _marked(inner)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)


def _line(toml: str, text: str) -> int:
    """The line on which a text begins; 1 where escapes hide it."""
    beginning = text.strip().splitlines()[0] if text.strip() else text
    place = toml.find(beginning)
    return toml.count("\n", 0, place) + 1 if place >= 0 else 1


def in_template(template: str, file: str) -> Iterator[Found]:
    pages = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for line, _, text in pages.extract_translations(template, gettext_functions=("_", "say")):  # type: ignore[attr-defined]
        if isinstance(text, str):
            yield Source(text, COMMON, Spot(file, line))
