"""What begins with a test's first communicator, and ends with the test.

Rest is detected on every loop that the test's communicators use, and the applications that the test
leaves running there are cancelled. Database connections stay open until the test is over, and
Channels' in-memory layers are empty then.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from channels.layers import InMemoryChannelLayer, channel_layers

from ..asgi.connection import direct_send, warn_of
from ..compat.layers.asynchronous import ModernLayer
from ..config import has_settings
from ..database.on_commit import capturing_on_commit
from ..database.sharing import KEEP_OPEN, are_shared, warn_of_transaction
from ..end_of_test import at_end_of_test, at_end_of_waiting_test
from ..layers.captive import are_captive
from ..patching import Patches
from ..record.entries import forget
from ..record.never_awaited import forget_never_awaited, never_awaited_patch
from .used_loop import UsedLoop


class Lifetime:
    """The time in which one test uses communicators.

    It begins with the first of them, and ends when the test is over. Outside a test it begins with
    the first use, and ends when the last loop is closed.
    """

    def __init__(self) -> None:
        self._loops: dict[asyncio.AbstractEventLoop, UsedLoop] = {}
        patches = (*KEEP_OPEN, capturing_on_commit, direct_send) if has_settings() else ()
        self._patches = Patches(*patches, never_awaited_patch)
        # Both are set when it joins a test.
        self._is_of_test: bool
        self._on_captive_layers: bool
        self._failures: list[BaseException] = []
        # Threads that ran loops whose applications had database connections of their own.
        self._unshared: set[int] = set()

    def join_test(self) -> bool:
        """End with the test that is running, if there is one.

        Returns:
            Whether there is one.
        """
        # Behind the fixtures and cleanups that disconnect what the test has connected.
        self._is_of_test = at_end_of_test(self.end, last=True) or at_end_of_waiting_test(
            self.end, last=True
        )
        if has_settings():
            # While the test's transaction is still there, and threads share its connections.
            at_end_of_test(self._end_body)
        self._on_captive_layers = are_captive()
        return self._is_of_test

    def begin(self) -> None:
        """Begin."""
        self._patches.start()

    def use(self, loop: asyncio.AbstractEventLoop) -> UsedLoop:
        """Return the `UsedLoop` of ``loop``, made on its first use."""
        used = self._loops.get(loop)
        if used is None:
            if not are_shared():
                self._unshared.add(threading.get_ident())
            used = self._loops[loop] = UsedLoop(loop, self.leave)
        return used

    def _end_body(self) -> None:
        for used in list(self._loops.values()):
            used.finish_calls()
        if threading.get_ident() in self._unshared:
            warn_of_transaction()

    def leave(self, used: UsedLoop) -> None:
        """Leave a loop that is about to be closed."""
        self._loops.pop(used.loop, None)
        used.end()
        self._failures += used.failures()
        if not self._loops and not self._is_of_test:
            self.end()

    def end(self) -> None:
        """End everything; once.

        Raises:
            Exception: What an application raised and the test has not received, on captive layers.
                Elsewhere it is an `ApplicationWarning`, as the same test passes with Channels'
                communicators.
        """
        global _lifetime
        with _lock:
            if _lifetime is self:
                _lifetime = None
        try:
            while self._loops:
                used = self._loops.popitem()[1]
                used.end()
                self._failures += used.failures()
        finally:
            self._patches.stop()
            forget_never_awaited()
            _empty_layers()
            forget()
        failures, self._failures = self._failures, []
        if failures and self._on_captive_layers:
            raise failures[0]
        for failure in failures:
            warn_of(failure)


def _empty_layers() -> None:
    """Empty the layers that outlive the test."""
    for layer in list(channel_layers.backends.values()):
        if isinstance(layer, InMemoryChannelLayer) and not isinstance(layer, ModernLayer):
            layer.channels.clear()
            layer.groups.clear()


_lock = threading.RLock()
_lifetime: Lifetime | None = None


def begin_with_test() -> None:
    """Begin the running test's lifetime, if there is a test and it has none yet."""
    _begin(Lifetime.join_test)


def used_loop(loop: asyncio.AbstractEventLoop) -> UsedLoop:
    """Return the `UsedLoop` of ``loop`` for the running test.

    Args:
        loop: The loop, running.
    """
    with _lock:
        _begin(lambda lifetime: lifetime.join_test() or True)
        assert _lifetime is not None
        return _lifetime.use(loop)


def _begin(is_wanted: Callable[[Lifetime], bool]) -> None:
    global _lifetime
    with _lock:
        if _lifetime is None:
            lifetime = Lifetime()
            if is_wanted(lifetime):
                _lifetime = lifetime
                lifetime.begin()
