"""Where Viber keeps what people send, for the bot to fetch."""

from itertools import count
from urllib.parse import quote


class Gallery:
    """`url` is where the fake can be reached; known when it listens."""

    def __init__(self) -> None:
        self.url = ""
        self._kept: dict[str, bytes] = {}
        self._numbers = count(1)

    def keep(self, name: str, content: bytes) -> str:
        """The address under which it can be fetched from now on."""
        path = f"{next(self._numbers)}/{name}"
        self._kept[path] = content
        return f"{self.url}/media/{quote(path)}"

    def content(self, path: str) -> bytes | None:
        return self._kept.get(path)
