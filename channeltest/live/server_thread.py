"""A server in a thread of the test's process."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import threading
import traceback
from threading import Event
from typing import TYPE_CHECKING, Any

from ..errors import LiveServerError
from ..rest.places import place_of_task
from .databases import shared_databases
from .listening import listen

if TYPE_CHECKING:
    from .uvicorn_server import UvicornServer


class EndingThread(threading.Thread):
    """A thread that ends when it is asked to, and else has an error.

    Args:
        name: Its name.

    Attributes:
        error: What ended it, ``None`` while nothing has.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.error: BaseException | None = None

    def ending(self) -> str:
        """Return how it has ended, for an error: with its traceback if it had one."""
        if self.error is None:
            return ", and nobody asked it to: something in it called for its end"
        return ":\n\n" + "".join(traceback.format_exception(self.error))


# Tasks that do not end, and their loops: collected, they would complain to some other test.
_abandoned: list[Any] = []

# Seconds that applications have to end in once they are cancelled.
_BOUND = 2.0


class ServerThread(EndingThread):
    """A thread that serves an ASGI application with uvicorn, on an event loop of its own.

    Daphne cannot be in its place: it runs on Twisted's reactor, of which a process has one,
    which cannot be started twice.

    Args:
        application: The ASGI application.
        host: Name or address to listen on.
        port: TCP port, 0 for a free one.

    Attributes:
        port: The TCP port.
        undead: Where the tasks wait that do not end although they were cancelled.

    Raises:
        LiveServerError: uvicorn is not installed, or the port is taken.
    """

    def __init__(self, application: Any, host: str, port: int) -> None:
        super().__init__("channeltest-live-server")
        if importlib.util.find_spec("uvicorn") is None:
            raise LiveServerError(
                "a live server in a thread needs uvicorn, which is not installed: "
                "pip install channeltest[live]"
            )
        self._application = application
        self._listening: socket.socket = listen(host, port)
        self.port: int = self._listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._server: UvicornServer | None = None
        self._settled = Event()
        self.undead: list[str] = []

    def serve(self) -> None:
        """Start the thread, and return when connections are taken.

        Raises:
            Exception: What uvicorn raised instead.
        """
        self.start()
        self._settled.wait()
        if self.error is not None:
            self.join()
            raise self.error

    def run(self) -> None:
        """Serve until `finish` is called."""
        # Here, because uvicorn is optional.
        from .uvicorn_server import UvicornServer

        try:
            self._server = UvicornServer(self._application, self._settled.set)
            self._loop.run_until_complete(self._server.serve([self._listening]))
        except BaseException as error:
            self.error = error
        finally:
            self._listening.close()
            self._end_tasks()
            shared_databases.close_own()
            self._settled.set()

    def _end_tasks(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            _, tasks = self._loop.run_until_complete(asyncio.wait(tasks, timeout=_BOUND))
        if tasks:
            self.undead = [place_of_task(task) for task in tasks]
            _abandoned.append((self._loop, tasks))
            return
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def finish(self) -> None:
        """Have the server close its connections and stop."""
        if self._server is not None and self.is_alive():
            self._loop.call_soon_threadsafe(self._server.stop)
