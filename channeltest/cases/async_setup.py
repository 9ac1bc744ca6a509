"""Test cases whose ``setUp`` and ``tearDown`` may be coroutines, on the loop of the test.

Django runs ``async def`` tests, each on a loop of its own, and calls ``setUp`` and ``tearDown``
as if they were plain functions: what an ``async def setUp`` would do never happens.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import unittest
import weakref
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync, iscoroutinefunction, sync_to_async

if TYPE_CHECKING:

    class _Base(unittest.TestCase):
        # Methods of unittest and Django, which their stubs leave out.
        def _callSetUp(self) -> None: ...
        def _callTearDown(self) -> None: ...
        def _setup_and_call(self, result: Any, debug: bool = False) -> None: ...

else:
    _Base = object

# unittest and pytest leave frames of modules with these names out of tracebacks.
__unittest = True
__tracebackhide__ = True

# The methods that were written as coroutines.
_coroutines: weakref.WeakSet[Callable[..., Any]] = weakref.WeakSet()


async def run_between(
    case: unittest.TestCase,
    set_up: Callable[[], Awaitable[None]] | None,
    test: Callable[[], Awaitable[None]],
    tear_down: Callable[[], Awaitable[None]] | None,
) -> None:
    """Run a test between its set-up and its tear-down, on one loop.

    As with unittest, the tear-down runs also when the test fails, and does not when the set-up
    did; what it raises is reported beside what failed the test.

    Args:
        case: The test case.
        set_up: Awaited first.
        test: The test.
        tear_down: Awaited last.
    """
    if set_up is not None:
        await set_up()
    try:
        await test()
    finally:
        if tear_down is not None:
            await report_later(case, tear_down())


async def report_later(case: unittest.TestCase, ending: Awaitable[None]) -> None:
    """Await a tear-down; what it raises is added to what failed the test, and does not hide it.

    Args:
        case: The test case.
        ending: What is awaited.
    """
    try:
        await ending
    except Exception as error:
        case.addCleanup(_raise, error)


def callable_from_both(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``method``, plain or a coroutine, as one that plain and async code can call.

    Plain code gets its result. In a running loop there is something to await, and a plain
    method then runs in the test's thread, where the database is.

    Args:
        method: A ``setUp`` or ``tearDown``.
    """
    is_coroutine = iscoroutinefunction(method)

    @functools.wraps(method)
    def call(self: Any) -> Any:
        if not _in_loop():
            return async_to_sync(method)(self) if is_coroutine else method(self)
        return method(self) if is_coroutine else _Deferred(method, self)

    if is_coroutine:
        _coroutines.add(call)
    return call


class _Deferred:
    """A plain method that async code has called, and that runs when it is awaited."""

    def __init__(self, method: Callable[..., Any], case: AsyncSetUp) -> None:
        self._method = method
        self._case = case
        case._not_awaited.append(self)

    def __await__(self) -> Generator[Any, None, Any]:
        self._case._not_awaited.remove(self)
        return sync_to_async(self._method)(self._case).__await__()

    def __str__(self) -> str:
        return f"{self._method.__qualname__}()"


class AsyncSetUp(_Base):
    """Awaits ``async def setUp`` and ``async def tearDown``.

    Around an ``async def`` test they run on its loop, so that they share asyncio's objects and
    connections stay open; around a plain one each has a loop of its own. ``await
    super().setUp()`` works whether or not the one above is a coroutine.
    """

    # Plain methods that were called in a loop and wait for their ``await``.
    _not_awaited: list[_Deferred]
    # Those of ``setUp`` and ``tearDown`` that run on the loop of the test.
    _on_loop: frozenset[str] = frozenset()
    _is_set_up = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("setUp", "tearDown"):
            method = getattr(cls, name)
            if name in vars(cls) or iscoroutinefunction(method):
                setattr(cls, name, callable_from_both(method))

    @callable_from_both
    def setUp(self) -> Any:
        """Do nothing yet; an override may be a coroutine."""
        super().setUp()

    @callable_from_both
    def tearDown(self) -> Any:
        """Do nothing yet; an override may be a coroutine."""
        super().tearDown()

    async def leave_loop(self) -> None:
        """End what still runs on the loop of an ``async def`` test; called at its end."""

    def _setup_and_call(self, result: Any, debug: bool = False) -> None:
        name = self._testMethodName
        test = getattr(self, name)
        self._not_awaited = []
        if not iscoroutinefunction(test):
            super()._setup_and_call(result, debug)
            return
        replaced = vars(self).get(name)
        self._on_loop = frozenset(
            each for each in ("setUp", "tearDown") if _is_coroutine(getattr(self, each))
        )
        self._is_set_up = "setUp" not in self._on_loop

        @functools.wraps(test)
        async def on_one_loop() -> None:
            await self._run_on_loop(test)

        # Django makes a plain method of it.
        setattr(self, name, on_one_loop)
        try:
            super()._setup_and_call(result, debug)
        finally:
            del self._on_loop, self._is_set_up
            if replaced is None:
                delattr(self, name)
            else:
                setattr(self, name, replaced)

    async def _run_on_loop(self, test: Callable[[], Awaitable[None]]) -> None:
        tears_down = "tearDown" in self._on_loop
        try:
            await run_between(
                self, self._set_up_on_loop, test, self._tear_down_on_loop if tears_down else None
            )
        finally:
            await report_later(self, self.leave_loop())

    async def _set_up_on_loop(self) -> None:
        if not self._is_set_up:
            await self._call("setUp")
            self._is_set_up = True

    async def _tear_down_on_loop(self) -> None:
        await self._call("tearDown")

    async def _call(self, name: str) -> None:
        outcome = getattr(self, name)()
        # pytest replaces a tearDown while it debugs.
        if inspect.isawaitable(outcome):
            await outcome
        if self._not_awaited:
            missed = self._not_awaited.pop()
            raise TypeError(
                f"{missed} was not awaited in the async {type(self).__name__}.{name}(), and did "
                f"nothing: write 'await super().{name}()'"
            )

    def _callSetUp(self) -> None:
        if "setUp" not in self._on_loop:
            super()._callSetUp()

    def _callTearDown(self) -> None:
        if self._is_set_up and "tearDown" not in self._on_loop:
            super()._callTearDown()


def _is_coroutine(method: Any) -> bool:
    return getattr(method, "__func__", None) in _coroutines


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _raise(error: Exception) -> None:
    raise error
