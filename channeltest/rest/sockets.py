"""Which sockets of the applications somebody waits for, and on which an answer is due.

A request that was written is answered, sooner or later; what only listens (Redis' pub/sub, a
connection that idles in a pool) may stay silent for ever, and no test can wait for that.
"""

from __future__ import annotations

import asyncio
import sys
import weakref
from collections.abc import Callable, Mapping
from typing import Any

# Where asyncio itself waits for the other end of a socket or a pipe.
_SOCKET_MODULES = {
    "asyncio.base_events",
    "asyncio.selector_events",
    "asyncio.sslproto",
    "asyncio.streams",
}

# Libraries whose waits are about this process, not about a socket of theirs.
_LOCAL_PACKAGES = {"asgiref", "async_timeout", "channels", "channeltest", "django"}


class Sockets:
    """The sockets of one loop, besides those of its own.

    Args:
        registered: What the loop's selector watches: file descriptors to keys, the loop's own
            among them.

    Attributes:
        own: The file descriptor of the loop's own, which wakes it.
    """

    def __init__(self, registered: Mapping[Any, Any]) -> None:
        self.own = -1
        self._registered = registered
        self._waits: set[asyncio.Future[Any]] = set()
        self._asked: set[int] = set()
        self._transports: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()

    def open(self) -> int:
        """How many sockets are open."""
        return len(self._registered) - 1

    def waits(self) -> bool:
        """Whether somebody waits for a socket."""
        # Without any, a library's wait is about something else.
        return bool(self._waits) and self.open() > 0

    def answer_due(self) -> bool:
        """Whether somebody waits for a socket that will say something."""
        return self.waits() and any(map(self._owes_answer, list(self._registered)))

    def was_asked(self) -> bool:
        """Whether somebody waits for the answer to what was written to a socket."""
        return self.waits() and any(fd in self._asked for fd in self._registered)

    def _owes_answer(self, fd: int) -> bool:
        if fd == self.own:
            return False
        transport = self._transports.get(fd)
        # What a library watches by itself, only that library understands.
        return transport is None or transport.is_closing() or fd in self._asked

    def note_wait(self, future: asyncio.Future[Any]) -> None:
        """Remember a future that was just created, if what waits for it waits for a socket."""
        if _is_socket_wait():
            self._waits.add(future)
            future.add_done_callback(self._waits.discard)

    def note_events(self, events: Any) -> bool:
        """Take notice of what the selector found; whether sockets were among it."""
        found = False
        for key, _ in events:
            if key.fd != self.own:
                found = True
                self._asked.discard(key.fd)
        return found

    def watch(self, transport: Any, fd: int, is_client: bool) -> None:
        """Take notice of what is written to a transport from now on."""
        self._transports[fd] = transport
        if is_client:
            # Some servers speak first, so a connection is a question too.
            self._asked.add(fd)
        for name in ("write", "writelines"):
            setattr(transport, name, self._noting(fd, getattr(transport, name)))

    def _noting(self, fd: int, write: Callable[[Any], None]) -> Callable[[Any], None]:
        def noting_write(data: Any) -> None:
            self._asked.add(fd)
            write(data)

        return noting_write


def _is_socket_wait() -> bool:
    """Whether the future being created is what some code waits on for a socket's other end.

    asyncio's own streams and sockets say so by their module. Libraries build waits of their own
    upon asyncio's events and futures, so a future made for a third-party library counts too.
    """
    frame = sys._getframe(3)
    while True:
        name = frame.f_globals.get("__name__", "")
        if name in _SOCKET_MODULES:
            # A stream makes one for its end as it begins, long before somebody waits for that.
            return frame.f_code.co_name != "__init__"
        if name == "asyncio.events":
            # The loop itself: nobody but asyncio's own locks and queues was in between.
            return False
        if name.partition(".")[0] not in ("asyncio", "contextlib"):
            break
        if frame.f_back is None:
            return False
        frame = frame.f_back
    if name.partition(".")[0] in _LOCAL_PACKAGES:
        return False
    return "site-packages" in frame.f_code.co_filename
