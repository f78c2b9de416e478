"""How Telegram says no, in its own words (Query.cpp and Client.cpp of the official Bot API server)."""

from typing import Any


class Refusal(Exception):
    """`code` is the HTTP status and the error_code; `retry_after` are whole seconds."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return said if self.retry_after is None else {**said, "parameters": {"retry_after": self.retry_after}}


def bad(words: str) -> Refusal:
    return Refusal(400, f"Bad Request: {words}")


def unauthorized(words: str) -> Refusal:
    return Refusal(401, words)


def forbidden(words: str) -> Refusal:
    return Refusal(403, f"Forbidden: {words}")


def not_found() -> Refusal:
    return Refusal(404, "Not Found")


def conflict(words: str) -> Refusal:
    return Refusal(409, f"Conflict: {words}")


def too_large() -> Refusal:
    return Refusal(413, "Request Entity Too Large")


def too_many(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)
