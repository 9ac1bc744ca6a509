"""The served project behind real servers, with real clients."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from .processes import PATIENCE, Process

MANAGE = ("-m", "django")

# How a server is started on a port of its choice, and what it says then, before and after it.
SERVERS = {
    "daphne": (
        ("-m", "daphne", "-b", "127.0.0.1", "-p"),
        ("Listening on TCP address 127.0.0.1:", ""),
    ),
    "uvicorn": (
        ("-m", "uvicorn", "--host", "127.0.0.1", "--port"),
        ("Uvicorn running on http://127.0.0.1:", " "),
    ),
}


class Site:
    """One database, one layer, any number of processes.

    Args:
        directory: For the database.
        database: A database that is migrated, to be copied.
        environment: What the project's settings read.

    Attributes:
        port: Where the server listens (int), once there is one.
        server: The server's process.
    """

    server: Process
    port: int

    def __init__(self, directory: Path, database: Path, **environment: str) -> None:
        self.directory = directory
        copy = directory / "served.sqlite3"
        shutil.copy(database, copy)
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "tests.served.settings",
            "SERVED_DATABASE": str(copy),
            **environment,
        }
        self._closing = ExitStack()

    def process(self, *arguments: str, **environment: str) -> Process:
        """Start a Python program with the site's settings."""
        process = Process(*arguments, environment={**self.environment, **environment})
        self._closing.callback(process.close)
        return process

    def manage(self, *arguments: str, **environment: str) -> Process:
        """Start a management command."""
        return self.process(*MANAGE, *arguments, **environment)

    def worker(self, *arguments: str) -> Process:
        """Start ``runworker``; returns when it listens."""
        worker = self.manage("runworker", *arguments)
        worker.until("Listening on channels")
        return worker

    def serve(
        self,
        server: str,
        *arguments: str,
        application: str = "tests.served.asgi:application",
        port: int = 0,
        **environment: str,
    ) -> Process:
        """Start a server; returns when it listens."""
        command, (before, after) = SERVERS[server]
        self.server = self.process(*command, str(port), *arguments, application, **environment)
        line = self.server.until(before).partition(before)[2]
        self.port = int((line.partition(after)[0] if after else line).strip())
        return self.server

    def websocket(self, path: str, **options: Any) -> ClientConnection:
        """Open a websocket, closed with the site at the latest."""
        url = f"ws://127.0.0.1:{self.port}{path}"
        return self._closing.enter_context(
            connect(url, **{"compression": None, "open_timeout": PATIENCE, **options})
        )

    @property
    def http(self) -> httpx.Client:
        """A client with cookies of its own, closed with the site."""
        url = f"http://127.0.0.1:{self.port}"
        return self._closing.enter_context(httpx.Client(base_url=url, timeout=PATIENCE))

    def login(self, name: str) -> dict[str, str]:
        """Log somebody in; returns the headers that say so."""
        client = self.http
        assert client.get("/enter/", params={"name": name}).text == name
        return {"Cookie": "; ".join(f"{key}={value}" for key, value in client.cookies.items())}

    def close(self) -> None:
        """End every client and process."""
        self._closing.close()


@pytest.fixture(scope="session")
def served_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The served project's database, migrated."""
    database: Path = tmp_path_factory.mktemp("served") / "template.sqlite3"
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.served.settings",
        "SERVED_DATABASE": str(database),
    }
    process = Process(*MANAGE, "migrate", environment=environment)
    assert process.end() == 0, process.output
    return database


NewSite = Callable[..., Site]


@pytest.fixture(scope="module")
def new_shared_site(
    tmp_path_factory: pytest.TempPathFactory, served_database: Path
) -> Iterator[NewSite]:
    """Makes sites for a whole module."""
    with ExitStack() as stack:

        def make(**environment: str) -> Site:
            site = Site(tmp_path_factory.mktemp("site"), served_database, **environment)
            stack.callback(site.close)
            return site

        yield make


@pytest.fixture
def new_site(tmp_path_factory: pytest.TempPathFactory, served_database: Path) -> Iterator[NewSite]:
    """Makes sites for one test."""
    with ExitStack() as stack:

        def make(**environment: str) -> Site:
            site = Site(tmp_path_factory.mktemp("site"), served_database, **environment)
            stack.callback(site.close)
            return site

        yield make


def text_of(websocket: ClientConnection) -> Any:
    """The next frame."""
    return websocket.recv(timeout=PATIENCE)
