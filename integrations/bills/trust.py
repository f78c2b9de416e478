"""Whether a call from outside may be believed: it is signed, or it only asks and comes from the right network."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

SHORTEST_SECRET = 32
"""Bytes: as many as the hash has (RFC 2104, section 3)."""
_SCHEME = "sha256="
_ASKS = "GET"


@dataclass(frozen=True)
class Call:
    """A call as it came over the wire, and the one that called.

    `path` is still percent-encoded and without a query, `signature` the header's value, `address` that of the network.
    """

    method: str
    path: bytes
    body: bytes
    signature: str
    address: str

    @property
    def signed_part(self) -> bytes:
        """What the signature is of: METHOD, PATH and BODY with a line feed between them."""
        return b"\n".join((self.method.encode(), self.path, self.body))


@dataclass(frozen=True)
class Trust:
    """What a call must show. With neither a secret nor a network nobody is believed; with both, both are demanded.

    Networks alone are enough for a GET, which changes nothing: whoever could mark a bill as paid has to sign.
    Raises ValueError for a secret of fewer than SHORTEST_SECRET bytes.
    """

    secret: bytes = b""
    networks: tuple[Network, ...] = ()

    def __post_init__(self) -> None:
        if self.secret and len(self.secret) < SHORTEST_SECRET:
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} bytes")

    def admits(self, call: Call) -> bool:
        """A signature covers no time: an old call may be played again, and changes nothing twice."""
        is_from_there = is_allowed(call.address, self.networks)
        if not self.secret:
            return is_from_there and call.method == _ASKS
        return is_signed(self.secret, call) and (is_from_there or not self.networks)


def is_signed(secret: bytes, call: Call) -> bool:
    """Whether the signature is "sha256=" and the HMAC-SHA256 of METHOD\\nPATH\\nBODY in hexadecimal.

    Never without a secret. GovStack Payments publishes no signature; the form is that of common webhooks, with the
    method and the path in it so that a signature cannot be moved to another call.
    """
    if not secret:
        return False
    expected = _SCHEME + hmac.new(secret, call.signed_part, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), call.signature.encode())


def is_allowed(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether the address is in one of the networks; never for what is no address.

    An IPv4 address that a socket for both versions shows as ::ffff:192.0.2.1 is that IPv4 address.
    """
    try:
        caller: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(caller, IPv6Address) and caller.ipv4_mapped is not None:
        caller = caller.ipv4_mapped
    return any(caller in network for network in networks)
