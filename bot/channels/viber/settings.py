"""What the channel takes from the environment, and the keys it derives from its token."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import digest
from typing import Self

from bot.channels.viber.client import API, LONGEST_NAME

NAME = "komshi"
RATE = 50
WEBHOOK = "/viber/webhook"


@dataclass(frozen=True)
class Settings:
    """`public_url` is empty where the world cannot reach us; `rate` is in messages a second."""

    token: str = field(repr=False)
    name: str = NAME
    api: str = API
    public_url: str = ""
    rate: float = RATE

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self | None:
        """None without a token. ValueError for a rate that is no number."""
        token = environment.get("VIBER_TOKEN") or environment.get("KOMSHI_VIBER_TOKEN")
        if not token:
            return None
        return cls(
            token,
            (environment.get("KOMSHI_VIBER_NAME") or NAME)[:LONGEST_NAME],
            (environment.get("KOMSHI_VIBER_API") or API).rstrip("/"),
            environment.get("KOMSHI_PUBLIC_URL", "").rstrip("/"),
            float(environment.get("KOMSHI_VIBER_RATE") or RATE),
        )

    def key(self, use: str) -> bytes:
        """A key for this use alone: the same in every process, and it does not give the token away."""
        return digest(self.token.encode(), f"komshi {use}".encode(), sha256)
