"""What the Telegram channel takes from the environment."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, TypeAdapter, field_validator
from pydantic_core import PydanticCustomError

SETTINGS: Mapping[str, str] = {
    "TELEGRAM_TOKEN": "The token of the Telegram bot, as BotFather gave it. Unset, there is no Telegram. Also "
    "KOMSHI_TELEGRAM_TOKEN.",
    "KOMSHI_TELEGRAM_API": "The address of another Bot API server than Telegram's own: https://HOST.",
    "KOMSHI_TELEGRAM_RATE": "How many messages a second the bot may send to all chats together; 25 where unset. "
    "Telegram itself stops most bots at 30.",
}
"""Every variable with one sentence of help; the channel also reads KOMSHI_PUBLIC_URL."""

PATH = "/telegram/webhook"
"""Where Telegram delivers."""


class Settings(BaseModel):
    """`telegram_api` is None for Telegram's own server, `public_url` empty where the world does not reach us."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    telegram_token: SecretStr
    telegram_api: str | None = None
    telegram_rate: float = Field(default=25, gt=0)
    public_url: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self | None:
        """The settings, or None where there is no token. Raises pydantic's ValidationError."""
        token = environment.get("TELEGRAM_TOKEN") or environment.get("KOMSHI_TELEGRAM_TOKEN")
        if not token:
            return None
        names = ("telegram_api", "telegram_rate", "public_url")
        given = {name: environment.get(f"KOMSHI_{name.upper()}") for name in names}
        return cls.model_validate({"telegram_token": token, **{name: text for name, text in given.items() if text}})

    @field_validator("telegram_token")
    @classmethod
    def _is_a_token(cls, value: SecretStr) -> SecretStr:
        bot, _, secret = value.get_secret_value().partition(":")
        if not (bot.isdecimal() and secret) or any(map(str.isspace, secret)):
            raise PydanticCustomError("telegram_token", "Write the token as BotFather gave it: NUMBER:LETTERS.")
        return value

    @field_validator("telegram_api", "public_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        TypeAdapter(HttpUrl).validate_python(value)
        return value.rstrip("/")

    @property
    def token(self) -> str:
        return self.telegram_token.get_secret_value()

    @property
    def secret(self) -> str:
        """What Telegram shows with every call, so that every process knows it and nobody has to set it."""
        return self._derived("komshi webhook")

    @property
    def name(self) -> str:
        """The bot's name among processes that share what it may send."""
        return self._derived("komshi pace")

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.token.encode(), purpose.encode(), sha256).hexdigest()
