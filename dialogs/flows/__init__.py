"""The flows of the house, one module for one family of intents. They are found by listing this folder."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType

from dialogs.steps import Entry, Step


@lru_cache(maxsize=1)
def _modules() -> tuple[ModuleType, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


@lru_cache(maxsize=1)
def steps() -> Mapping[tuple[str, str], Step]:
    """Every step by flow and name."""
    return {
        (module.__name__.rpartition(".")[2], name): step for module in _modules() for name, step in module.STEPS.items()
    }


@lru_cache(maxsize=1)
def entries() -> Mapping[str, Entry]:
    """How each intent is entered; an intent belongs to exactly one flow."""
    return {intent: entry for module in _modules() for intent, entry in module.INTENTS.items()}
