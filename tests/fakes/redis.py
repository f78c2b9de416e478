"""A real Redis server for the tests: on a socket of its own, keeping nothing; it can be stopped and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.fakes.surroundings import missing

# Nothing in it outlives the server.
CARELESS = ("--save", "", "--appendonly", "no", "--port", "0", "--daemonize", "no")
READY = b"ready to accept connections"


class Server:
    """`url` stays the same while the server comes and goes."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{folder / 'redis.sock'}"

    @classmethod
    @contextmanager
    def begin(cls) -> Iterator[Self]:
        program = shutil.which("redis-server") or missing("Redis is not installed: apt-get install redis-server")
        folder = Path(tempfile.mkdtemp(prefix="komshi-redis-"))
        server = cls(program, folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def start(self) -> None:
        """Returns when it answers."""
        command = [
            self._program,
            *CARELESS,
            "--dir",
            str(self._folder),
            "--unixsocket",
            self.url.removeprefix("unix://"),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = self._process.stdout
        if output is None or not any(READY in line for line in output):
            raise RuntimeError("Redis did not start")

    def stop(self) -> None:
        """At once, as in a power cut; everything it knew is gone."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def freeze(self) -> None:
        """It takes connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, number)
