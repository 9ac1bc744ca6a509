"""Ends a turn in which code of an application never returns to the loop.

An exception that another thread sets is raised when the thread runs Python code again: never, as
long as it sleeps or waits for a lock. Only a signal handler that raises ends such a call of the
system, and Python runs handlers in the main thread only. SIGINT and the like belong to the test
runner and the project, so a real-time signal without a handler is used, and restored.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from ..config import is_at_debugger
from ..other_threads import without_collections
from ..rest.executor import HeldThread, raise_in, withdraw
from ..rest.patience import GRACE, real_time
from ..rest.places import place_of_frame
from ..rest.threads import set_resting

# Real seconds between two attempts to free a thread, and after which there are no more.
_AGAIN = 0.1
_LAST_RESORT = 5.0


class Watchdog:
    """Frees the thread that runs the turns of one stage, from a thread of its own.

    The loop itself ends a turn that goes on too long, as long as it gets to run. This is for a
    coroutine or a call that computes or blocks. The thread gets an exception, `HeldThread`; in the
    main thread a signal ends a call of the system as well. Where neither helps, the process ends
    with an error that names the line: nothing else would ever end the run.

    Args:
        bound: Real seconds that a turn may take.
        is_slow: Called when a call in the test's thread takes longer than the grace.

    Attributes:
        bound: The same.
        found: Where the thread was when it was found to be held; ``None`` as long as it is not.
    """

    def __init__(self, bound: float, is_slow: Callable[[], object] = bool) -> None:
        self.bound = bound
        self.found: FrameType | None = None
        self._is_slow = is_slow
        self._thread = 0
        self._turn = 0
        self._call = 0
        self._in_turn = False
        self._in_call = False
        self._looks_often = False
        self._lock = threading.Lock()
        self._wake: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._own = threading.Thread(target=self._run, name="channeltest-watchdog", daemon=True)
        set_resting(self._own, True)
        self._own.start()
        freeing_signal.start()

    def begin(self) -> None:
        """A turn begins in the calling thread."""
        self._thread = threading.get_ident()
        self._turn += 1
        self._in_turn = True

    def end(self) -> None:
        """The turn has ended; nothing is raised any more when this returns."""
        while self._in_turn:
            try:
                self._end()
            except HeldThread:
                # A thread that is slow to get here is freed once more, and gets the exception here.
                pass

    def _end(self) -> None:
        with self._lock:
            if self.found is not None:
                # Raised already, or withdrawn before it could be.
                freeing_signal.take_back()
                withdraw()
            self._in_turn = False

    def call(self, begins: bool) -> None:
        """A call in the test's thread begins or ends."""
        self._in_call = begins
        if begins:
            self._call += 1
            if not self._looks_often:
                self._looks_often = True
                self._wake.put(True)

    def close(self) -> None:
        """End the thread."""
        self._wake.put(False)
        self._own.join()
        set_resting(self._own, False)
        freeing_signal.stop()

    def _run(self) -> None:
        turn = call = 0
        since = real_time()
        while self._goes_on():
            now = real_time()
            if self._in_call and call == self._call:
                self._is_slow()
            elif call == self._call:
                self._looks_often = False
            call = self._call
            if turn != self._turn or not self._in_turn:
                turn, since = self._turn, now
            elif now - since > self.bound:
                since = self._free(since, now)

    def _goes_on(self) -> bool:
        """Wait until it is time to look again; return whether the stage is still there."""
        seconds = self.bound / 4
        if self.found is not None:
            seconds = _AGAIN
        if self._looks_often:
            seconds = min(seconds, GRACE)
        try:
            return self._wake.get(timeout=seconds)
        except queue.Empty:
            return True

    @without_collections
    def _free(self, since: float, now: float) -> float:
        """Free the thread; return since when the turn counts as held."""
        with self._lock:
            if not self._in_turn:
                return now
            frame = sys._current_frames().get(self._thread)
            if is_at_debugger(frame):
                return now
            if self.found is None:
                self.found = frame
                raise_in(self._thread, HeldThread)
            elif now - since > self.bound + _LAST_RESORT:
                _end_process(frame or self.found, self.bound)
            else:
                self._free_from_system()
        return since

    def _free_from_system(self) -> None:
        """End the call of the system that the thread is in."""
        if self._thread == threading.main_thread().ident:
            freeing_signal.send()
        raise_in(self._thread, HeldThread)


def _end_process(frame: FrameType, bound: float) -> None:
    """End the process with an error: its thread cannot be freed."""
    text = (
        f"\nchanneltest: the run ends here. An application holds the test's thread for more than "
        f"{bound:g} s, and does not let itself be ended: it is at {place_of_frame(frame)}\n"
    )
    os.write(2, text.encode())
    os._exit(70)


class FreeingSignal:
    """A signal of our own that ends a call of the system in the main thread."""

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
        """Count one use less; the last one restores the signal if it is still ours."""
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
