"""Viber: the channel of a bot that Viber has given a token for. It can only be heard where the world reaches us."""

from collections.abc import Mapping

from bot.channels.viber.channel import Viber
from bot.channels.viber.client import API, LONGEST_NAME
from bot.channels.viber.settings import RATE, Settings
from bot.messages import Doorstep

SETTINGS: Mapping[str, str] = {
    "VIBER_TOKEN": "The token of the Viber bot, from its page at the Viber Admin Panel. Also KOMSHI_VIBER_TOKEN.",
    "KOMSHI_VIBER_NAME": f"The sender's name in Viber, at most {LONGEST_NAME} characters; komshi if unset.",
    "KOMSHI_VIBER_API": f"The address of the Viber API; {API} if unset.",
    "KOMSHI_VIBER_RATE": f"How many messages a second the bot may send on Viber, to all together; {RATE} if unset.",
}
"""Every variable this channel alone reads, with its help."""


def open_channel(doorstep: Doorstep, environment: Mapping[str, str]) -> Viber | None:
    """The channel, or None where its token is not set. ValueError for a rate that is no number."""
    settings = Settings.read(environment)
    return Viber(doorstep, settings) if settings else None
