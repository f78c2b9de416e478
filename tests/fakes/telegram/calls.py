"""One call of a bot: which method it is, what becomes of it, and its line in the record."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.fakes.telegram import changing, configuring, sending
from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.fields import Fields
from tests.fakes.telegram.record import Call
from tests.fakes.telegram.refusals import Refusal, not_found

Method = Callable[[Bot, Fields], Awaitable[Any]]

METHODS: Mapping[str, Method] = {
    "getme": configuring.get_me,
    "setwebhook": configuring.set_webhook,
    "deletewebhook": configuring.delete_webhook,
    "getwebhookinfo": configuring.get_webhook_info,
    "getupdates": configuring.get_updates,
    "getfile": configuring.get_file,
    "setmycommands": configuring.set_my_commands,
    "getmycommands": configuring.get_my_commands,
    "setmydescription": configuring.set_my_description,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendvoice": sending.send_voice,
    "sendlocation": sending.send_location,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": changing.edit_message_text,
    "editmessagereplymarkup": changing.edit_message_reply_markup,
    "deletemessage": changing.delete_message,
    "answercallbackquery": changing.answer_callback_query,
}
NOT_BY_RESPONSE = ("get", "setwebhook", "deletewebhook", "close", "logout")
"""What the answer of a webhook cannot ask for."""


async def run(
    bot: Bot, name: str, fields: Fields, *, fault: str | None = None, by_response: bool = False
) -> dict[str, Any] | Refusal:
    """The answer to the call, which is in the record then. `fault` is what keeps the bot from hearing it."""
    at = bot.clock.now()
    method = METHODS.get(name.lower())
    try:
        if method is None:
            raise not_found()
        result = await method(bot, fields)
    except Refusal as refusal:
        told = Call(at, name, fields.recorded(), refusal.code, None, refusal.description, fault, by_response)
        bot.record.call(told)
        return refusal
    bot.record.call(Call(at, name, fields.recorded(), 200, result, None, fault, by_response))
    return {"ok": True, "result": result}
