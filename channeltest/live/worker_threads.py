"""Workers of Channels 1 in threads of the test's process."""

from __future__ import annotations

import threading
from typing import Any

from ..compat.worker import Worker
from .shared_databases import shared_databases


class WorkerThread(threading.Thread):
    """A thread that runs the consumers of a layer.

    Args:
        layer: A `channeltest.live.memory_layer.LiveLayer` in its wrapper.
    """

    def __init__(self, layer: Any) -> None:
        super().__init__(name="channeltest-live-worker", daemon=True)
        self._layer = layer
        self._worker = Worker(layer, signal_handlers=False)

    def run(self) -> None:
        """Run consumers until `finish` is called."""
        self._worker.ready()
        try:
            self._worker.run()
        finally:
            shared_databases.close_own()

    def finish(self) -> None:
        """Have the worker take no more messages, and the layer keep nobody waiting."""
        self._worker.termed = True
        self._layer.close()
