"""Who is at the page: a random cookie in their browser, which the server does not keep, and what address it means."""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from fastapi import Request, Response

from bot.messages import Address

AS_LONG_AS_BROWSERS_ALLOW = 400 * 24 * 60 * 60
"""Seconds (RFC 6265bis, 5.5): an office may take months to decide, and this is the only way back to the case."""
# 32 bytes in base64: the last letter has only four bits to tell.
TOKEN = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
MACHINE = re.compile(r"bot\b|bot/|crawl|spider|preview|monitor", re.IGNORECASE)


@dataclass(frozen=True)
class Visitor:
    """The holder of a cookie. The address is a hash of it, so whoever reads the database cannot take the talk over."""

    token: str
    fresh: bool = False

    @property
    def address(self) -> Address:
        return Address("web", sha256(self.token.encode()).hexdigest())


def known(request: Request) -> Visitor | None:
    """The visitor whose cookie came with the request; None without one, or with one that cannot be of our making.

    The cookie is not signed: whoever makes one up in the right shape only begins a talk of their own, since nobody can
    guess the random bits of another one.
    """
    token = request.cookies.get(_cookie(request), "")
    return Visitor(token) if TOKEN.fullmatch(token) else None


def newcomer() -> Visitor:
    """A visitor nobody has seen, under 256 random bits."""
    return Visitor(secrets.token_urlsafe(32), fresh=True)


def is_person(request: Request) -> bool:
    """Whether a browser shows the page to somebody, as far as its headers tell: no robot, probe or prefetch."""
    headers = request.headers
    return (
        request.method == "GET"
        and "text/html" in headers.get("accept", "")
        and "prefetch" not in headers.get("sec-purpose", "")
        and not MACHINE.search(headers.get("user-agent", ""))
    )


def remember(request: Request, response: Response, visitor: Visitor) -> None:
    """The browser keeps the cookie for another 400 days."""
    response.set_cookie(
        _cookie(request),
        visitor.token,
        max_age=AS_LONG_AS_BROWSERS_ALLOW,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, response: Response) -> None:
    """The browser drops the cookie."""
    response.delete_cookie(_cookie(request), path="/", secure=_is_secure(request), httponly=True, samesite="lax")


def _cookie(request: Request) -> str:
    # A browser takes the __Host- prefix over https only; it then refuses a cookie set by a neighbouring subdomain.
    return "__Host-komshi" if _is_secure(request) else "komshi"


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
