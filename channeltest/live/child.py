"""What a child process of a live server runs first, and what it reports to the test.

Nothing of Django may be imported at the top: under ``spawn`` and ``forkserver`` it is not set up.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
import weakref
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any, Protocol

from asgiref.sync import AsyncToSync, SyncToAsync

if TYPE_CHECKING:
    from .transfer import DeferredObject, SettingsTransfer


class Work(Protocol):
    """What a child process does."""

    def run(self) -> object:
        """Do it."""


class PortStorage:
    """Where a server process puts its port; the ``port_storage`` of Channels 1.1.8.

    Args:
        writer: The child's end of the pipe.
    """

    def __init__(self, writer: Connection) -> None:
        self._writer = writer
        self._value = 0

    @property
    def value(self) -> int:
        """The TCP port; setting it reports it to the test."""
        return self._value

    @value.setter
    def value(self, port: int) -> None:
        self._value = port
        self._writer.send(("port", port))


class IsReady:
    """Reports that a process is ready; the ``is_ready`` of Channels 1.1.8.

    Args:
        writer: The child's end of the pipe.
    """

    def __init__(self, writer: Connection) -> None:
        self._writer = writer

    def set(self) -> None:
        """Report that the process serves."""
        self._writer.send(("ready", None))


class Reports:
    """A pipe from one child process to the test.

    Args:
        context: The multiprocessing context of the process.

    Attributes:
        writer: The child's end.
        port_storage: What the child puts its port in.
        is_ready: What the child reports with that it is ready.
        begun: Whether the child has begun to run what it was started for.
        port: The port that the child has reported (int), 0 before.
        ready: Whether it has reported that it is ready.
        failure: The traceback that it has reported (str), ``None`` if none.
        ended: Whether the child has closed its end, by ending in whatever way.
    """

    def __init__(self, context: BaseContext) -> None:
        pipe: tuple[Connection, Connection] = context.Pipe(duplex=False)
        self._reader, self.writer = pipe
        self.port_storage = PortStorage(self.writer)
        self.is_ready = IsReady(self.writer)
        self.port = 0
        self.begun = self.ready = False
        self.failure: str | None = None
        self.ended = False

    def second_writer(self) -> Connection:
        """Return another writer: no process can be started with the same one twice."""
        if os.name == "nt":
            return self.writer  # a copy that is sent is another writer there
        return Connection(os.dup(self.writer.fileno()), readable=False)

    def wait(self, seconds: float, sentinel: int) -> bool:
        """Read one report.

        Args:
            seconds: How long to wait for it.
            sentinel: What becomes ready when the child ends. The end of the pipe says less: a
                process that was forked beside the child may have it open too.

        Returns:
            Whether there was one, or the child had ended.
        """
        if self.ended:
            return False
        ready: list[Any] = wait([self._reader, sentinel], seconds)
        if self._reader not in ready and not (ready and self._reader.poll()):
            self.ended = bool(ready)
            return self.ended
        try:
            kind, value = self._reader.recv()
        except (EOFError, OSError):
            # The child has closed it and is about to end.
            self.ended = True
            return True
        if kind == "port":
            self.port = value
        elif kind == "begun":
            self.begun = True
        elif kind == "ready":
            self.ready = True
        else:
            self.failure = value
        return True

    def close(self) -> None:
        """Close the pipe."""
        self.writer.close()
        self._reader.close()


# Never collected: closing these would close what the parent process uses.
_kept: list[object] = []


def keep_for_the_parent(*objects: object) -> None:
    """Keep objects that belong to the parent process as long as this process lives."""
    _kept.extend(objects)


def reset_executors() -> None:
    """Give asgiref executors of this process's own: the threads of the others were not forked."""
    asgiref: Any = SyncToAsync
    keep_for_the_parent(asgiref.single_thread_executor, asgiref.context_to_thread_executor)
    asgiref.single_thread_executor = ThreadPoolExecutor(max_workers=1)
    asgiref.context_to_thread_executor = weakref.WeakKeyDictionary()
    current = getattr(AsyncToSync.executors, "current", None)
    if current is not None:
        keep_for_the_parent(current)
        del AsyncToSync.executors.current


# The exit code of a child whose test process was killed.
_PARENT_ENDED = 70


def main(
    work: DeferredObject, settings: SettingsTransfer | None, activated: bool, writer: Connection
) -> None:
    """Run an object in the child; report that it begins, and what it raises.

    Args:
        work: An object with ``run()``.
        settings: The settings to read, ``None`` where they were inherited.
        activated: Whether the names of Channels 1 are to be importable.
        writer: Where to report to.

    Raises:
        SystemExit: After a failure, with 1.
    """
    writer.send(("begun", None))
    _end_with_the_parent()
    # The test stops this process; an interrupt in the terminal is for the test alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        if settings is None:
            reset_executors()
        else:
            _set_django_up(settings, activated)
        work.open().run()
    except BaseException:
        writer.send(("failure", traceback.format_exc()))
        sys.exit(1)


def _set_django_up(settings: SettingsTransfer, activated: bool) -> None:
    import django

    settings.apply()
    if activated:
        from ..activation import install

        install()
    django.setup(set_prefix=False)


def _end_with_the_parent() -> None:
    parent = parent_process()
    assert parent is not None

    def wait_for_it() -> None:
        # Returns when the pipe to the parent is closed, however the parent ended.
        parent.join()
        os._exit(_PARENT_ENDED)

    threading.Thread(target=wait_for_it, name="channeltest-parent", daemon=True).start()
