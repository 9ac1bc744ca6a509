"""Workers in the server's own process."""

from __future__ import annotations

import atexit
import threading
from typing import Any

from ..worker import Worker

# Seconds in which the consumers in hand may finish when the process ends.
_GRACE = 10.0


class WorkerThreads:
    """Threads that run the consumers of a channel layer.

    Args:
        layer: The layer, with a router.
        count: How many threads; with none, starting and stopping do nothing.
    """

    def __init__(self, layer: Any, count: int) -> None:
        self._layer = layer
        self._count = count
        self._lock = threading.Lock()
        self._running: list[tuple[Worker, threading.Thread]] = []

    def start(self) -> None:
        """Start the threads, unless they run."""
        if self._running or not self._count:
            return
        with self._lock:
            if self._running:
                return
            for _ in range(self._count):
                worker = Worker(self._layer, signal_handlers=False)
                # They end with the process, whatever their consumers do.
                thread = threading.Thread(target=worker.run, name="channels worker", daemon=True)
                worker.ready()
                thread.start()
                self._running.append((worker, thread))
        # For servers that do not tell their applications when they stop.
        atexit.register(self.stop)

    def stop(self) -> None:
        """Have the workers finish what they have in hand, and wait for them."""
        atexit.unregister(self.stop)
        with self._lock:
            running, self._running = self._running, []
        for worker, _ in running:
            worker.termed = True
        for _, thread in running:
            thread.join(_GRACE)
