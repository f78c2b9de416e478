"""Whether a call from outside may be believed: it is signed, or it comes from where the Payments building block is."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network

SHORTEST_SECRET = 32
"""Bytes: as many as the hash has (RFC 2104, section 3)."""
_SCHEME = "sha256="


@dataclass(frozen=True)
class Trust:
    """What a call must show. With neither a secret nor a network nobody is believed; with both, both are demanded.

    Raises ValueError for a secret of fewer than SHORTEST_SECRET bytes.
    """

    secret: bytes = b""
    networks: tuple[Network, ...] = ()

    def __post_init__(self) -> None:
        if self.secret and len(self.secret) < SHORTEST_SECRET:
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} bytes")

    def admits(self, body: bytes, signature: str, address: str) -> bool:
        """`body` as it came over the wire, `signature` the header's value, `address` the one that called.

        A signature covers the body and no time: an old call may be played again, and changes nothing twice.
        """
        if not self.secret and not self.networks:
            return False
        is_signed_well = not self.secret or is_signed(self.secret, body, signature)
        return is_signed_well and (not self.networks or is_allowed(address, self.networks))


def is_signed(secret: bytes, body: bytes, signature: str) -> bool:
    """Whether the signature is "sha256=" and the HMAC-SHA256 of the body in hexadecimal; never without a secret.

    GovStack Payments publishes no signature; this is the form that webhooks commonly use.
    """
    if not secret:
        return False
    expected = _SCHEME + hmac.new(secret, body, sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


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
