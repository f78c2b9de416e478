"""Photos and documents, fetched at once: Telegram keeps its links for an hour."""

import asyncio
from contextlib import aclosing

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiohttp import ClientError

from bot.attachments import MOST, kind_of
from bot.channels.telegram.updates import Upload
from bot.messages import File

PATIENCE = 20
"""Seconds for everything. It is not tried again: the citizen is told, and may send it again."""
LONGEST_NAME = 100


class NotKept(Exception):
    """Nothing of the file is kept: it is too large (size), of no kind we know (type), or did not come (away)."""

    def __init__(self, refused: str) -> None:
        super().__init__(refused)
        self.refused = refused


async def fetch(bot: Bot, upload: Upload) -> File:
    """The file, its type found by its content; raises NotKept."""
    if upload.size > MOST:
        raise NotKept("size")
    try:
        async with asyncio.timeout(PATIENCE):
            content = await _download(bot, upload.id)
    except TelegramBadRequest as error:
        raise NotKept("size" if "too big" in error.message else "away") from error
    except (AiogramError, ClientError, TimeoutError) as error:
        raise NotKept("away") from error
    type = kind_of(content)
    if type is None:
        raise NotKept("type")
    return File(upload.name[-LONGEST_NAME:], type, content)


async def _download(bot: Bot, id: str) -> bytes:
    """Stops at the first byte too many: the announced size is only a claim."""
    path = (await bot.get_file(id, request_timeout=PATIENCE)).file_path
    if path is None:
        raise NotKept("away")
    content = bytearray()
    url = bot.session.api.file_url(bot.token, path)
    async with aclosing(bot.session.stream_content(url, timeout=PATIENCE)) as chunks:
        async for chunk in chunks:
            content += chunk
            if len(content) > MOST:
                raise NotKept("size")
    return bytes(content)
