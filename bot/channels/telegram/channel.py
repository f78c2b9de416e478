"""Telegram as a channel: hears by webhook or by asking, and sends what it is given."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import AiogramError
from aiogram.methods import AnswerCallbackQuery, SendMessage, SendPhoto
from aiogram.types import Update
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot import bodies, metrics
from bot.backoff import Backoff
from bot.channels.telegram import choices, commands, files, refusals, sending, updates, webhook
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.settings import PATH, Settings
from bot.layout import parts, utf16
from bot.logs import trace
from bot.messages import Address, Doorstep, Message, Pace, Receipt, ReceiptState, SendError
from bot.metrics import Refusal
from dialogs.session import Attachment, Reply

log = structlog.get_logger()

PATIENCE = 20
"""Seconds for a call that sends; the outbox gives up after 30."""
SHORT_PATIENCE = 5
"""Seconds for what may as well not happen."""
BACKOFF = Backoff(timedelta(seconds=1), timedelta(minutes=1))
LISTENER = "telegram listener"
"""The one process that asks for updates, or that looks after webhook and commands."""
LEASE = timedelta(minutes=2)
NOT_MINE = timedelta(seconds=10)


class Telegram:
    """A bot and its private chats. A telephone is lent and looked over, so nothing sensitive is asked for here."""

    name = updates.NAME
    private = False
    repeatable = False

    def __init__(self, doorstep: Doorstep, settings: Settings) -> None:
        api = TelegramAPIServer.from_base(settings.telegram_api) if settings.telegram_api else PRODUCTION
        self.pace: Pace | None = Pace(settings.name, settings.telegram_rate, per_chat=1, burst=3)
        self.router = APIRouter()
        self.router.add_api_route(PATH, self.listen, methods=["POST"], include_in_schema=False)
        self._doorstep = doorstep
        self._bot = Bot(settings.token, session=AiohttpSession(api=api, timeout=PATIENCE))
        self._secret = settings.secret
        self._url = f"{settings.public_url}{PATH}" if settings.public_url else None
        self._polling = Polling(self._bot, self._hear_and_answer)
        self._is_begun = False

    async def run(self) -> None:
        """Hears, for as long as it is left running; does nothing while another process does."""
        failures = 0
        while True:
            try:
                wait = await self._look_after()
                failures = 0
            except Exception as error:
                failures += 1
                wait = BACKOFF.wait(failures)
                log.warning("telegram does not hear", **trace(error))
            await asyncio.sleep(wait.total_seconds())

    async def close(self) -> None:
        """Ends the connections to Telegram, once nothing is being sent any more."""
        await self._bot.session.close()

    async def listen(self, request: Request) -> Response:
        """A call of Telegram's: 401 without its secret, 413 where it is too large, and 200 when it is stored.

        What cannot be read is answered with 200 as well, because it would only come again. The press of a button is
        confirmed in the answer itself, which costs no call.
        """
        if not webhook.is_theirs(request, self._secret):
            metrics.webhook_refused(self.name, Refusal.SECRET)
            return Response(status_code=401)
        try:
            update = webhook.parsed(await bodies.read(request, webhook.MOST))
        except bodies.TooLarge:
            metrics.webhook_refused(self.name, Refusal.SIZE)
            return Response(status_code=413)
        if update is None:
            metrics.webhook_refused(self.name, Refusal.BODY)
            return Response()
        await self._hear(update)
        if update.callback_query is None:
            return Response()
        query = update.callback_query.id
        return JSONResponse({"method": AnswerCallbackQuery.__api_method__, "callback_query_id": query})

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        return parts(reply, sending.LONGEST, utf16, pictures=True)

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        """Raises SendError, and TelegramNetworkError where it may have been sent all the same.

        Sends once, and once more without markup if Telegram cannot read ours. The outbox does the rest.
        """
        try:
            return await self._send(sending.call(address, reply))
        except SendError as error:
            if not refusals.is_unreadable_markup(error.__cause__):
                raise
            log.error("markup refused", sequence=sequence)
        return await self._send(sending.plain_call(address, reply))

    async def busy(self, address: Address) -> None:
        """Shows for five seconds that somebody is writing; it is not tried again."""
        with suppress(AiogramError):
            await self._bot.send_chat_action(int(address.id), "typing", request_timeout=SHORT_PATIENCE)

    async def _send(self, call: SendMessage | SendPhoto) -> Receipt:
        """One call, as patient as PATIENCE, and no second one."""
        try:
            number: int | None = (await self._bot(call, request_timeout=PATIENCE)).message_id
        except AiogramError as error:
            number = refusals.taken(error)
            if number is None:
                raise refusals.read(error) from error
        return Receipt(ReceiptState.SENT, f"{call.chat_id}:{number}")

    async def _look_after(self) -> timedelta:
        """One round of what one process alone does; how long to wait before the next."""
        if not await self._doorstep.is_mine(LISTENER, LEASE):
            self._is_begun = False
            return NOT_MINE
        if not self._is_begun:
            await self._begin()
            self._is_begun = True
        if self._url is None:
            await self._polling.ask()
            return timedelta()
        if not await webhook.is_set(self._bot, self._url):
            await webhook.set_up(self._bot, self._url, self._secret)
        return webhook.CHECK

    async def _begin(self) -> None:
        if self._url is None:
            await self._polling.begin()
        else:
            # Telegram does not tell which secret it was given, so it is given ours.
            await webhook.set_up(self._bot, self._url, self._secret)
        try:
            await commands.publish(self._bot)
        except AiogramError as error:
            log.warning("commands not published", **trace(error))

    async def _hear_and_answer(self, update: Update) -> None:
        await self._hear(update)
        if update.callback_query is not None:
            # Too late, or answered already: the button only looks as if it waited.
            with suppress(AiogramError):
                await self._bot.answer_callback_query(update.callback_query.id, request_timeout=SHORT_PATIENCE)

    async def _hear(self, update: Update) -> None:
        """Everything that is for us is stored when this returns."""
        left = updates.left(update)
        if left is not None:
            await self._doorstep.leave(left)
        message = updates.read(update, datetime.now(UTC))
        if message is not None:
            await self._doorstep.accept(await self._completed(message, updates.upload(update)))

    async def _completed(self, message: Message, upload: updates.Upload | None) -> Message:
        """With what only Telegram or the history of the talk can add."""
        if message.choice is not None and choices.is_mark(message.choice):
            said = await self._doorstep.history(message.address, 0)
            return replace(message, choice=choices.found(message.choice, said))
        if upload is None or message.attachment is None:
            return message
        try:
            return replace(message, file=await files.fetch(self._bot, upload))
        except files.NotKept as error:
            return replace(message, attachment=Attachment(message.attachment.kind, error.refused))
