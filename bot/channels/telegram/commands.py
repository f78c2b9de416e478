"""The list of commands that the app shows, in each language that Telegram has a code for."""

from collections.abc import Iterable, Iterator

from aiogram import Bot
from aiogram.types import BotCommand
from babel import localedata

from dialogs.commands import COMMANDS
from locales import DEFAULT
from locales.languages import SPOKEN
from locales.wording import word

CODE_LETTERS = 2
"""Telegram takes ISO 639-1 only. Montenegrin has no such code: it is the list for everybody who has no other."""
PATIENCE = 20


def languages() -> Iterator[tuple[str | None, str]]:
    """Telegram's code, None for everybody else, and the language of the list for it."""
    yield None, DEFAULT
    for language in SPOKEN.values():
        for code in language.heard_as:
            if len(code) == CODE_LETTERS and localedata.exists(code):
                yield code, language.tag


def commands(language: str) -> list[BotCommand]:
    """The list in this language. KeyError for one that is not ours."""
    return [BotCommand(command=command.name, description=word(command.text, language)) for command in COMMANDS]


async def publish(bot: Bot) -> None:
    """Puts every list right that differs. Raises AiogramError; whoever calls tries again later."""
    for code, language in languages():
        wanted = commands(language)
        shown = await bot.get_my_commands(language_code=code, request_timeout=PATIENCE)
        if _lines(shown) != _lines(wanted):
            await bot.set_my_commands(wanted, language_code=code, request_timeout=PATIENCE)


def _lines(listed: Iterable[BotCommand]) -> list[tuple[str, str]]:
    return [(command.command, command.description) for command in listed]
