"""How fast a bot may speak. Telegram publishes no exact numbers: these are the ones its FAQ gives."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.fakes.platform_clock import Clock
from tests.fakes.telegram.refusals import too_many


@dataclass(frozen=True)
class Limits:
    """Messages in a second to all chats and to one, in a minute to one group, each after a short burst.

    `penalty` is the shortest time that a flooded chat or bot has to keep silent.
    """

    per_second: float = 30.0
    burst: int = 30
    per_chat: float = 1.0
    chat_burst: int = 5
    per_group_minute: float = 20.0
    penalty: timedelta = timedelta(seconds=3)


@dataclass
class Bucket:
    """Tokens that come back at `rate` a second, up to `size`."""

    rate: float
    size: float
    tokens: float
    at: datetime

    def fill(self, now: datetime) -> None:
        self.tokens = min(self.size, self.tokens + (now - self.at).total_seconds() * self.rate)
        self.at = now

    @property
    def wait(self) -> timedelta:
        """Until there is a token."""
        return timedelta(seconds=max(0.0, (1 - self.tokens) / self.rate))


@dataclass
class Floods:
    """`begun` counts the first refusals, `ignored` the ones to a caller who had been told to wait."""

    begun: int = 0
    ignored: int = 0


class Budget:
    """Lets messages through or raises 429, and keeps refusing a flooded chat or bot until its time is over."""

    def __init__(self, clock: Clock, limits: Limits | None) -> None:
        self.limits = limits
        self.floods = Floods()
        self._clock = clock
        self._buckets: dict[int | None, Bucket] = {}
        self._until: dict[int | None, datetime] = {}

    def keep_silence(self, chat: int) -> None:
        """Raises Refusal where this chat or the whole bot has to wait still."""
        if not self._until:
            return
        now = self._clock.now()
        for key in (chat, None):
            until = self._until.get(key)
            if until is not None and until > now:
                self.floods.ignored += 1
                raise too_many(math.ceil((until - now).total_seconds()))
            self._until.pop(key, None)

    def spend(self, chat: int, private: bool) -> None:
        """Raises Refusal where this message is one too many."""
        if self.limits is None:
            return
        now = self._clock.now()
        bot, one = self._bucket(None, private, now), self._bucket(chat, private, now)
        for key, bucket in ((chat, one), (None, bot)):
            if bucket.tokens < 1:
                raise self.flood(key, max(bucket.wait, self.limits.penalty))
        bot.tokens -= 1
        one.tokens -= 1

    def flood(self, chat: int | None, span: timedelta) -> Exception:
        """The refusal with which this chat's silence (or the whole bot's) begins."""
        self.floods.begun += 1
        seconds = max(1, math.ceil(span.total_seconds()))
        self._until[chat] = self._clock.now() + timedelta(seconds=seconds)
        return too_many(seconds)

    def _bucket(self, key: int | None, private: bool, now: datetime) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            rate, size = self._size(key, private)
            bucket = self._buckets[key] = Bucket(rate, size, size, now)
        bucket.fill(now)
        return bucket

    def _size(self, key: int | None, private: bool) -> tuple[float, float]:
        assert self.limits is not None
        if key is None:
            return self.limits.per_second, self.limits.burst
        if private:
            return self.limits.per_chat, self.limits.chat_burst
        return self.limits.per_group_minute / 60, self.limits.per_group_minute
