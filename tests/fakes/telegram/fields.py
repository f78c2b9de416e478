"""The arguments of a call, whichever way they came: in the address, urlencoded, multipart or JSON."""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from tests.fakes.telegram.refusals import bad

ATTACHED = "attach://"


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes
    type: str


class Fields:
    """What is asked for under a name is None where it was not sent."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        return value if isinstance(value, str) or value is None else json.dumps(value)

    def number(self, name: str) -> int | None:
        """Raises Refusal where it is no whole number."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f"{name} must be a number") from None

    def decimal(self, name: str) -> float | None:
        """Raises Refusal where it is no number."""
        value = self._values.get(name)
        try:
            return None if value is None else float(value)
        except (TypeError, ValueError):
            raise bad(f"{name} must be a number") from None

    def flag(self, name: str) -> bool:
        return str(self._values.get(name, "")).lower() in ("true", "1", "yes")

    def data(self, name: str) -> Any:
        """An object or a list; in a form it comes as JSON. Raises Refusal where that cannot be read."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def file(self, name: str) -> Upload | str | None:
        """What was uploaded, or the file_id (or address) of what Telegram has to take from elsewhere."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith(ATTACHED):
            value = self._values.get(value.removeprefix(ATTACHED))
        return value if isinstance(value, Upload | str) else None

    def recorded(self) -> dict[str, Any]:
        """Every argument as it came, but JSON read and a file told as its name, type and size."""
        return {name: _recorded(value) for name, value in self._values.items()}


def _recorded(value: Any) -> Any:
    if isinstance(value, Upload):
        return {"name": value.name, "type": value.type, "size": len(value.content)}
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def read(type: str, body: bytes, query: str = "") -> Fields:
    """The arguments in the address and in a body of this media type. Raises Refusal where the body cannot be read."""
    values: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    kind = type.partition(";")[0].strip().lower()
    if kind == "application/json" and body:
        values |= _read_json(body)
    elif kind == "multipart/form-data":
        values |= await _read_multipart(type, body)
    else:
        values |= parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    return Fields(values)


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise bad("can't parse request as a JSON object") from None
    if not isinstance(values, dict):
        raise bad("expected an Object")
    return values


async def _read_multipart(type: str, body: bytes) -> dict[str, Any]:
    async def once() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    parser = MultiPartParser(Headers({"content-type": type}), once())
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError):
        raise bad("can't parse multipart form") from None
    return {name: await _part(value) for name, value in form.multi_items()}


async def _part(value: UploadFile | str) -> Upload | str:
    if isinstance(value, str):
        return value
    content = await value.read()
    await value.close()
    return Upload(value.filename or "file", content, value.content_type or "application/octet-stream")
