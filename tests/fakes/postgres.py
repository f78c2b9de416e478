"""A real PostgreSQL server for the tests: on a socket of its own, quick instead of durable, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Self

from tests.fakes.surroundings import missing

DEBIAN = Path("/usr/lib/postgresql")
# Nothing in it outlives the tests.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")


class Cluster:
    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._folder = folder
        self._numbers = count(1)

    @classmethod
    @contextmanager
    def begin(cls) -> Iterator[Self]:
        binaries = _binaries()
        if binaries is None:
            missing("PostgreSQL is not installed: apt-get install postgresql")
        folder = Path(tempfile.mkdtemp(prefix="komshi-pg-"))
        cluster = cls(binaries, folder)
        try:
            cluster._start()
            yield cluster
        finally:
            cluster._stop()
            shutil.rmtree(folder, ignore_errors=True)

    @cached_property
    def shared_database(self) -> str:
        """The address of one database for all who clean up before they begin; a new one takes a while."""
        return self.new_database()

    def new_database(self) -> str:
        """The address of a database that nobody has used."""
        name = f"komshi{next(self._numbers)}"
        self._run("createdb", "-h", str(self._folder), "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def stop(self) -> None:
        """As for an upgrade: whoever is connected is thrown out, and nothing that was committed is lost."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "fast", "-w", "stop")

    def restart(self) -> None:
        """It answers again, with the options of its first start; whoever was connected is thrown out before."""
        data, log = str(self._folder / "data"), str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-m", "fast", "-w", "restart")

    def _start(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, "nobody")
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = " ".join(f"-c {option}" for option in CARELESS) + f" -k {self._folder}"
        self._run("pg_ctl", "-D", data, "-l", str(self._folder / "log"), "-o", options, "-w", "start")

    def _stop(self) -> None:
        if (self._folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        # The server refuses to run as root.
        nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        command = [*nobody, str(self._binaries / program), *arguments]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, env=environment, cwd=self._folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


def _binaries() -> Path | None:
    """Where Debian keeps them, the newest version first, or else beside what is on the path."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    on_path = shutil.which("initdb")
    return next((path.parent for path in (*found, *([Path(on_path)] if on_path else []))), None)
