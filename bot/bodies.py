"""The body of a call from outside, never more of it than may be read."""

from fastapi import Request


class TooLarge(Exception):
    """The body has more bytes than may be read."""


async def read(request: Request, most: int) -> bytes:
    """The whole body; raises TooLarge as soon as it is more than `most` bytes, whatever its length was said to be."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise TooLarge(TooLarge.__doc__)
    return bytes(content)
