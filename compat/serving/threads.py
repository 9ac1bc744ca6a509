"""Workers in the server's own process."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from contextlib import suppress

from ..asgi import ChannelLayerWrapper
from ..layers.outage import unreachable
from ..worker import Worker

logger = logging.getLogger("django.channels")

# Seconds in which the consumers in hand may finish when the process ends.
_GRACE = 10.0


class WorkerThreads:
    """Threads that run the consumers of a channel layer.

    Args:
        layer: The layer, with a router.
        count: How many threads; with none, starting and stopping do nothing.
    """

    def __init__(self, layer: ChannelLayerWrapper, count: int) -> None:
        self._layer = layer
        self._count = count
        self._lock = threading.Lock()
        self._running: list[_WorkerThread] = []
        self._is_stopped = False

    def start(self) -> None:
        """Start the threads, unless they run."""
        with self._lock:
            self._is_stopped = False
        self.start_unless_stopped()

    def start_unless_stopped(self) -> None:
        """Start the threads, unless they run or `stop` was called."""
        if self._running or self._is_stopped or not self._count:
            return
        with self._lock:
            if self._running or self._is_stopped:
                return
            self._running = [_WorkerThread(self._layer) for _ in range(self._count)]
            for thread in self._running:
                thread.start()
        # For servers without the lifespan protocol.
        atexit.register(self.stop)

    def stop(self) -> None:
        """Have the workers finish what they have in hand, and wait for them together."""
        atexit.unregister(self.stop)
        with self._lock:
            self._is_stopped = True
            running, self._running = self._running, []
        for thread in running:
            thread.worker.termed = True
        if running and hasattr(self._layer, "wake_readers"):
            with suppress(*unreachable(self._layer)):
                self._layer.wake_readers()
        ends = time.monotonic() + _GRACE
        for thread in running:
            thread.join(max(0.0, ends - time.monotonic()))


class _WorkerThread(threading.Thread):
    """A thread that runs a worker until that is termed; what the worker raises is logged."""

    def __init__(self, layer: ChannelLayerWrapper) -> None:
        # They end with the process, whatever their consumers do.
        super().__init__(name="channels worker", daemon=True)
        self.worker = Worker(layer, signal_handlers=False)
        self.worker.ready()

    def run(self) -> None:
        while not self.worker.termed:
            try:
                self.worker.run()
            except BaseException:
                logger.exception("A worker thread of the server has failed, and goes on:")
