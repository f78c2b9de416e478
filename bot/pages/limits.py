"""How fast one visitor, or one place on the network, may write. In process; forgets whoever is quiet."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

SUBSCRIBER = 64
"""Bits of an IPv6 address that its holder did not choose: a site is given at least a /64 (RFC 6177, section 2)."""


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


def place(host: str) -> str:
    """The place on the network that an address is counted at: an IPv4 address itself, an IPv6 address's /64.

    An IPv4 address that is shown as ::ffff:192.0.2.1 is that IPv4 address; what is no address stays as it is.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), SUBSCRIBER), strict=False))
