"""Telegram for tests, over real HTTP: what the Bot API takes, refuses, sends to a webhook, and loses on the way."""

from tests.fakes.telegram.budget import Limits
from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.fields import Upload
from tests.fakes.telegram.person import Line, Person, Screen
from tests.fakes.telegram.record import Call, Post
from tests.fakes.telegram.service import Telegram, build, serving

__all__ = [
    "Call",
    "Chat",
    "Fault",
    "Limits",
    "Line",
    "Person",
    "Post",
    "Screen",
    "Telegram",
    "Upload",
    "build",
    "serving",
]
