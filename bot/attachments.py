"""What a photo or document of a citizen may be, judged by its content: names and announced types are only claims."""

from dialogs.attachments import MOST_MEGABYTES

MOST = MOST_MEGABYTES * 1024 * 1024
"""Bytes. What is larger is not kept."""
STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
}
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
"""The brands of a still or moving picture coded in HEVC (ISO/IEC 23008-12, annex B.4)."""


def kind_of(content: bytes) -> str | None:
    """The media type of a JPEG, PNG, GIF, WebP or HEIC picture or of a PDF document; None for everything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if not HEIC.isdisjoint(_brands(content)):
        return "image/heic"
    return next((kind for start, kind in STARTS.items() if content.startswith(start)), None)


def _brands(content: bytes) -> set[bytes]:
    """What the file type box of an ISO media file names (ISO/IEC 14496-12, section 4.3); empty for any other file."""
    if content[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(content[:4], "big"), len(content), 256)
    return {content[place : place + 4] for place in range(8, end, 4) if place != 12}
