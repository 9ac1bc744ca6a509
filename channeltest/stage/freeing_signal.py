"""A signal of our own that ends a call of the system in the main thread.

An exception that another thread sets is raised when the thread runs Python code again: never, as
long as it sleeps or waits for a lock. Only a signal handler that raises ends such a call, and
Python runs handlers in the main thread only. SIGINT and the like belong to the test runner and
the project, so this takes a real-time signal that nobody handles, and gives it back.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

from ..rest.executor import HeldThread


class FreeingSignal:
    """The signal, for as long as it is needed."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._users = 0
        self._is_sent = False

    def start(self) -> None:
        """Handle a free signal, or count one more use; outside the main thread it does nothing."""
        if threading.current_thread() is not threading.main_thread():
            return
        if not self._users:
            self._number = _free_number()
            if self._number is not None:
                signal.signal(self._number, self._handle)
        self._users += 1

    def stop(self) -> None:
        """Count one use less; the last one gives the signal back if it is still ours."""
        if not self._users or threading.current_thread() is not threading.main_thread():
            return
        self._users -= 1
        if not self._users and self._number is not None:
            if signal.getsignal(self._number) == self._handle:
                signal.signal(self._number, signal.SIG_DFL)
            self._number = None

    def send(self) -> bool:
        """End the call of the system that the main thread is in; from any thread.

        Returns:
            Whether there is a signal for that.
        """
        number, main = self._number, threading.main_thread().ident
        if number is None or main is None or signal.getsignal(number) != self._handle:
            return False
        self._is_sent = True
        signal.pthread_kill(main, number)
        return True

    def take_back(self) -> None:
        """Let a signal that arrives from now on do nothing."""
        self._is_sent = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._is_sent:
            self._is_sent = False
            raise HeldThread


def _free_number() -> int | None:
    """Return a real-time signal that nobody handles, the last ones first."""
    if not hasattr(signal, "SIGRTMIN") or not hasattr(signal, "pthread_kill"):
        return None
    for number in range(signal.SIGRTMAX, signal.SIGRTMIN, -1):
        if signal.getsignal(number) is signal.SIG_DFL:
            return number
    return None


freeing_signal = FreeingSignal()
