"""A PostgreSQL server that goes away as it does for an upgrade, and comes back."""

from tests.fakes.postgres import Cluster


class Restartable(Cluster):
    """Whoever is connected is thrown out, and what was committed is there again afterwards."""

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "fast", "-w", "stop")

    def restart(self) -> None:
        """Returns when it answers; with the options of its first start."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-l", str(self._folder / "log"), "-w", "restart")
