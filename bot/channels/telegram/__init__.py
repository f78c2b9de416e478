"""The Telegram channel: the Bot API, by webhook where the world reaches us and by long polling elsewhere."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.channels.telegram.settings import SETTINGS, Settings
from bot.messages import Doorstep

if TYPE_CHECKING:
    from bot.channels.telegram.channel import Telegram

__all__ = ["SETTINGS", "Settings", "open_channel"]


def open_channel(doorstep: Doorstep, environment: Mapping[str, str]) -> "Telegram | None":
    """The channel, or None where no token is set. Raises pydantic's ValidationError for settings that cannot work."""
    settings = Settings.read(environment)
    if settings is None:
        return None
    # aiogram takes seconds and 130 MB to be imported: only a process that speaks with Telegram pays for it.
    channel: Telegram = importlib.import_module(f"{__name__}.channel").Telegram(doorstep, settings)
    return channel
