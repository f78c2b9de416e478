"""Rasa beside the embedded engine: its server ranks the wishes; when it cannot, the embedded engine's word stands."""

import asyncio
from collections.abc import Callable, Set
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import structlog
from pydantic import BaseModel, Field, ValidationError

from nlu import Decision, Engine, Understanding
from nlu.corpus import OUT_OF_SCOPE
from nlu.rasa_data import plain

log = structlog.get_logger()

# A citizen is waiting: Rasa is asked once and briefly. Never again for the same message, because the embedded engine is
# the second try, and it always answers.
TIMEOUT = timedelta(seconds=1)
CONNECT_TIMEOUT = timedelta(seconds=0.3)

MOST_FAILURES = 3
PAUSE = timedelta(seconds=30)

LONGEST_TEXT = 1000
SURE = 0.8
CLEAR = 0.5
PLAUSIBLE = 0.2
NOT_OURS = 0.3
# Only a sentence learnt word for word is certain: it is a command even where a name is asked for.
MOST_CONFIDENT = 0.99
ALTERNATIVES = 3

Ranking = list[tuple[str, float]]

NO_OTHER = (OUT_OF_SCOPE, 0.0)


class Away(Exception):
    """Rasa gave no answer, or none that makes sense. Its text names what happened and quotes nobody."""


class Ranked(BaseModel):
    name: str
    # Rasa counts in single precision: what should be 1 may be a hair more.
    confidence: float = Field(ge=0, lt=1.001, allow_inf_nan=False)


class Parsed(BaseModel):
    """What we read of an answer to `POST /model/parse`."""

    intent_ranking: list[Ranked] = Field(min_length=1)


class Breaker:
    """Spares citizens the wait for a server that is away: after MOST_FAILURES in a row it opens, and is closed by the
    first success. While it is open there is one trial every PAUSE.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failures = 0
        self._next_trial: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self._next_trial is not None

    def lets_through(self) -> bool:
        """Whether to ask now. A yes while it is open is the trial: it is said once, then not again for PAUSE."""
        if self._next_trial is None:
            return True
        now = self._clock()
        if now < self._next_trial:
            return False
        self._next_trial = now + PAUSE
        return True

    def succeed(self) -> None:
        if self.is_open:
            log.info("rasa is back")
        self._failures, self._next_trial = 0, None

    def fail(self, reason: str) -> None:
        self._failures += 1
        if self._failures < MOST_FAILURES:
            return
        if not self.is_open:
            log.warning("rasa is away", failures=self._failures, reason=reason)
        self._next_trial = self._clock() + PAUSE


class Rasa:
    """Understands with the Rasa server at `url`, which must know no other intents than `intents`.

    Entities and language are those that `embedded` finds, and so is everything while the server is away.
    """

    def __init__(
        self,
        url: str,
        embedded: Engine,
        intents: Set[str],
        clock: Callable[[], datetime],
        timeout: timedelta = TIMEOUT,
    ) -> None:
        self._address = f"{url.rstrip('/')}/model/parse"
        self._embedded = embedded
        self._intents = intents
        self._breaker = Breaker(clock)
        self._timeout = timeout.total_seconds()
        # A connection for every question: on one machine it costs nothing, and none is left to close or to go stale.
        # No proxy from the environment: what a citizen wrote goes to this address and nowhere else.
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(self._timeout, connect=CONNECT_TIMEOUT.total_seconds()),
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
        )

    async def understand(self, text: str) -> Understanding:
        """Never raises for any text, and takes no longer than `timeout` beside the embedded engine's own moment."""
        own = self._embedded.understand(text)
        words = plain(text[:LONGEST_TEXT])
        if _is_settled(own, words) or not self._breaker.lets_through():
            return own
        try:
            ranking = await self._ranking(words)
        except Away as away:
            self._breaker.fail(str(away))
            return own
        self._breaker.succeed()
        return _merged(own, ranking)

    async def _ranking(self, words: str) -> Ranking:
        """Every intent Rasa knows, the likeliest first. Raises Away."""
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.post(self._address, json={"text": words})
            parsed = Parsed.model_validate_json(response.raise_for_status().content)
        except (httpx.HTTPError, TimeoutError, ValidationError) as error:
            raise Away(type(error).__name__) from error
        if not self._intents >= {ranked.name for ranked in parsed.intent_ranking}:
            raise Away("IntentUnknown")
        found = [(ranked.name, min(ranked.confidence, MOST_CONFIDENT)) for ranked in parsed.intent_ranking]
        return sorted(found, key=lambda entry: -entry[1])


def _is_settled(own: Understanding, words: str) -> bool:
    """Nothing was said, or a sentence learnt word for word, or a single word: commands of one word always work."""
    return own.confidence in (0.0, 1.0) or " " not in words


def _merged(own: Understanding, ranking: Ranking) -> Understanding:
    """The intent as Rasa ranked it, beside the entities and the language of `own`."""
    intent, confidence, decision = decided(ranking)
    others = [entry for entry in ranking if entry[0] not in (intent, OUT_OF_SCOPE)]
    alternatives = tuple(others[:ALTERNATIVES])
    foreign = dict(ranking).get(OUT_OF_SCOPE, 0.0)
    return replace(
        own, intent=intent, confidence=confidence, decision=decision, alternatives=alternatives, foreign=foreign
    )


def decided(ranking: Ranking) -> tuple[str, float, Decision]:
    """The intent, how sure it is, and what to do, by every intent of Rasa's ranking, the likeliest first."""
    foreign = dict(ranking).get(OUT_OF_SCOPE, 0.0)
    ours = [entry for entry in ranking if entry[0] != OUT_OF_SCOPE]
    (intent, confidence), (_, runner_up) = [*ours, NO_OTHER, NO_OTHER][:2]
    if foreign >= max(confidence, NOT_OURS) or confidence < PLAUSIBLE:
        return OUT_OF_SCOPE, foreign, Decision.REFUSE
    is_clear = confidence >= SURE and confidence - runner_up >= CLEAR
    return intent, confidence, Decision.ANSWER if is_clear else Decision.ASK
