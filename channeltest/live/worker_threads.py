"""Workers of Channels 1 in threads of the test's process."""

from __future__ import annotations

from typing import Any

from ..compat.worker import Worker
from .ending_thread import EndingThread
from .shared_databases import shared_databases


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
