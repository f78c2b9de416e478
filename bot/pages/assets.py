"""The page's own styles, script and mark, read once. Their address carries their hash, so browsers may keep them."""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import Request, Response

STATIC = Path(__file__).parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    body: bytes
    packed: bytes
    media_type: str


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, gzip.compress(body, mtime=0), TYPES[path.suffix])


ASSETS = {path.name: _read(path) for path in sorted(STATIC.iterdir())}
VERSION = sha256(b"".join(asset.body for asset in ASSETS.values())).hexdigest()[:12]


def address(name: str) -> str:
    """Where the page finds an asset. One version for all, so that scripts can import each other by plain names."""
    return f"/static/{VERSION}/{name}"


def serve(request: Request, version: str, name: str) -> Response:
    """The asset, to be kept for a year under its own version and not at all under another; 404 for an unknown name."""
    asset = ASSETS.get(name)
    if asset is None:
        return Response(status_code=404)
    headers = {"Cache-Control": A_YEAR if version == VERSION else "no-cache", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=asset.media_type)
    return Response(asset.body, headers=headers, media_type=asset.media_type)
