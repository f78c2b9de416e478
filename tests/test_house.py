"""The rules of the house that no linter knows: sizes, names of modules, and what code may not know."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parent.parent
ROOMS = ("bot", "dialogs", "integrations", "locales", "nlu")


def modules(room: str) -> dict[str, Path]:
    """Ours by name; an environment in a hidden folder is other people's."""
    found = {path.relative_to(HOUSE): path for path in sorted((HOUSE / room).rglob("*.py"))}
    return {str(name): path for name, path in found.items() if not any(part.startswith(".") for part in name.parts)}


CODE = {name: path for room in ROOMS for name, path in modules(room).items()}
TESTS = modules("tests")

LANGUAGES = {path.parent.name for path in (HOUSE / "locales").glob("*/language.toml")}
SERVICES = {path.parent.name for path in (HOUSE / "dialogs" / "services").glob("*/service.toml")}
MUNICIPALITIES = set(tomllib.loads((HOUSE / "dialogs" / "municipalities.toml").read_text(encoding="utf-8")))

Function = ast.FunctionDef | ast.AsyncFunctionDef


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def functions(path: Path) -> list[Function]:
    return [node for node in nodes(path) if isinstance(node, Function)]


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def length(function: Function) -> int:
    """Lines from `def` to the end, the docstring left out."""
    return lines(function) - (lines(function.body[0]) if ast.get_docstring(function) else 0)


def strings(path: Path) -> set[str]:
    return {node.value for node in nodes(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_a_module_can_be_read_in_one_sitting() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in (CODE | TESTS).items()}

    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_a_function_fits_on_a_screen() -> None:
    found = ((name, function) for name, path in (CODE | TESTS).items() for function in functions(path))

    assert [f"{name}:{function.lineno}" for name, function in found if length(function) > 50] == []


def test_what_a_module_needs_stands_at_its_top() -> None:
    inside = ((name, node) for name, path in CODE.items() for each in functions(path) for node in ast.walk(each))

    assert [f"{name}:{node.lineno}" for name, node in inside if isinstance(node, ast.Import | ast.ImportFrom)] == []


def test_a_module_is_named_for_what_it_owns() -> None:
    owning_nothing = {"utils", "common", "core", "manager", "helpers"}

    assert [name for name in CODE if owning_nothing.intersection(Path(name).with_suffix("").parts)] == []


def test_only_locales_knows_a_language_by_name() -> None:
    known = {name: LANGUAGES & strings(path) for name, path in CODE.items() if not name.startswith("locales/")}

    assert {name: languages for name, languages in known.items() if languages} == {}


def test_no_code_knows_a_municipality_or_a_service_by_name() -> None:
    known = {name: (MUNICIPALITIES | SERVICES) & strings(path) for name, path in CODE.items()}

    assert {name: names for name, names in known.items() if names} == {}


def test_the_rules_above_have_something_to_watch() -> None:
    assert CODE
    assert LANGUAGES
    assert SERVICES
    assert len(MUNICIPALITIES) == 25
