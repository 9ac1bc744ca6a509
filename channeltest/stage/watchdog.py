"""Ends a turn that holds the test's thread: code of an application that never gives it back."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from types import FrameType

from ..config import is_at_debugger
from ..rest.executor import HeldThread


class Watchdog:
    """Watches the turns of one stage from a thread of its own.

    The loop itself ends a turn that goes on too long, as long as it gets to run. This is for a
    coroutine that computes or blocks without ever awaiting.

    Args:
        bound: Real seconds that a turn may take.

    Attributes:
        bound: The same.
        found: Where the thread was when it was found to be held; ``None`` as long as it is not.
    """

    def __init__(self, bound: float) -> None:
        self.bound = bound
        self._began: float | None = None
        self._thread = 0
        self.found: FrameType | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._watcher = threading.Thread(
            target=self._watch, name="channeltest-watchdog", daemon=True
        )
        self._watcher.start()

    def begin(self) -> None:
        """A turn begins in the calling thread."""
        self._thread = threading.get_ident()
        self._began = time.monotonic()

    def end(self) -> None:
        """The turn has ended; nothing is raised any more when this returns."""
        with self._lock:
            self._began = None
            if self.found is not None:
                # Raised already, or withdrawn before it could be.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), None)

    def close(self) -> None:
        """Stop watching."""
        self._closed.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._closed.wait(self.bound / 2):
            with self._lock:
                if self._began is None or time.monotonic() - self._began <= self.bound:
                    continue
                again = self.found is not None
                frame = sys._current_frames().get(self._thread)
                if is_at_debugger(frame):
                    self._began = time.monotonic()
                    continue
                self.found = self.found or frame
                # One exception at a time: a second would hit whoever handles the first.
                by_signal = again and self._thread == threading.main_thread().ident
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._thread),
                    None if by_signal else ctypes.py_object(HeldThread),
                )
                if by_signal:
                    # It sits in a call of the system, such as sleep(): a signal ends that.
                    signal.pthread_kill(self._thread, signal.SIGINT)
