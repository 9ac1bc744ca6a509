"""Servers and workers in processes of their own."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Seconds after which something that should be said is missed: many, as a machine may be busy.
PATIENCE = 60


class Process:
    """A Python program whose output is read as it comes.

    Args:
        arguments: What follows ``python``.
        environment: What is added to the environment.

    Attributes:
        said: The lines so far (list of str).
    """

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        outer = ("DJANGO_", "PYTEST_", "COV_")
        inherited = {name: v for name, v in os.environ.items() if not name.startswith(outer)}
        self._popen = subprocess.Popen(
            # It goes when the test process goes, even when that is killed.
            ["setpriv", "--pdeathsig", "KILL", sys.executable, "-u", *arguments],
            cwd=ROOT,
            env={**inherited, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def until(self, text: str) -> str:
        """Return the next line that has ``text`` in it, once it is there."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(
                    f"no {text!r} within {PATIENCE} s; it said:\n{''.join(self.said)}"
                ) from None
            if line is None:
                self._lines.put(None)
                raise AssertionError(f"it ended without {text!r}; it said:\n{''.join(self.said)}")
            self.said.append(line)
            if text in line:
                return line

    def terminate(self) -> int:
        """Ask it to end, and return its status."""
        return self.signal(signal.SIGTERM)

    def kill(self) -> int:
        """End it at once."""
        return self.signal(signal.SIGKILL)

    def signal(self, number: int) -> int:
        """Send it a signal that ends it, and return its status."""
        self._popen.send_signal(number)
        return self.end()

    def tell(self, number: int) -> None:
        """Send it a signal."""
        self._popen.send_signal(number)

    def end(self) -> int:
        """Wait until it has ended; returns its status."""
        status = self._popen.wait(PATIENCE)
        self._reader.join()
        assert self._popen.stdout is not None
        self._popen.stdout.close()
        return status

    @property
    def output(self) -> str:
        """All that it said; once it has ended."""
        while (line := self._lines.get()) is not None:
            self.said.append(line)
        self._lines.put(None)
        return "".join(self.said)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def close(self) -> None:
        """End it, and the processes that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self.end()
