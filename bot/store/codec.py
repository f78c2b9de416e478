"""Frozen dataclasses to plain JSON and back, by their type hints. Knows what the dialogs use and nothing more."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import structlog

from bot.logs import trace

log = structlog.get_logger()

T = TypeVar("T")
Reader = Callable[[Any], Any]


def pack(value: object) -> Any:
    """The value as dictionaries, lists and scalars."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: pack(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [pack(item) for item in value]
    return {name: pack(getattr(value, name)) for name in _names(cast(Any, type(value)))}


def unpack(kind: type[T], plain: object) -> T:
    """The dataclass that was packed. A field unknown to `kind` is dropped, a missing one takes its default."""
    reader: Reader = _reader(cast(Any, kind))
    return cast(T, reader(plain))


def unpack_kept(kind: type[T], plain: object) -> T | None:
    """As `unpack`, but None for what was erased, and for what was kept in a shape that this version cannot read.

    So one such row reads like an erased one, and cannot stop the others.
    """
    if plain is None:
        return None
    try:
        return unpack(kind, plain)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.error("unreadable", kind=kind.__name__, **trace(error))
        return None


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _reader(hint: Any) -> Reader:
    if is_dataclass(hint):
        return _dataclass(hint)
    if hint in (date, datetime):
        return cast(Reader, hint.fromisoformat)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _generic(get_origin(hint), get_args(hint))


def _dataclass(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {name: _reader(hints[name]) for name in _names(kind)}

    def read(plain: Mapping[str, Any]) -> Any:
        return kind(**{name: readers[name](item) for name, item in plain.items() if name in readers})

    return read


def _generic(origin: Any, inner: tuple[Any, ...]) -> Reader:
    if origin in (Union, UnionType):
        return _union(tuple(hint for hint in inner if hint is not NoneType))
    if origin is tuple:
        item = _reader(inner[0])
        return lambda plain: tuple(item(one) for one in plain)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        value = _reader(inner[1])
        return lambda plain: {key: value(one) for key, one in plain.items()}
    return _same


def _union(kinds: tuple[Any, ...]) -> Reader:
    """Of one kind or None; a union of several kinds is one of scalars, which JSON keeps as they are."""
    if len(kinds) > 1:
        return _same
    read = _reader(kinds[0])
    return lambda plain: None if plain is None else read(plain)


def _same(plain: Any) -> Any:
    return plain
