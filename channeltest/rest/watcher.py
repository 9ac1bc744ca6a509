"""When a loop that is not ours rests: nothing ready, nobody at work, no timer due soon.

An asyncio loop asks its selector for events with a positive timeout or none exactly when no
callback is ready. While communicators are in use, this looks over its shoulder there. Time stays
real: what is due within a wait is waited for, and what is not due ends the wait at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import functools
import selectors
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, thread
from typing import Any

from ..patching import Patch, Patches
from .foreign_futures import is_bridge
from .sockets import Sockets

# Real seconds after which a callback has held the loop: that is no time spent waiting.
_HELD = 0.5

# Real seconds until it is asked for the first time whether a thread has ended meanwhile.
_SOON = 0.001

# Threads that have no business with the loop, by the beginning of their name.
_BYSTANDERS = ("channeltest-", "pytest_timeout")


class Outcome(enum.Enum):
    """How a wait ended."""

    TOLD = "something was sent, or the application ended"
    REST = "nothing more will happen"
    LATE = "the time is up"


class Wait:
    """Somebody who waits for an application.

    Args:
        loop: The loop of both.
        bound: Real seconds that the wait may take; ``None`` for any.
        ahead: Seconds from now within which timers are waited for; ``None`` for all.
        only_running: Wait for what the loop is at already, for its calls in threads and for the
            answers to what it wrote to sockets; not for other sockets, nor for threads that nobody
            announced, which may stay silent for ever.

    Attributes:
        only_running: The same.
        over: Done with an `Outcome` when the wait is over.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        bound: float | None,
        ahead: float | None,
        only_running: bool = False,
    ) -> None:
        self.only_running = only_running
        self.over: asyncio.Future[Outcome] = asyncio.Future(loop=loop)
        self.began = loop.time()
        self.ends = self.began + (float("inf") if bound is None else bound)
        self.sees = self.began + (float("inf") if ahead is None else ahead)

    def end(self, outcome: Outcome) -> None:
        """End the wait, unless it has ended."""
        if not self.over.done():
            self.over.set_result(outcome)

    def put_off(self, seconds: float) -> None:
        """Do not count some time."""
        self.ends += seconds
        self.sees += seconds


class Rest:
    """Watches a loop of asyncio's own, from `begin` to `end`.

    Args:
        loop: The loop; `is_open` has said yes to it.

    Attributes:
        waits: Those that are told when the loop rests. Of several the one whose time is up first
            is told alone, as what it does then may be what the others wait for.
        in_flight: Calls in threads that have not come back.
    """

    def __init__(self, loop: Any) -> None:
        self.waits: list[Wait] = []
        self.in_flight: set[_Call] = set()
        self.workers: set[int | None] = set()
        self._loop = loop
        self._selector = loop._selector
        self._select = loop._selector.select
        self._run_in_executor = loop.run_in_executor
        self._create_future = loop.create_future
        self._make_socket_transport = loop._make_socket_transport
        self._registered = loop._selector.get_map()
        self._own = loop._ssock.fileno()
        self._sockets = Sockets(self._registered)
        self._sockets.own = self._own
        self._bridged: set[asyncio.Future[Any]] = set()
        # Nobody saw what they are for.
        self._strangers = {fd for fd in self._registered if fd != self._own}
        self._bystanders = {each for each in threading.enumerate() if each.daemon}
        self._thread = threading.current_thread()
        self._replaced = Patches(
            Patch(self._selector, "select", self._watch),
            Patch(self._loop, "run_in_executor", self._count),
            Patch(self._loop, "create_future", self._note),
            Patch(self._loop, "_make_socket_transport", self._make_transport),
        )
        self._released = 0.0
        self._patience = _SOON

    def begin(self) -> None:
        """Begin to watch."""
        self._replaced.start()

    def end(self) -> None:
        """Stop watching; calling it again does nothing."""
        self._replaced.stop()

    async def wait(self, wait: Wait) -> Outcome:
        """Wait until ``wait`` is over."""
        self.waits.append(wait)
        self._patience = _SOON
        try:
            return await wait.over
        finally:
            self.waits.remove(wait)

    def _watch(self, timeout: float | None = None) -> Any:
        """Look for events, in the place of the selector's ``select``."""
        events = self._select(timeout) if not self.waits else self._watch_for_waits(timeout)
        self._sockets.note_events(events)
        return events

    def _watch_for_waits(self, timeout: float | None) -> Any:
        now = self._loop.time()
        self._discount(now)
        try:
            first = min(self.waits, key=_end)
            if now >= first.ends:
                first.end(Outcome.LATE)
                timeout = 0
            if timeout is not None and timeout <= 0:
                return self._select(timeout)
            return self._rest(first, timeout, now)
        finally:
            self._released = self._loop.time()

    def _rest(self, first: Wait, timeout: float | None, now: float) -> Any:
        """Decide what to do when no callback is ready."""
        left = first.ends - now
        if timeout is not None:
            left = min(left, timeout)
        in_flight = self.in_flight or self._bridged
        in_use = self._sockets.was_asked if first.only_running else self._sockets_in_use
        if in_flight or in_use():
            return self._select(None if left == float("inf") else left)
        if events := self._select(0):
            return events
        if not first.only_running and self._threads_at_work():
            # Nobody says when a thread has ended.
            self._patience *= 2
            return self._select(min(left, self._patience))
        if timeout is not None and now + timeout <= first.sees:
            return self._select(left)
        first.end(Outcome.REST)
        return ()

    def _discount(self, now: float) -> None:
        """Do not count the time in which a call, or a debugger's prompt, held the loop."""
        for wait in self.waits:
            held = now - max(self._released, wait.began)
            if held > _HELD:
                wait.put_off(held)

    def _sockets_in_use(self) -> bool:
        if len(self._registered) <= 1:
            return False
        others = {fd for fd in self._registered if fd != self._own}
        self._strangers &= others
        watched = others if self._sockets.waits() else self._strangers
        return not all(map(_listens, watched))

    def _threads_at_work(self) -> bool:
        """Whether there is a thread that may yet call into the loop, and that nobody announced."""
        main = threading.main_thread()
        frames: dict[int, Any] | None = None
        for each in threading.enumerate():
            if each is main or each is self._thread or each in self._bystanders:
                continue
            if each.name.startswith(_BYSTANDERS) or each.ident in self.workers:
                continue
            if each in thread._threads_queues:
                frames = frames or sys._current_frames()
                frame = frames.get(each.ident or 0)
                if frame is None or frame.f_code is thread._worker.__code__:
                    continue
            return True
        return False

    def _count(
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run a call in a thread, and count it until it has come back."""
        call = _Call(self, self._loop, func, args)
        future: asyncio.Future[Any] = self._run_in_executor(executor, call)
        self.in_flight.add(call)
        future.add_done_callback(call.came_back)
        return future

    def _note(self) -> asyncio.Future[Any]:
        """Create a future, and remember it if it waits for a socket, thread or process."""
        future: asyncio.Future[Any] = self._create_future()
        if is_bridge(sys._getframe(1)):
            self._bridged.add(future)
            future.add_done_callback(self._bridged.discard)
        else:
            self._sockets.note_wait(future)
        return future

    def _make_transport(self, sock: Any, *args: Any, **kwargs: Any) -> Any:
        """Make a transport, and take notice of what is written to it."""
        transport = self._make_socket_transport(sock, *args, **kwargs)
        self._sockets.watch(transport, sock.fileno(), is_client=kwargs.get("server") is None)
        return transport


class _Call:
    """A call in a thread. A cancelled one is in flight as long as the thread is at it."""

    def __init__(self, rest: Rest, loop: Any, func: Callable[..., Any], args: Any) -> None:
        self.func = func
        self._args = args
        self._rest = rest
        self._loop = loop
        self._is_running = False
        self._is_given_up = False

    def __call__(self) -> Any:
        self._rest.workers.add(threading.get_ident())
        self._is_running = True
        try:
            return self.func(*self._args)
        finally:
            self._is_running = False
            if self._is_given_up:
                with contextlib.suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._rest.in_flight.discard, self)

    def __reduce__(self) -> Any:
        # Another process only has to make the call.
        return functools.partial, (self.func, *self._args)

    def came_back(self, future: asyncio.Future[Any]) -> None:
        self._is_given_up = True
        if not self._is_running:
            self._rest.in_flight.discard(self)


def is_open(loop: Any) -> bool:
    """Whether a loop lets itself be watched: asyncio's own on selectors do."""
    return isinstance(loop, asyncio.SelectorEventLoop) and isinstance(
        getattr(loop, "_selector", None), selectors.BaseSelector
    )


def _end(wait: Wait) -> float:
    # One that is over already may not have been taken off yet.
    return float("inf") if wait.over.done() else wait.ends


def _listens(fd: int) -> bool:
    """Whether a file descriptor is that of a socket which waits for connections."""
    try:
        listener = socket.socket(fileno=fd)
    except OSError:
        return False
    try:
        return bool(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:
        return False
    finally:
        listener.detach()
