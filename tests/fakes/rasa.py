"""A Rasa server for tests: `POST /model/parse` over real HTTP, as Rasa 3.6 answers it. It can fail in many ways."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

CERTAIN = {"thank": 1.0}


class Rasa:
    """Ranks every text as it was told. `asked` are the texts, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self._status = 200
        self._body: str | None = None
        self._ranking: Mapping[str, float] = CERTAIN
        self._silence: asyncio.Event | None = None

    def ranks(self, ranking: Mapping[str, float]) -> None:
        self._status, self._body, self._ranking = 200, None, ranking

    def answers(self, body: str, status: int = 200) -> None:
        """Whatever is asked, this is the answer."""
        self._status, self._body = status, body

    def hangs(self) -> None:
        """It accepts every connection and says nothing until the test ends."""
        self._silence = asyncio.Event()

    def end(self) -> None:
        if self._silence is not None:
            self._silence.set()

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert head.startswith("post /model/parse http/1.1\r\n"), head
            length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
            text = json.loads(await reader.readexactly(length))["text"]
            self.asked.append(text)
            if self._silence is not None:
                await self._silence.wait()
            writer.write(self._response(text))
            await writer.drain()
        finally:
            writer.close()

    def _response(self, text: str) -> bytes:
        body = (self._parsed(text) if self._body is None else self._body).encode()
        head = f"HTTP/1.1 {self._status} -\r\ncontent-length: {len(body)}\r\ncontent-type: application/json\r\n"
        return f"{head}connection: close\r\n\r\n".encode() + body

    def _parsed(self, text: str) -> str:
        ranking = [{"name": name, "confidence": confidence} for name, confidence in self._ranking.items()]
        return json.dumps(
            {"text": text, "intent": ranking[0], "entities": [], "text_tokens": [], "intent_ranking": ranking}
        )


@asynccontextmanager
async def serving() -> AsyncIterator[Rasa]:
    """A server on a free port of this machine."""
    rasa = Rasa()
    async with await asyncio.start_server(rasa.serve, "127.0.0.1", 0) as server:
        rasa.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield rasa
        rasa.end()
