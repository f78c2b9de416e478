"""The one message that a bot may say to somebody who has opened the talk: the body of its answer to that event."""

import json
from typing import Any

from tests.fakes.platform_clock import Clock
from tests.fakes.viber import keyboards, messages
from tests.fakes.viber.record import Call, Record
from tests.fakes.viber.statuses import Refused


class Welcome:
    """Writes down what bots answer, for Viber tells them nothing of what became of it."""

    def __init__(self, clock: Clock, record: Record) -> None:
        self._clock = clock
        self._record = record

    def read(self, body: bytes) -> dict[str, Any] | None:
        """The message, as send_message has it but without a receiver; None for anything else."""
        if not body.strip():
            return None
        try:
            message = json.loads(body)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            return None
        outcome = _outcome(message)
        self._record.call(Call(self._clock.now(), "welcome", message, outcome))
        return message if outcome == 0 else None


def _outcome(message: dict[str, Any]) -> int:
    try:
        messages.check(message)
        if message.get("keyboard"):
            keyboards.check(message["keyboard"], messages.min_api_version(message))
    except Refused as refusal:
        return refusal.status
    return 0
