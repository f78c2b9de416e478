"""The key that keeps stored words unreadable to whoever finds the file. Knows no table."""

import hmac
import json
import os
import tempfile
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class KeyInvalid(Exception):
    """The secret key is not one; `komshi` makes a right one itself when none is set."""


class Unreadable(Exception):
    """What is stored was sealed with another key."""


class Seal:
    """Closes and opens plain JSON. Of several keys, separated by commas, the first one closes and every one opens."""

    def __init__(self, keys: str) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
            self._keys = [urlsafe_b64decode(key.strip()) for key in keys.split(",")]
        except ValueError as error:
            raise KeyInvalid(KeyInvalid.__doc__) from error

    def close(self, plain: object) -> bytes:
        return self._fernet.encrypt(json.dumps(plain, separators=(",", ":")).encode())

    def digests(self, word: str) -> tuple[str, ...]:
        """What a short word can be found by and not guessed from without the keys: its HMAC-SHA256 with each of them.

        In hexadecimal, and in the order of the keys: the first one is to be kept, by every one it may be kept already.
        """
        return tuple(hmac.new(key, word.encode(), "sha256").hexdigest() for key in self._keys)

    def open(self, sealed: bytes) -> Any:
        """The JSON that was closed; raises Unreadable if none of the keys fits."""
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise Unreadable(Unreadable.__doc__) from error


def key_in(path: Path) -> str:
    """The key kept in this file, made on first use. Two processes that start together end with the same one."""
    if not path.exists():
        _make_key(path)
    return path.read_text().strip()


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
        os.link(draft, path)  # whole or not at all, and never over another one
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
