"""`Isolation`: the captive layers, connections, databases and record of one test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from ..database.sharing import SharedConnections
from ..end_of_test import at_end_of_test
from ..layers.swap import LayerSwap
from ..layers.wire import Wire
from ..record import entries
from ..record.never_awaited import forget_never_awaited, never_awaited_patch
from .registry import Connections


class Isolation:
    """Captive layers, connections, shared databases and a record for one test.

    They are in place from `start` to `stop`.

    Args:
        aliases: The aliases of ``CHANNEL_LAYERS`` to replace by captive layers; ``None`` for all.
        wire: The mode of the captive layers' wire.
        bound: Real seconds in which modern applications have to come to rest; ``None`` for the
            bound of the settings.
        shares: Share this thread's database connections with what runs on event loops.
            Applications on the stage do not need it.
        **options: As for `channeltest.layers.swap.LayerSwap`.
    """

    def __init__(
        self,
        aliases: Iterable[str] | None,
        wire: Wire = "lenient",
        bound: float | None = None,
        shares: bool = True,
        **options: Any,
    ) -> None:
        self._layers = LayerSwap(aliases, wire, **options)
        self._connections = Connections(bound)
        self._databases = SharedConnections() if shares else None

    def __reduce__(self) -> Any:
        # A parallel test runner sends failed tests, with what they hold, to another process.
        return type(self), ((),)

    def start(self) -> None:
        """Put everything in place.

        Raises:
            KeyError: No layer has one of the aliases.
            ImproperlyConfigured: A layer's ``ROUTING`` cannot be imported.
        """
        self._layers.start()
        self._connections.enter()
        if self._databases is not None:
            self._databases.start()
        never_awaited_patch.start()
        forget_never_awaited()
        entries.begin()

    def check_aliases(self) -> None:
        """Check that the settings name every alias, if unknown ones were left out.

        Raises:
            KeyError: No layer has one of the aliases.
        """
        self._layers.check_aliases()

    def stop(self) -> None:
        """End the applications, and put the layers back.

        Raises:
            StageError: An application does not end.
        """
        try:
            self.end_connections()
        finally:
            self._connections.leave()
            self._layers.stop()
            never_awaited_patch.stop()
            forget_never_awaited()
            entries.end()

    def end_connections(self) -> None:
        """End the modern applications that still run, before the database is rolled back.

        Raises:
            StageError: One does not end.
            AssertionError: A call that it has made in a thread does not end.
        """
        try:
            if entries.keeps_all():
                # The record has what follows from the last message too.
                self._connections.settle()
        finally:
            try:
                self._connections.close()
            finally:
                if self._databases is not None:
                    self._databases.stop()


@contextlib.contextmanager
def captive_layers(*aliases: str, wire: Wire = "lenient") -> Iterator[Isolation]:
    """Put captive layers in place for a ``with`` block, in a test of any kind.

    Args:
        *aliases: Aliases of the layers to replace; by default all in ``CHANNEL_LAYERS``, and the
            default layer even if there is none.
        wire: What the layers do with a message that no real layer could carry exactly:
            ``"lenient"`` deep-copies it with a warning, ``"strict"`` raises
            `channeltest.WireError`.

    Yields:
        The `Isolation` of the block; its ``end_connections()`` ends the modern applications
        before the block ends.

    Raises:
        KeyError: No layer has one of the aliases.
        StageError: An application does not end with the block.
    """
    isolation = Isolation(aliases or None, wire)
    isolation.start()
    try:
        yield isolation
    finally:
        isolation.stop()


def isolate_running_test() -> None:
    """Put captive layers in place until the running test ends, if a test is running.

    The test is found further up the call stack.

    Raises:
        ImproperlyConfigured: A layer's ``ROUTING`` cannot be imported.
    """
    isolation = Isolation(None, shares=False)
    isolation.start()
    if not at_end_of_test(isolation.stop):
        isolation.stop()
