"""`.env.example`: every setting with its help, those of the process and those of its channels."""

import importlib
import pkgutil
from collections.abc import Mapping
from textwrap import fill

from pydantic import SecretStr

from bot import channels
from bot.settings import Settings, variable

HEAD = "# Copy to .env and change what should differ. A variable that is set in the environment wins.\n"
SETTINGS = "SETTINGS"
"""Under this name the module of a channel has the help of each variable that it alone reads."""


def example() -> str:
    """The whole file: every default is there and commented out."""
    return HEAD + "".join(map(_of_process, Settings.model_fields)) + "".join(_entry(*one) for one in _of_channels())


def _of_process(name: str) -> str:
    field = Settings.model_fields[name]
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return _entry(variable(name), str(field.description), "" if default is None else str(default))


def _of_channels() -> list[tuple[str, str]]:
    names = sorted(module.name for module in pkgutil.iter_modules(channels.__path__))
    modules = [importlib.import_module(f"{channels.__name__}.{name}") for name in names]
    helps: list[Mapping[str, str]] = [getattr(module, SETTINGS, {}) for module in modules]
    return [setting for each in helps for setting in each.items()]


def _entry(variable: str, help: str, default: str = "") -> str:
    written = fill(help, width=100, initial_indent="# ", subsequent_indent="# ")
    return f"\n{written}\n#{variable}={default}\n"
