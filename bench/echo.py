"""The least that a Telegram bot can do: it says what it is told, by webhook, and keeps nothing.

TELEGRAM_TOKEN=… TELEGRAM_API=… SECRET=… PORT=… python -m bench.echo
"""

import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message, Update
from fastapi import FastAPI, Request, Response

HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def echo(message: Message) -> None:
    await message.answer(message.text or "?")


def build(token: str, api: str, secret: str) -> FastAPI:
    """The whole bot: POST /telegram/webhook, and GET /healthz."""
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await bot.session.close()

    app = FastAPI(lifespan=lifespan)

    @app.get("/healthz")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/telegram/webhook")
    async def webhook(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret.encode()):
            return Response(status_code=401)
        update = Update.model_validate_json(await request.body(), context={"bot": bot})
        await dispatcher.feed_update(bot, update)
        return Response()

    return app


if __name__ == "__main__":
    app = build(os.environ["TELEGRAM_TOKEN"], os.environ["TELEGRAM_API"], os.environ["SECRET"])
    uvicorn.run(app, port=int(os.environ["PORT"]), loop="uvloop", access_log=False, log_level="warning")
