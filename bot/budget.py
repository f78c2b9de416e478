"""How fast a bot may speak: to all chats together, and to one of them. Counted in process, or in Redis for all.

Places in the line of a bot are given out ahead of time (the generic cell rate algorithm, with one cell a message), so
that no place is missed while there is work, and none is given twice. Nobody may look far ahead: a reply that comes now
would otherwise wait for all the notices that came before it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Protocol, Self

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.backoff import chance
from bot.logs import trace
from bot.messages import Lane, Pace

log = structlog.get_logger()

HORIZON = {
    Lane.REPLY: timedelta(seconds=2),
    Lane.NEWS: timedelta(seconds=2),
    Lane.EMERGENCY: timedelta(seconds=1),
    Lane.NOTICE: timedelta(seconds=0.25),
}
"""So far ahead a lane may take a place."""
TIMEOUT = 0.5
"""Seconds after which Redis is taken for away. Nothing is asked twice: whoever gets no answer counts for itself."""
RETRY = 1.0
"""Seconds until a Redis that was away is asked again."""
CONNECTIONS = 4
MOST_CHATS = 1000
"""Chats that are remembered before it is looked which of them may be forgotten."""


@dataclass(frozen=True)
class Leave:
    """`granted`: it has its place, and may be sent after `wait`. Otherwise it may ask again after `wait`.

    `lane`: whoever is in the same lane need not ask before that either.
    """

    granted: bool
    wait: timedelta
    lane: bool = False


class Budget(Protocol):
    async def ask(self, pace: Pace, chat: str, lane: Lane) -> Leave:
        """A place for one message to this chat. What is not granted has used up nothing. Never raises."""
        ...

    async def pause(self, pace: Pace, chat: str, retry_after: timedelta) -> None:
        """The platform refused a message to this chat, and named a time.

        Until then, and a little longer, the chat and all notices of the bot wait; where another chat was refused and
        its time is not over, everything does. Never raises.
        """
        ...

    async def close(self) -> None: ...


@dataclass
class _Chat:
    """Times in seconds: when the place after the last one given out would be, and the end of a pause."""

    next: float = 0.0
    until: float = 0.0


@dataclass
class _Bot:
    """Times in seconds: the next free place, and the ends of the pauses. `refused` is the chat that began the last."""

    next: float = 0.0
    notices_until: float = 0.0
    all_until: float = 0.0
    refused: str = ""
    refused_until: float = 0.0
    chats: dict[str, _Chat] = field(default_factory=dict)
    most_chats: int = MOST_CHATS

    def chat(self, name: str, now: float) -> _Chat:
        if len(self.chats) >= self.most_chats:
            self.chats = {name: chat for name, chat in self.chats.items() if max(chat.next, chat.until) > now}
            self.most_chats = max(MOST_CHATS, 2 * len(self.chats))
        return self.chats.setdefault(name, _Chat())


class Alone:
    """Counted in this process. It takes an even share, as if every process that is alive had as much to say.

    `processes` tells how many there are, `clock` the seconds since some moment in the past.
    """

    def __init__(self, processes: Callable[[], int] = lambda: 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._processes = processes
        self._clock = clock
        self._bots: dict[str, _Bot] = {}

    async def ask(self, pace: Pace, chat: str, lane: Lane) -> Leave:
        now, pace = self._clock(), self._share(pace)
        bot = self._bots.setdefault(pace.token, _Bot())
        talk = bot.chat(chat, now)
        place = max(now, bot.next, bot.all_until, bot.notices_until if lane is Lane.NOTICE else 0)
        free = max(talk.next - (pace.burst - 1) / pace.per_chat, talk.until)
        ahead = place - now - HORIZON[lane].total_seconds()
        if free > place:
            return Leave(False, timedelta(seconds=free - now))
        if ahead > 0:
            return Leave(False, timedelta(seconds=ahead), lane=True)
        bot.next = place + 1 / pace.per_second
        talk.next = max(talk.next, place) + 1 / pace.per_chat
        return Leave(True, timedelta(seconds=place - now))

    async def pause(self, pace: Pace, chat: str, retry_after: timedelta) -> None:
        self.hold(pace, chat, lengthened(retry_after))

    def hold(self, pace: Pace, chat: str, wait: timedelta) -> None:
        """The pause itself, of exactly this length."""
        now = self._clock()
        bot, until = self._bots.setdefault(pace.token, _Bot()), now + wait.total_seconds()
        talk = bot.chat(chat, now)
        talk.until = max(talk.until, until)
        bot.notices_until = max(bot.notices_until, until)
        if bot.refused != chat and bot.refused_until > now:
            bot.all_until = max(bot.all_until, until)
        bot.refused, bot.refused_until = chat, max(bot.refused_until, until)

    async def close(self) -> None:
        pass

    def _share(self, pace: Pace) -> Pace:
        count = max(self._processes(), 1)
        share = pace.per_second / count, pace.per_chat / count, max(pace.burst // count, 1)
        return replace(pace, per_second=share[0], per_chat=share[1], burst=share[2])


def lengthened(wait: timedelta) -> timedelta:
    """By chance up to a tenth longer, so that not everything that waited comes back in the same moment."""
    return wait * (1 + chance() / 10)


# Times are whole microseconds of Redis's own clock, the only one that all processes share. `%.0f` because Lua writes
# large numbers in 14 digits. Every key is forgotten when it says nothing any more.
CLOCK = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function read(key, ...)
  local values = redis.call('HMGET', key, ...)
  for i, value in ipairs(values) do values[i] = tonumber(value or 0) end
  return values
end
local function keep(key, until_, ...)
  local values = {...}
  for i = 2, #values, 2 do values[i] = string.format('%.0f', values[i]) end
  redis.call('HSET', key, unpack(values))
  local left = math.ceil((until_ - now) / 1000) + 1
  if redis.call('PTTL', key) < left then redis.call('PEXPIRE', key, left) end
end
"""
ASK = f"""{CLOCK}
local interval, chat_interval, burst, horizon = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local bot = read(KEYS[1], 'next', 'all_until', 'notices_until')
local chat = read(KEYS[2], 'next', 'until')
local place = math.max(now, bot[1], bot[2])
if ARGV[5] == '1' then place = math.max(place, bot[3]) end
local free = math.max(chat[1] - burst, chat[2])
if free > place then return {{0, free - now, 0}} end
if place - now > horizon * 1 then return {{0, place - now - horizon, 1}} end
local next, chat_next = place + interval, math.max(chat[1], place) + chat_interval
keep(KEYS[1], next, 'next', next)
keep(KEYS[2], chat_next, 'next', chat_next)
return {{1, place - now, 0}}
"""
PAUSE = f"""{CLOCK}
local until_ = now + ARGV[1]
local bot = read(KEYS[1], 'notices_until', 'all_until', 'refused_until')
local chat = read(KEYS[2], 'until')
local refused = redis.call('HGET', KEYS[1], 'refused')
keep(KEYS[2], until_, 'until', math.max(chat[1], until_))
if refused and refused ~= KEYS[2] and bot[3] > now then
  keep(KEYS[1], until_, 'all_until', math.max(bot[2], until_))
end
redis.call('HSET', KEYS[1], 'refused', KEYS[2])
keep(KEYS[1], until_, 'notices_until', math.max(bot[1], until_), 'refused_until', math.max(bot[3], until_))
"""


class Shared:
    """Counted in Redis, for all processes together; while Redis is away each takes its share, see Alone."""

    def __init__(
        self, redis: Redis, processes: Callable[[], int] = lambda: 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = redis
        self._clock = clock
        self._ask = redis.register_script(ASK)
        self._pause = redis.register_script(PAUSE)
        self._alone = Alone(processes, clock)
        self._is_away = False
        self._ask_again_at = 0.0

    @classmethod
    def open(
        cls, url: str, processes: Callable[[], int] = lambda: 1, clock: Callable[[], float] = time.monotonic
    ) -> Self:
        """The budget at this address; nothing is connected yet. `processes` tells how many are alive."""
        limits = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 0)}
        pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, timeout=TIMEOUT, **limits)
        return cls(Redis(connection_pool=pool), processes, clock)

    async def ask(self, pace: Pace, chat: str, lane: Lane) -> Leave:
        interval, chat_interval = 1_000_000 / pace.per_second, 1_000_000 / pace.per_chat
        limits = interval, chat_interval, chat_interval * (pace.burst - 1), _microseconds(HORIZON[lane])
        arguments = [*map(round, limits), int(lane is Lane.NOTICE)]
        answer = await self._answer(lambda: self._ask(keys=_keys(pace, chat), args=arguments))
        if answer is None:
            return await self._alone.ask(pace, chat, lane)
        granted, wait, whole_lane = answer
        return Leave(bool(granted), timedelta(microseconds=wait), bool(whole_lane))

    async def pause(self, pace: Pace, chat: str, retry_after: timedelta) -> None:
        """See Budget. It is remembered here too, in case Redis forgets it."""
        wait = lengthened(retry_after)
        self._alone.hold(pace, chat, wait)
        await self._answer(lambda: self._pause(keys=_keys(pace, chat), args=[_microseconds(wait)]))

    async def close(self) -> None:
        await self._redis.aclose()
        await self._redis.connection_pool.disconnect()

    async def _answer(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """None while Redis is away; then one caller a second looks whether it is back, and the others do not wait."""
        if self._is_away and self._clock() < self._ask_again_at:
            return None
        self._ask_again_at = self._clock() + RETRY
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await call()
        except (RedisError, OSError, TimeoutError) as error:
            self._lose(error)
            return None
        if self._is_away:
            self._is_away = False
            log.info("budgets are shared again")
        return answer

    def _lose(self, error: Exception) -> None:
        self._ask_again_at = self._clock() + RETRY
        if not self._is_away:
            self._is_away = True
            log.warning("budgets are not shared", **trace(error))


def _keys(pace: Pace, chat: str) -> Sequence[str]:
    """Of the bot, and of the chat in a form that tells nobody who it is; braces keep both on one node of a cluster."""
    bot = blake2b(pace.token.encode(), digest_size=16).hexdigest()
    name = blake2b(chat.encode(), digest_size=16, key=blake2b(pace.token.encode()).digest()).hexdigest()
    return f"komshi:budget:{{{bot}}}", f"komshi:budget:{{{bot}}}:{name}"


def _microseconds(wait: timedelta) -> int:
    return round(wait / timedelta(microseconds=1))
