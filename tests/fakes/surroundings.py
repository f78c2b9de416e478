"""What the fakes need of the machine: a port that is free, and what to do where something is not installed."""

import os
from socket import socket
from typing import NoReturn

import pytest


def free_port() -> int:
    with socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def missing(reason: str) -> NoReturn:
    """A skip, except under CI, where nothing may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
