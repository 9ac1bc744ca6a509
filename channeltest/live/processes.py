"""The processes that serve a project, as the test's process controls them."""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.util import register_after_fork
from typing import Any

from ..compat.aliases import AliasFinder
from ..errors import LiveServerError
from . import child
from .child import Reports, Work, reset_executors
from .transfer import DeferredObject, SettingsTransfer

# Seconds that a process has to say that it is ready; the last resort against one that hangs.
START_BOUND = 60.0

# Seconds that a process has to end in when it is asked to, before it is killed.
STOP_BOUND = 5.0


class ChildProcess:
    """A child process that ends when the test, or its process, does.

    Args:
        name: What it is, for errors: ``"server"``.
        start_method: ``"fork"``, ``"spawn"`` or ``"forkserver"``; ``None`` for what
            multiprocessing is set to.

    Attributes:
        name: The same.
        reports: What the child reports.
        process: The process, once `start` was called.
    """

    def __init__(self, name: str, start_method: str | None) -> None:
        self.name = name
        # typeshed gives BaseContext no Process.
        self._context: Any = multiprocessing.get_context(start_method)
        self.reports = Reports(self._context)
        self.process: Any = None
        self._release: threading.Thread | None = None

    @property
    def inherits(self) -> bool:
        """Whether the child begins with all that this process has imported."""
        return bool(self._context.get_start_method() == "fork")

    def start(self, work: Work) -> None:
        """Start the process.

        Args:
            work: An object whose ``run()`` is called in the child, with Django set up; or a
                process of multiprocessing's, which has a start method of its own.

        Raises:
            LiveServerError: Something that has to go to the child cannot.
        """
        with contextlib.ExitStack() as handles:
            handles.callback(self.reports.writer.close)
            if isinstance(work, BaseProcess):
                self.process = work
                # It sets itself up, but asgiref's threads were not forked with it.
                register_after_fork(self, _reset_executors)
            else:
                writer = self.reports.second_writer()
                handles.callback(writer.close)
                self.process = self._make_process(work, writer)
            with warnings.catch_warnings():
                # Python 3.12 warns of locks that another thread may hold. The child waits for
                # none: its executors and connections are its own, the library's are reset.
                warnings.filterwarnings("ignore", "This process .* is multi-threaded")
                with _allowed_children():
                    self.process.start()

    def _make_process(self, work: Work, writer: Connection) -> BaseProcess:
        settings = None if self.inherits else SettingsTransfer.capture()
        activated = any(isinstance(finder, AliasFinder) for finder in sys.meta_path)
        process: BaseProcess = self._context.Process(
            target=child.main,
            args=(DeferredObject(work), settings, activated, writer),
            name=f"channeltest-live-{self.name}",
            daemon=True,
        )
        return process

    def wait_until_ready(self) -> None:
        """Wait until the child reports that it is ready.

        Raises:
            LiveServerError: It has ended instead, or says nothing.
        """
        if hasattr(self.process, "ready"):
            self._wait_for_event()
            return
        while not self.reports.ready:
            if not self.reports.wait(START_BOUND, self.process.sentinel):
                raise LiveServerError(
                    f"the live server's {self.name} process (pid {self.process.pid}) has not "
                    f"become ready within {START_BOUND:g} seconds"
                )
            self.check()

    def _wait_for_event(self) -> None:
        """Wait for a process that is derived from ``daphne.testing.DaphneProcess``."""
        process = self.process

        def release() -> None:
            # Not join(): another thread must not find the process gone before it has its status.
            wait([process.sentinel])
            process.ready.set()

        self._release = threading.Thread(target=release, name="channeltest-live", daemon=True)
        self._release.start()
        process.ready.wait()
        self.reports.port, self.reports.ready = process.port.value, True
        if not process.errors.empty():
            _, self.reports.failure = process.errors.get()
        self.check()

    def check(self) -> None:
        """Do nothing while the process runs.

        Raises:
            LiveServerError: It has ended, with its own traceback if it had one.
        """
        reports = self.reports
        while reports.wait(0, self.process.sentinel):
            pass
        if reports.failure is not None:
            raise LiveServerError(
                f"the live server's {self.name} process failed:\n\n{reports.failure}"
            )
        if reports.ended:
            self.process.join(STOP_BOUND)
            raise LiveServerError(
                f"the live server's {self.name} process (pid {self.process.pid}) "
                f"{_ending(self.process.exitcode)}{self._hint()}"
            )

    def _hint(self) -> str:
        """Say what may have ended a child before it began; nothing if it has."""
        if self.reports.begun or not isinstance(self.process, self._context.Process):
            return ""
        if self.inherits:
            return ""
        method = self._context.get_start_method()
        return (
            f". It did not begin: under {method!r} a child imports the main module of the tests "
            "again. What that does when it runs as a program has to stand below "
            "if __name__ == '__main__':"
        )

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if self.process is not None and self.process.pid is not None:
            self.process.kill()

    def stop(self) -> None:
        """End the process and wait until it has; harmless when it has ended or never ran."""
        if self.process is not None and self.process.pid is not None:
            self.process.terminate()
            self.process.join(STOP_BOUND)
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
            if self._release is not None:
                self._release.join()
            self.process.close()
        self.process = None
        self.reports.close()


@contextlib.contextmanager
def _allowed_children() -> Iterator[None]:
    """Let a worker of Django's parallel runner start processes.

    It is a daemon of multiprocessing's, which may have none, lest they outlive it. Ours do not.
    """
    config: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    daemon = config.pop("daemon", None)
    try:
        yield
    finally:
        if daemon is not None:
            config["daemon"] = daemon


def _reset_executors(_: object) -> None:
    reset_executors()


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"was killed by signal {-exitcode}; what it did last may be in the system's log"
    return f"ended by itself, with exit code {exitcode}; what it printed may say why"


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
