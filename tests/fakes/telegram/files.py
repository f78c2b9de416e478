"""Files that were sent, by their ids, and the links by which a bot fetches them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.fakes.platform_clock import Clock
from tests.fakes.telegram.fields import Upload
from tests.fakes.telegram.refusals import bad, too_large

LARGEST_DOWNLOAD = 20 * 1024 * 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
LINK_LIFE = timedelta(hours=1)
WIDTH, HEIGHT, THUMB = 1280, 960, 90
ENDINGS = {"photo": "jpg", "voice": "oga"}


@dataclass(frozen=True)
class File:
    """`kind` is photo, voice or document. `size` is what Telegram says, which may be more than is kept here."""

    id: str
    kind: str
    name: str
    type: str
    size: int
    content: bytes = field(repr=False)
    seconds: int = 0

    @property
    def path(self) -> str:
        ending = ENDINGS.get(self.kind) or self.name.rpartition(".")[2]
        return f"{self.kind}s/file_{self.id.rpartition('-')[2]}.{ending}"

    def as_json(self) -> Any:
        """As it stands in a message under the name of its kind."""
        told = {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": self.size}
        if self.kind == "photo":
            small = {**told, "file_id": f"{self.id}-s", "file_unique_id": f"u{self.id}-s", "file_size": self.size // 20}
            return [{**small, "width": THUMB, "height": THUMB}, {**told, "width": WIDTH, "height": HEIGHT}]
        if self.kind == "voice":
            return {**told, "duration": self.seconds, "mime_type": self.type}
        return {**told, "file_name": self.name, "mime_type": self.type}


class Files:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = count(1)
        self._files: dict[str, File] = {}
        self._links: dict[str, tuple[File, datetime]] = {}

    def keep(self, kind: str, upload: Upload, *, size: int | None = None, seconds: int = 0) -> File:
        """`size` is what Telegram is to say of it, where it is not kept in full."""
        number = next(self._ids)
        told = len(upload.content) if size is None else size
        file = File(f"AgAC-{kind}-{number}", kind, upload.name, upload.type, told, upload.content, seconds)
        self._files[file.id] = file
        return file

    def take(self, kind: str, sent: Upload | str | None, seconds: int) -> File:
        """What a bot sends: an upload, or the id of a file that is here. Raises Refusal."""
        if sent is None or sent == "":
            raise bad(f"there is no {kind} in the request")
        if isinstance(sent, str):
            return self.find(sent, "wrong file identifier/HTTP URL specified")
        if not sent.content:
            raise bad("file must be non-empty")
        if len(sent.content) > (LARGEST_PHOTO if kind == "photo" else LARGEST_UPLOAD):
            raise too_large()
        return self.keep(kind, sent, seconds=seconds)

    def find(self, id: str, refusal: str = "invalid file_id") -> File:
        """Raises Refusal where there is none with this id."""
        file = self._files.get(id.removesuffix("-s"))
        if file is None:
            raise bad(refusal)
        return file

    def link(self, id: str) -> dict[str, Any]:
        """The answer to getFile; the path in it can be fetched for an hour. Raises Refusal."""
        file = self.find(id)
        if file.size > LARGEST_DOWNLOAD:
            raise bad("file is too big")
        self._links[file.path] = (file, self._clock.now() + LINK_LIFE)
        told = {"file_id": id, "file_unique_id": f"u{id}", "file_size": file.size}
        return {**told, "file_path": file.path}

    def fetch(self, path: str) -> File | None:
        """None where there is no such link any more."""
        file, dies = self._links.get(path, (None, self._clock.now()))
        return file if dies > self._clock.now() else None
