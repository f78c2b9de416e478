"""What a citizen's words mean: one contract for every engine that may answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Decision(StrEnum):
    """What understanding allows: act on it, ask which was meant, or say that it is not ours."""

    ANSWER = "answer"
    ASK = "ask"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Understanding:
    """One message understood. `language` is None where it cannot be told; `confidence` is between 0 and 1.

    `entities` maps a name of the contract (service, municipality, topic, language, reference, subject, event) to its
    value. `alternatives` are the next likeliest intents, best first, without `intent` itself. `foreign` is how likely
    it is that the message asks for something that is not ours at all.
    """

    intent: str
    confidence: float
    decision: Decision
    entities: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    alternatives: tuple[tuple[str, float], ...] = ()
    foreign: float = 0.0


class Engine(Protocol):
    """Anything that can understand a sentence."""

    def understand(self, text: str) -> Understanding:
        """Never raises for any text: an empty or unreadable one is `out_of_scope` with confidence 0."""
        ...
