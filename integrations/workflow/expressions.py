"""The expressions of the portable profile, answered by our own reading: nothing is ever evaluated as code.

What is let through means the same in JUEL, the language of Operaton: comparisons, and, or, not, names of variables,
text, whole numbers, true and false.
"""

import ast
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from integrations.workflow import Answer

Variables = Mapping[str, Answer | None]

_LONGEST = 200
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_FORMS = (
    *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.UnaryOp, ast.Not, ast.BoolOp, ast.And, ast.Or),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
)
# Words of JUEL's grammar: as names they would be read differently there.
_RESERVED = frozenset({"null", "empty", "eq", "ne", "lt", "gt", "le", "ge", "div", "mod", "instanceof"})


class BadExpression(Exception):
    """The expression is outside the portable profile, or cannot be answered from the variables."""


def is_name(text: str) -> bool:
    """Whether this may be the name of a variable in every engine."""
    return bool(_NAME.fullmatch(text)) and text not in _RESERVED | {"true", "false", "and", "or", "not"}


def is_expression(text: str) -> bool:
    """Whether an engine would look for a value behind this text."""
    return "${" in text or "#{" in text


def check(text: str) -> None:
    """Raises BadExpression unless `text` is plain text or one whole `${…}` of the profile."""
    if is_expression(text):
        _read(text)


def check_expression(text: str) -> None:
    """Raises BadExpression unless `text` is one whole `${…}` of the profile."""
    _read(text)


def value(text: str, variables: Variables) -> Answer | None:
    """The value of `${…}`, or the text itself where it is plain; raises BadExpression."""
    return _answer(_read(text), variables) if is_expression(text) else text


def holds(text: str, variables: Variables) -> bool:
    """Whether a condition is true; raises BadExpression, also where the answer is neither true nor false."""
    return _claim(_read(text), variables)


@lru_cache(maxsize=256)
def _read(text: str) -> ast.expr:
    inner = text.strip()
    if not (inner.startswith("${") and inner.endswith("}")) or len(inner) > _LONGEST:
        raise BadExpression(f"{text[:_LONGEST]!r} is not one short expression in ${{…}}")
    # JUEL and Python disagree on what a backslash does inside text.
    if "\\" in inner:
        raise BadExpression(f"{text!r} has a backslash")
    try:
        tree = ast.parse(inner[2:-1].strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise BadExpression(f"{text!r} cannot be read") from error
    for node in ast.walk(tree):
        if not _is_admitted(node):
            raise BadExpression(f"{text!r} has a {type(node).__name__}, which the portable profile leaves out")
    return tree.body


def _is_admitted(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name):
            return is_name(name) or name in ("true", "false")
        case ast.Constant(value=constant):
            return type(constant) in (str, int)
        case ast.Compare(ops=operators):
            return len(operators) == 1
        case _:
            return isinstance(node, _FORMS)


def _answer(node: ast.expr, variables: Variables) -> Answer | None:
    match node:
        case ast.Constant(value=str() | int() as constant):
            return constant
        case ast.Name(id="true" | "false" as word):
            return word == "true"
        case ast.Name(id=name) if name in variables:
            return variables[name]
        case ast.Name(id=name):
            raise BadExpression(f"there is no variable {name!r}")
        case _:
            return _claim(node, variables)


def _claim(node: ast.expr, variables: Variables) -> bool:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _claim(operand, variables)
        case ast.BoolOp(op=ast.And(), values=claims):
            return all(_claims(claims, variables))
        case ast.BoolOp(op=ast.Or(), values=claims):
            return any(_claims(claims, variables))
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _compare(_answer(left, variables), operator, _answer(right, variables))
        case ast.Name():
            answer = _answer(node, variables)
            if isinstance(answer, bool):
                return answer
    raise BadExpression(f"{ast.unparse(node)!r} is neither true nor false")


def _compare(left: Answer | None, operator: ast.cmpop, right: Answer | None) -> bool:
    # JUEL would turn text into a number here; a comparison that needs that is a slip in the definition.
    if type(left) is not type(right) and None not in (left, right):
        raise BadExpression(f"{type(left).__name__} and {type(right).__name__} cannot be compared")
    match operator:
        case ast.Eq():
            return left == right
        case ast.NotEq():
            return left != right
    return _is_ordered(left, operator, right)


def _is_ordered(left: Answer | None, operator: ast.cmpop, right: Answer | None) -> bool:
    if not (isinstance(left, int) and isinstance(right, int)):
        raise BadExpression(f"{type(left).__name__} and {type(right).__name__} have no order")
    match operator:
        case ast.Lt():
            return left < right
        case ast.LtE():
            return left <= right
        case ast.Gt():
            return left > right
    return left >= right


def _claims(nodes: Iterable[ast.expr], variables: Variables) -> Iterable[bool]:
    return (_claim(node, variables) for node in nodes)
