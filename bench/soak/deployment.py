"""The processes of the long run: a Redis, a server, workers; and their memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from redis import Redis

from tests.processes import ROOT
from tests.redis_server import RedisServer, free_port

WORKERS = 2

# Seconds between two pings of the server, and those that it waits for an answer.
PING = 5

SERVERS = {
    "uvicorn": (
        *("uvicorn", "--host", "127.0.0.1", "--no-access-log"),
        *("--ws-ping-interval", str(PING), "--ws-ping-timeout", str(PING), "--port"),
    ),
    "daphne": (
        *("daphne", "-b", "127.0.0.1", "--access-log", os.devnull),
        *("--ping-interval", str(PING), "--ping-timeout", str(PING), "-p"),
    ),
}


class Deployment:
    """The served project of the tests, as in production.

    Args:
        directory: For the database, the data of Redis and the logs.
        server: A key of `SERVERS`.

    Attributes:
        port: Where the server listens.
        redis: The Redis.
        restarts: When Redis was stopped and was there again, of `time.monotonic`.
        restarts_of_workers: How often a worker was started again.
    """

    def __init__(self, directory: Path, server: str) -> None:
        self.port = free_port()
        self.redis = RedisServer(directory)
        self.restarts: list[tuple[float, float]] = []
        self.restarts_of_workers = 0
        self._directory = directory
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench.soak.settings",
            "SERVED_DATABASE": str(directory / "served.sqlite3"),
            "SERVED_REDIS": self.redis.url,
        }
        self._server = (*SERVERS[server], str(self.port), "tests.served.asgi:application")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        # How many characters a process found in its log.
        self._logged: dict[str, int] = {}
        self._closing = ExitStack()

    def start(self) -> None:
        """Start everything; the server is there soon after."""
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env=self._environment,
            check=True,
        )
        self._start_redis()
        for number in range(1, WORKERS + 1):
            self._start(f"worker {number}", "django", "runworker", "--threads", "2")
        self._start("server", *self._server)

    def _start_redis(self) -> None:
        self.redis.start()
        with Redis(self.redis.host, self.redis.port) as client:
            # It then writes its data when it ends, and reads them when it starts.
            client.config_set("save", "86400 1000000")

    def _start(self, name: str, *arguments: str) -> None:
        log = self._closing.enter_context((self._directory / f"{name}.log").open("ab"))
        self._logged[name] = len(self.log(name))
        self.processes[name] = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", sys.executable, "-u", "-m", *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self._started[name] = time.monotonic()

    def restart_worker(self, number: int) -> None:
        """Stop a worker as a deployment does, and start another."""
        name = f"worker {number}"
        self._until_it_listens(name)
        self.processes[name].terminate()
        assert self.processes[name].wait(60) == 0, f"{name} did not end well"
        self._start(name, "django", "runworker", "--threads", "2")
        self.restarts_of_workers += 1

    def _until_it_listens(self, name: str) -> None:
        """Return when a worker's last process handles signals; before, one ends it at once."""
        ends = time.monotonic() + 60
        while not self._is_up(name):
            assert time.monotonic() < ends, f"{name} did not begin: {self.log(name)}"
            time.sleep(0.1)

    def _is_up(self, name: str) -> bool:
        """Whether a process has loaded the project; of the server, clients have found it out."""
        return name == "server" or "Listening on channels" in self.log(name)[self._logged[name] :]

    def restart_redis(self, pause: float) -> None:
        """Stop Redis, and start it with its data after some seconds."""
        begun = time.monotonic()
        self.redis.stop()
        time.sleep(pause)
        self._start_redis()
        self.restarts.append((begun, time.monotonic()))

    def memory(self) -> dict[str, tuple[float, float]]:
        """For each process: the seconds since it has been up, and its resident memory in MiB."""
        now = time.monotonic()
        for name in self.processes:
            if not self._is_up(name):
                self._started[name] = now
        return {
            name: (now - self._started[name], resident(process.pid))
            for name, process in self.processes.items()
        }

    def log(self, name: str) -> str:
        """What a process has logged."""
        return (self._directory / f"{name}.log").read_text(errors="replace")

    def stop(self) -> dict[str, int]:
        """Stop everything, workers last; returns the status of each."""
        statuses = {}
        for name in ("server", *(each for each in self.processes if each != "server")):
            if name in self.processes:
                self.processes[name].terminate()
                try:
                    statuses[name] = self.processes[name].wait(60)
                except subprocess.TimeoutExpired:
                    self.processes[name].kill()
                    statuses[name] = self.processes[name].wait()
        self.redis.stop()
        self._closing.close()
        return statuses


def resident(pid: int) -> float:
    """The resident memory of a process, in MiB; 0 when it has ended."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0.0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


class Memory:
    """Samples of the memory of processes, and whether it grows.

    Args:
        settling: Seconds after a process's start that do not count.
    """

    def __init__(self, settling: float) -> None:
        self._settling = settling
        self._samples: dict[str, list[list[float]]] = {}
        self._ages: dict[str, float] = {}

    def add(self, samples: dict[str, tuple[float, float]]) -> None:
        """Add a sample of each process; a younger one begins a row of its own."""
        for name, (age, size) in samples.items():
            rows = self._samples.setdefault(name, [])
            if not rows or age < self._ages[name]:
                rows.append([])
            self._ages[name] = age
            if age >= self._settling and size:
                rows[-1].append(size)

    def growth(self) -> dict[str, tuple[float, float]]:
        """For each process: the median of its first quarter of samples, and of its last, in MiB.

        Of a process that was started again, that run which grew most.
        """
        found = {}
        for name, rows in self._samples.items():
            runs = [_quarters(row) for row in rows if len(row) >= 4]
            if runs:
                found[name] = max(runs, key=lambda run: run[1] - run[0])
        return found


def _quarters(row: list[float]) -> tuple[float, float]:
    quarter = len(row) // 4
    return statistics.median(row[:quarter]), statistics.median(row[-quarter:])
