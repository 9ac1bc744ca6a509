"""The newsroom in production: Daphne, worker processes, Redis and a database file."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import NamedTuple

from ..processes import ROOT, Process
from ..redis_server import RedisServer

NEWSROOM, PORTED = (ROOT / "examples" / name for name in ("newsroom", "newsroom_ported"))

PASSWORD = "a long one"
_FILL = f"""
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from chat.models import Room
call_command("migrate")
User.objects.create_user("ann", password={PASSWORD!r})
Room.objects.create(slug="lounge")
"""


class Deployment(NamedTuple):
    """Some release of the newsroom: its settings, and where its code is."""

    settings: str
    path: tuple[Path, ...]

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": self.settings,
            "PYTHONPATH": ":".join(map(str, self.path)),
            **more,
        }


OLD = Deployment("newsroom.settings_today", (NEWSROOM,))
PORT = Deployment("newsroom.settings_ported", (PORTED, NEWSROOM))
STACK = Deployment("newsroom.settings_stack", (PORTED, NEWSROOM))


def make_database(path: Path) -> Path:
    """A migrated database with one room and one reporter."""
    process = Process("-c", _FILL, environment=OLD.environment(NEWSROOM_DATABASE=str(path)))
    try:
        assert process.end() == 0, process.output
    finally:
        process.close()
    return path


class LiveNewsroom:
    """One server process and two worker processes.

    Args:
        database: What `make_database` returned; it is copied.
        directory: Where to.
        redis: The Redis of the channel layers.

    Attributes:
        url: The server's, once it was started.
        workers: The worker processes.
    """

    url: str

    def __init__(self, database: Path, directory: Path, redis: RedisServer) -> None:
        self._database = Path(shutil.copy(database, directory))
        self._environment = {"NEWSROOM_DATABASE": str(self._database), "REDIS_URL": redis.url}
        self.workers: list[Process] = []
        self._processes: list[Process] = []

    def start(self, server: Deployment, workers: Deployment) -> None:
        """Start all processes, and return when each says that it is ready."""
        application = "newsroom.asgi_today:application"
        daphne = self._process(server, "daphne", "-b", "127.0.0.1", "-p", "0", application)
        self.workers = [self._process(workers, "django", "runworker") for _ in range(2)]
        listens = "Listening on TCP address 127.0.0.1:"
        self.url = f"http://localhost:{daphne.until(listens).rpartition(':')[2].strip()}"
        for worker in self.workers:
            worker.until("Listening on channels")

    def _process(self, deployment: Deployment, *arguments: str) -> Process:
        environment = deployment.environment(**self._environment)
        process = Process("-m", *arguments, environment=environment)
        self._processes.append(process)
        return process

    def remarks(self) -> list[str]:
        """What was said, as the database has it."""
        connection = sqlite3.connect(self._database)
        try:
            return [text for (text,) in connection.execute("SELECT text FROM chat_remark")]
        finally:
            connection.close()

    def close(self) -> None:
        """End all processes, and print what they said: pytest shows it when a test has failed."""
        for process in self._processes:
            process.close()
            print(process.output)
