"""The real Operaton as a process of its own: `tests/engines/operaton` built by Maven and run on a free port. Without
Java or Maven the tests of it are skipped by name, and under CI they fail.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from tests.fakes.surroundings import free_port, missing

MODULE = Path(__file__).parents[1] / "engines" / "operaton"
CACHE = Path(__file__).parents[2] / "var" / "cache" / "operaton"
BUILD_PATIENCE = 900
PATIENCE = 180
UP = "Started Engine in"
# Small and quick to begin with. An office's server has the time of its place.
JAVA = ("java", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.timezone=Europe/Podgorica")


class Operaton:
    """One database in a folder, whoever serves it. `url`, where the paths begin, is the same after a restart."""

    def __init__(self, jar: Path, folder: Path) -> None:
        self._jar = jar
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[str] | None = None
        self.url = f"http://127.0.0.1:{self._port}/engine-rest"

    def start(self) -> None:
        """Returns when it can be called."""
        settings = (
            f"--server.port={self._port}",
            f"--town.folder={self._folder}",
            f"--logging.file.name={self._folder / 'engine.log'}",
        )
        command = (*JAVA, "-jar", str(self._jar), *settings)
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = self._heard(self._process)
        if UP not in said:
            self.kill()
            raise RuntimeError(f"Operaton did not start: {said}")

    def kill(self) -> None:
        """No time for anything: kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _heard(self, process: subprocess.Popen[str]) -> str:
        """What it says until it is up, or up to its end. Later words are in its log file only."""
        assert process.stdout is not None
        said = ""
        patience = Timer(PATIENCE, process.kill)
        patience.start()
        with process.stdout:
            for line in process.stdout:
                said += line
                if UP in line:
                    break
        patience.cancel()
        return said


@contextmanager
def serving() -> Iterator[Operaton]:
    """A server of our own, gone with its database when the test is over."""
    jar = _built()
    folder = Path(tempfile.mkdtemp(prefix="komshi-operaton-"))
    operaton = Operaton(jar, folder)
    try:
        operaton.start()
        yield operaton
    finally:
        operaton.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _built() -> Path:
    """The server as one file: made once for each state of the module, and kept."""
    if not (shutil.which("java") and shutil.which("mvn")):
        missing("Operaton cannot run: apt-get install openjdk-17-jdk-headless maven")
    jar = CACHE / f"{_fingerprint()}.jar"
    if not jar.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            _build(Path(folder))
            (Path(folder) / "operaton.jar").rename(jar)
    return jar


def _build(folder: Path) -> None:
    command = ("mvn", "--quiet", "--batch-mode", "-DskipTests", f"-Dbuild.folder={folder}", "package")
    built = subprocess.run(command, cwd=MODULE, capture_output=True, text=True, timeout=BUILD_PATIENCE)
    if built.returncode != 0:
        missing(f"Maven could not build Operaton: {(built.stdout + built.stderr)[:500]}")


def _fingerprint() -> str:
    """Of every file the build is made from."""
    files = [MODULE / "pom.xml", *sorted(path for path in (MODULE / "src").rglob("*") if path.is_file())]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
