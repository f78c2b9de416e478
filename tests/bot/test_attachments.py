"""What a photo or document may be."""

import pytest

from bot.attachments import kind_of

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 40
FROM_ANOTHER_MAKER = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heicmiaf" + b"\x00" * 40
AVIF = b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + b"\x00" * 40
FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + b"heic" * 10


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (HEIC, "image/heic"),
        (FROM_ANOTHER_MAKER, "image/heic"),
        (b"%PDF-1.7\n", "application/pdf"),
    ],
)
def test_a_photo_or_document_is_known_by_its_content(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"MZ\x90\x00", b"<html>", b"PK\x03\x04", b"RIFF\x24\x00\x00\x00WAVEfmt ", FILM, AVIF, b"    ftyp"],
)
def test_everything_else_is_not_taken(content: bytes) -> None:
    assert kind_of(content) is None
