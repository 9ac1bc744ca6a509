"""The selector of the stage's loop: it asks the loop what to do when no callback is ready."""

from __future__ import annotations

import selectors
from collections.abc import Mapping
from typing import Any, Protocol

# What `selectors.BaseSelector.select` returns.
Events = list[tuple[selectors.SelectorKey, int]]

# Iterations of a busy loop between two looks at the clock.
_LOOKS = 256


class Resting(Protocol):
    """A loop that decides what to do when no callback is ready."""

    def look(self, real: selectors.BaseSelector) -> Events:
        """Return the events that are there while callbacks are ready."""

    def rest(self, real: selectors.BaseSelector, timeout: float | None) -> Events:
        """Return the events that end the rest, or stop the loop; no callback is ready."""


class RestSelector(selectors.BaseSelector):
    """A selector that asks its loop instead of waiting.

    asyncio asks for events with a timeout of zero as long as callbacks are ready, and with a
    positive one or none exactly when there are none.

    Args:
        loop: The loop.
    """

    def __init__(self, loop: Resting) -> None:
        self._loop = loop
        self._real = selectors.DefaultSelector()
        self._registered = 0
        self._looks = 0

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Register a file object; see `selectors.BaseSelector`."""
        key = self._real.register(fileobj, events, data)
        self._registered += 1
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Unregister a file object."""
        key = self._real.unregister(fileobj)
        self._registered -= 1
        return key

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Change the events that a file object is looked at for."""
        return self._real.modify(fileobj, events, data)

    def select(self, timeout: float | None = None) -> Events:
        """Return events, or stop the loop."""
        if timeout != 0:
            return self._loop.rest(self._real, timeout)
        self._looks += 1
        # Without sockets of the applications no event can come (the loop's own pipe only wakes it
        # from a rest), but the time has to be checked now and then.
        if self._registered == 1 and self._looks % _LOOKS:
            return []
        return self._loop.look(self._real)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """Return what is registered, by file descriptor."""
        return self._real.get_map()

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        """Return the key of a file object."""
        return self._real.get_key(fileobj)

    def close(self) -> None:
        """Close the selector."""
        self._real.close()
