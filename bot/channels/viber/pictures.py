"""The QR code of a payment order as a picture that Viber fetches from us, under a link that soon ends.

The link names its conversation sealed: whoever reads a log of addresses learns nobody's id, and can guess no other.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from fastapi import APIRouter, HTTPException, Response

from bot.channels.viber.events import CHANNEL
from bot.messages import Address, Doorstep
from integrations.bills.order import qr_picture

LIFE = timedelta(hours=1)
FOLDER, NAME = "/viber/files", "payment.png"
"""Viber takes a picture only from an address that ends as one."""
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Pictures:
    """`key` has 32 bytes; `public_url` is where the world reaches us."""

    def __init__(self, doorstep: Doorstep, key: bytes, public_url: str, clock: Callable[[], datetime]) -> None:
        self._doorstep = doorstep
        self._seal = Fernet(urlsafe_b64encode(key))
        self._public_url = public_url
        self._clock = clock
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route(f"{FOLDER}/{{ticket}}/{NAME}", self.show, methods=["GET", "HEAD"])

    def address(self, citizen: Address, sequence: int) -> str:
        """Where the picture of the order at this place of the citizen's conversation is, for LIFE."""
        place = f"{sequence} {citizen.id}".encode()
        ticket = self._seal.encrypt_at_time(place, int(self._clock().timestamp())).decode()
        return f"{self._public_url}{FOLDER}/{ticket}/{NAME}"

    async def show(self, ticket: str) -> Response:
        """404 for a ticket that is not ours or too old, and where there is no such order any more."""
        try:
            place = self._seal.decrypt_at_time(
                ticket.encode(), int(LIFE.total_seconds()), int(self._clock().timestamp())
            )
        except InvalidToken:
            raise HTTPException(404) from None
        sequence, _, id = place.decode().partition(" ")
        entries = await self._doorstep.history(Address(CHANNEL, id), int(sequence) - 1)
        order = entries[0].payment if entries and entries[0].sequence == int(sequence) else None
        picture = qr_picture(order) if order else None
        if picture is None:
            raise HTTPException(404)
        return Response(picture, media_type="image/png", headers=HEADERS)
