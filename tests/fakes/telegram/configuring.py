"""The methods by which a bot says who it is, what it can do, and how it wants to be told of updates."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.fields import Fields
from tests.fakes.telegram.polling import BY_WEBHOOK
from tests.fakes.telegram.refusals import bad, conflict, too_many
from tests.fakes.telegram.updates import KINDS
from tests.fakes.telegram.webhook import Settings

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 512
LONGEST_SECRET = 256
MOST_CONNECTIONS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"(?:[a-z]{2})?")
SECRET = re.compile(r"[A-Za-z0-9_-]*")
PACE = timedelta(seconds=1)
"""Between two calls of setWebhook."""
ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


async def get_me(bot: Bot, fields: Fields) -> Any:
    abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**bot.user, **abilities}


async def set_webhook(bot: Bot, fields: Fields) -> Any:
    """Takes plain http and any port, as a Bot API server of one's own does (`--local`); Telegram's takes neither."""
    now = bot.clock.now()
    if bot.webhook_was_set is not None and now - bot.webhook_was_set < PACE:
        raise too_many(1)
    bot.webhook_was_set = now
    settings = _settings(fields)
    _allow(bot, fields)
    if fields.flag("drop_pending_updates"):
        bot.inbox.clear()
    if settings is not None:
        bot.polling.end(BY_WEBHOOK)
    bot.webhook.set(settings)
    return True


def _settings(fields: Fields) -> Settings | None:
    url, secret = fields.text("url") or "", fields.text("secret_token") or ""
    if not url:
        return None
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > LONGEST_SECRET:
        raise bad("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    connections = min(max(fields.number("max_connections") or 40, 1), MOST_CONNECTIONS)
    return Settings(url, secret, connections, fields.text("ip_address") or "")


def _allow(bot: Bot, fields: Fields) -> None:
    """An empty list means every kind; no list leaves it as it was."""
    allowed = fields.data("allowed_updates")
    if allowed is not None:
        bot.inbox.allowed = frozenset(allowed or KINDS)


async def delete_webhook(bot: Bot, fields: Fields) -> Any:
    if fields.flag("drop_pending_updates"):
        bot.inbox.clear()
    bot.webhook.set(None)
    return True


async def get_webhook_info(bot: Bot, fields: Fields) -> Any:
    settings, error = bot.webhook.settings, bot.webhook.last_error
    told: dict[str, Any] = {"url": "", "has_custom_certificate": False}
    told["pending_update_count"] = len(bot.inbox.waiting())
    if settings is not None:
        told |= {"url": settings.url, "max_connections": settings.max_connections}
    if settings is not None and settings.ip:
        told["ip_address"] = settings.ip
    if error is not None:
        told |= {"last_error_date": int(error[0].timestamp()), "last_error_message": error[1]}
    if bot.inbox.allowed != frozenset(KINDS):
        told["allowed_updates"] = sorted(bot.inbox.allowed)
    return told


async def get_updates(bot: Bot, fields: Fields) -> Any:
    if bot.webhook.settings is not None:
        raise conflict(ACTIVE)
    _allow(bot, fields)
    limit = fields.number("limit")
    seconds = fields.number("timeout") or 0
    return await bot.polling.updates(fields.number("offset") or 0, 100 if limit is None else limit, seconds)


async def get_file(bot: Bot, fields: Fields) -> Any:
    return bot.files.link(fields.text("file_id") or "")


async def set_my_commands(bot: Bot, fields: Fields) -> Any:
    commands = fields.data("commands") or []
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command.get("command", "").removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[_language(fields)] = commands
    return True


async def get_my_commands(bot: Bot, fields: Fields) -> Any:
    """Of exactly this language: one that has none gives an empty list."""
    return bot.commands.get(_language(fields), [])


async def set_my_description(bot: Bot, fields: Fields) -> Any:
    description = fields.text("description") or ""
    if len(description) > LONGEST_DESCRIPTION:
        raise bad("bot description is too long")
    bot.descriptions[_language(fields)] = description
    return True


def _language(fields: Fields) -> str:
    language = fields.text("language_code") or ""
    if not LANGUAGE.fullmatch(language):
        raise bad("invalid language_code specified")
    return language
