"""A project that is served by threads of the test's own process."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from ..compat.worker import Worker
from ..errors import LiveServerError
from ..rest.places import place_of_thread
from .applications import add_default_routes, interface_application
from .databases import shared_databases
from .layers import LayersInPlace
from .server_thread import EndingThread, ServerThread


class WorkerThread(EndingThread):
    """A thread that runs the consumers of a layer.

    Args:
        layer: A `channeltest.live.memory_layer.LiveLayer` in its wrapper.
    """

    def __init__(self, layer: Any) -> None:
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
        """Have the worker take no more messages, and the layer keep nobody waiting."""
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
        application: Any,
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
        held += [f"an application waits {place}" for place in self._server.undead]
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
