"""How fast one visitor, or one place on the network, may write. In process; forgets whoever is quiet."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass
class Bucket:
    left: float
    at: float


class Limit:
    """A bucket per key that holds `burst` and refills with one each `every`."""

    def __init__(
        self, burst: int, every: timedelta, *, most: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._every = every.total_seconds()
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, key: str) -> timedelta:
        """Takes one from the key's bucket and returns zero; from an empty bucket nothing, and how long to wait."""
        bucket = self._filled(key)
        if bucket.left < 1:
            return timedelta(seconds=(1 - bucket.left) * self._every)
        bucket.left -= 1
        return timedelta()

    def _filled(self, key: str) -> Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(key, Bucket(self._burst, now))
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) / self._every)
        bucket.at = now
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return bucket
