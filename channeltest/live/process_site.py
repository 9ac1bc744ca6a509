"""A project that is served by processes of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import wait

from .child_process import ChildProcess


class ProcessSite:
    """The processes that serve a project together: when one ends, all do.

    Args:
        children: The processes, started; the first is the server.

    Attributes:
        port: The server's TCP port.

    Raises:
        LiveServerError: One has ended instead of becoming ready; the others are stopped.
    """

    def __init__(self, children: Sequence[ChildProcess]) -> None:
        self._children = list(children)
        try:
            for each in self._children:
                each.wait_until_ready()
        except BaseException:
            self._stop_children()
            raise
        self.port = self._children[0].reports.port
        self._woken, self._wake = Pipe(duplex=False)
        self._monitor = threading.Thread(
            target=self._monitor_children, name="channeltest-live", daemon=True
        )
        self._monitor.start()

    def _monitor_children(self) -> None:
        """Kill all when one has ended: a test that waits for it must not wait for ever."""
        sentinels = {each.process.sentinel: each for each in self._children}
        ended = wait([self._woken, *sentinels])
        if self._woken not in ended:
            # The first to end is the one to ask why.
            self._children.sort(key=lambda child: child.process.sentinel not in ended)
            for each in self._children:
                each.kill()

    def check(self) -> None:
        """Do nothing while all processes run.

        Raises:
            LiveServerError: One has ended, with its own traceback if it had one.
        """
        for each in list(self._children):
            each.check()

    def stop(self) -> None:
        """End the processes.

        Raises:
            LiveServerError: One had ended before.
        """
        self._wake.send_bytes(b"stop")
        self._monitor.join()
        self._wake.close()
        self._woken.close()
        try:
            self.check()
        finally:
            self._stop_children()

    def _stop_children(self) -> None:
        for each in self._children:
            each.stop()
