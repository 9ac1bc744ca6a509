"""A project that is served by threads of the test's own process."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from threading import Event
from typing import TYPE_CHECKING

from django.test.utils import modify_settings

from ..compat.applications.callables import AnyApplication
from ..compat.asgi import ChannelLayerWrapper
from ..compat.worker import Worker
from ..errors import LiveServerError
from ..rest.places import place_of_task, place_of_thread
from .databases import shared_databases
from .layers import LayersInPlace, memory_layers
from .serving import (
    add_default_routes,
    default_application,
    has_routing,
    interface_application,
    listen,
)

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
            return " without being asked to: what it ran has ended it"
        return ":\n\n" + "".join(traceback.format_exception(self.error))


# Tasks that do not end, and their loops. Kept, as their collection would warn in another test.
_abandoned: list[object] = []

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
        uncancelled: The places where tasks wait that do not end although they were cancelled.

    Raises:
        LiveServerError: uvicorn is not installed, or the port is taken.
    """

    def __init__(self, application: AnyApplication, host: str, port: int) -> None:
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
        self.uncancelled: list[str] = []

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
        if self._server is not None:
            self._loop.run_until_complete(self._server.disconnect())
        if tasks:
            self.uncancelled = [place_of_task(task) for task in tasks]
            _abandoned.append((self._loop, tasks))
            return
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def finish(self) -> None:
        """Have the server close its connections and stop."""
        if self._server is not None and self.is_alive():
            self._loop.call_soon_threadsafe(self._server.stop)


class WorkerThread(EndingThread):
    """A thread that runs the consumers of a layer.

    Args:
        layer: A `channeltest.live.layers.LiveLayer` in its wrapper.
    """

    def __init__(self, layer: ChannelLayerWrapper) -> None:
        super().__init__("channeltest-live-worker")
        self._layer = layer
        self._worker = Worker(layer, signal_handlers=False)

    def run(self) -> None:
        """Run consumers until `finish` is called."""
        try:
            self._worker.ready()
            self._worker.run()
        except BaseException as error:
            self.error = error
        finally:
            shared_databases.close_own()

    def finish(self) -> None:
        """Have the worker take no more messages, and end the blocking calls of the layer."""
        self._worker.termed = True
        self._layer.close()


# Seconds that the threads have to end in; the last resort against consumers that block.
STOP_BOUND = 5.0


class ThreadSite:
    """A server thread, and worker threads if there are consumers of Channels 1.

    Everything a test does to its process holds for them: mocks, settings, a frozen clock. Other
    sites may run beside it.

    Args:
        application: The ASGI application.
        host: Name or address to listen on.
        port: TCP port, 0 for a free one.
        workers: Worker threads, not yet started.

    Attributes:
        port: The TCP port.

    Raises:
        LiveServerError: uvicorn is not installed, or the port is taken.
    """

    def __init__(
        self,
        application: AnyApplication,
        host: str = "localhost",
        port: int = 0,
        workers: Sequence[WorkerThread] = (),
    ) -> None:
        self._server = ServerThread(application, host, port)
        self._workers = list(workers)
        self.port = self._server.port
        shared_databases.start()
        try:
            for worker in self._workers:
                worker.start()
            self._server.serve()
        except BaseException:
            self.stop()
            raise

    def check(self) -> None:
        """Do nothing while all threads run.

        Raises:
            LiveServerError: One has ended.
        """
        for thread in [self._server, *self._workers]:
            if not thread.is_alive():
                raise LiveServerError(
                    f"the live server's thread {thread.name} has ended{thread.ending()}"
                ) from thread.error

    def stop(self) -> None:
        """Close all connections and end the threads.

        Raises:
            LiveServerError: An application or a consumer does not end.
        """
        self._server.finish()
        for worker in self._workers:
            worker.finish()
        ends = time.monotonic() + STOP_BOUND
        threads: list[threading.Thread] = [self._server, *self._workers]
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, ends - time.monotonic()))
        threads += shared_databases.stop(ends)
        held = [f"{each.name} is {place_of_thread(each)}" for each in threads if each.is_alive()]
        held += [f"an application waits {place}" for place in self._server.uncancelled]
        if held:
            raise LiveServerError(
                "the live server does not stop, because what it runs does not end: "
                f"{'; '.join(held)}. Have it return; the thread was left to itself"
            )


def serve_channels(
    layers: LayersInPlace, host: str, port: int, worker_threads: int, serve_static: bool
) -> ThreadSite:
    """Serve the routing of the default layer, with workers.

    Args:
        layers: Layers in memory, in place.
        host: Name or address to listen on.
        port: TCP port, 0 for a free one.
        worker_threads: How many threads run consumers.
        serve_static: Whether static files are served.

    Raises:
        LiveServerError: As for `ThreadSite`.
    """
    layer = layers.renew()
    add_default_routes(layer, serve_static)
    workers = [WorkerThread(layer) for _ in range(worker_threads)]
    return ThreadSite(interface_application(serve_static), host, port, workers)


_HOST = "localhost"

# What Channels 1's development server had.
_WORKERS = 4


class LiveServer:
    """Where a project is served.

    Args:
        port: The server's TCP port, on this machine.

    Attributes:
        url: ``http://`` and host and port (str).
        ws_url: ``ws://`` and host and port (str).
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://{_HOST}:{port}"
        self.ws_url = f"ws://{_HOST}:{port}"

    def __str__(self) -> str:
        return self.url


@contextlib.contextmanager
def served() -> Iterator[LiveServer]:
    """Serve the project until the block ends.

    Where the default channel layer has ``ROUTING``, that is served, with four workers on a layer
    in memory; else the application of ``ASGI_APPLICATION``. Static files are served.

    Raises:
        LiveServerError: As for `ThreadSite`.
    """
    layers = LayersInPlace(memory_layers())
    with modify_settings(ALLOWED_HOSTS={"append": _HOST}), contextlib.ExitStack() as stack:
        layers.enter()
        stack.callback(layers.leave)
        if has_routing():
            site = serve_channels(layers, _HOST, 0, _WORKERS, serve_static=True)
        else:
            site = ThreadSite(default_application(), _HOST)
        stack.callback(site.stop)
        yield LiveServer(site.port)
