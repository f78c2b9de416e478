"""A PostgreSQL server for a benchmark: on a socket of its own, as durable as it is by default, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
OPTIONS = "-c listen_addresses= -c max_connections=200"


class NotInstalled(Exception):
    """There is no PostgreSQL server on this machine."""


@contextmanager
def begun() -> Iterator[str]:
    """The address of an empty database. Raises NotInstalled, and CalledProcessError where the server does not start."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="komshi-bench-"))
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    try:
        _run(folder, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        options = f"{OPTIONS} -k {folder}"
        _run(folder, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        _run(folder, programs / "createdb", "-h", folder, "-U", "postgres", "komshi")
        yield f"postgresql://postgres@/komshi?host={folder}"
    finally:
        if (data / "postmaster.pid").exists():
            _run(folder, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Where Debian keeps them, the newest version first, or else beside what is on the path."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise NotInstalled("PostgreSQL is not installed: apt-get install postgresql")
    return (found[0] if found else Path(str(on_path))).parent


def _run(folder: Path, *command: str | Path) -> None:
    # The server refuses to run as root.
    nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    subprocess.run([*nobody, *command], env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)
